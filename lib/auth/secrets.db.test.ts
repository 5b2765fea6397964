// better-auth GHSA-965c-763c-88jm: a secret of one kind, redeemed for another.
// Every secret that is minted, at every place that redeems one.
import { beforeAll, describe, expect, it } from "vitest";
import { verifyAccessToken } from "@/lib/auth/access-token";
import { cookieHandle, linkToken, mailedCode } from "@/lib/auth/challenge";
import { deviceHashOf, newDeviceCookie } from "@/lib/auth/client";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { findRegistration, register } from "@/lib/auth/registration/begin";
import { verifyRegistration } from "@/lib/auth/registration/verify";
import { finishFirstFactor, finishSecondFactor } from "@/lib/auth/sign-in";
import { db, transaction } from "@/lib/db";
import { makeClient, makeUser, signIn } from "@/tests/people";

const client = makeClient();
const email = "matrix@example.com";

type Kind =
  | "registration link"
  | "registration cookie"
  | "registration code"
  | "sign-in cookie"
  | "device cookie"
  | "refresh token"
  | "access token"
  | "challenge id"
  | "session id";
let secrets: Record<Kind, string>;
let secondFactorUserId: string;

beforeAll(async () => {
  const request = { email, name: null, password: null, next: null, client };
  const handle = await register(request);
  const id = handle.slice(0, 22);
  const signedIn = await signIn(await makeUser(), client);
  const guarded = await makeUser({ secondFactors: ["totp"] });
  secondFactorUserId = guarded.id;
  const asked = await transaction((tx) =>
    finishFirstFactor(tx, {
      userId: guarded.id,
      securityVersion: 0,
      method: "password",
      amr: ["pwd"],
      isPersistent: true,
      client,
      previousToken: null,
    }),
  );
  if (asked.status !== "second_factor_required") throw new Error(asked.status);
  secrets = {
    "registration link": linkToken("registration", id),
    "registration cookie": handle,
    "registration code": mailedCode("registration", id),
    "sign-in cookie": asked.pending,
    "device cookie": newDeviceCookie(),
    "refresh token": signedIn.refreshToken,
    "access token": signedIn.accessToken.token,
    "challenge id": id,
    "session id": signedIn.session.id,
  };
});

function verify(proof: { token: string } | { code: string }, handle: string | null) {
  return verifyRegistration({
    proof,
    handle,
    password: null,
    client,
    previousToken: null,
  });
}

type Redeemer = { takes: Kind; redeem: (secret: string) => Promise<boolean> };

const redeemers: Record<string, Redeemer> = {
  "the mailed link": {
    takes: "registration link",
    redeem: async (token) => (await verify({ token }, null)).status !== "refused",
  },
  "the mailed code": {
    takes: "registration code",
    redeem: async (code) => {
      // Six digits are guessed at last: the fifth wrong try would spoil the rest.
      await db().challenge.updateMany({ data: { attempts: 0 } });
      const answer = await verify({ code }, secrets["registration cookie"]);
      return answer.status !== "refused";
    },
  },
  "the browser that registered": {
    takes: "registration cookie",
    redeem: async (handle) => (await findRegistration(handle)) !== null,
  },
  "a code typed in the browser that registered": {
    takes: "registration cookie",
    redeem: async (handle) => {
      await db().challenge.updateMany({ data: { attempts: 0 } });
      const code = secrets["registration code"];
      return (await verify({ code }, handle)).status !== "refused";
    },
  },
  "the second factor": {
    takes: "sign-in cookie",
    redeem: async (pending) => {
      const userId = secondFactorUserId;
      const second = { method: "totp", amr: ["otp"], client, previousToken: null };
      const answer = await finishSecondFactor({ pending, userId, ...second });
      return answer.status === "signed_in";
    },
  },
  "the device": {
    takes: "device cookie",
    redeem: async (cookie) => deviceHashOf(cookie) !== null,
  },
  "the renewal": {
    takes: "refresh token",
    redeem: async (token) =>
      (await rotateRefreshToken({ token, client })).status === "renewed",
  },
  "the guard": {
    takes: "access token",
    redeem: async (token) => (await verifyAccessToken(token)) !== null,
  },
};

/** Everything a redemption would change. */
async function state(): Promise<string> {
  const [challenges, sessions, users] = await Promise.all([
    db().challenge.findMany({ orderBy: { id: "asc" }, omit: { attempts: true } }),
    db().session.findMany({ orderBy: { id: "asc" } }),
    db().user.findMany({ orderBy: { id: "asc" } }),
  ]);
  return JSON.stringify([challenges, sessions, users]);
}

describe.each(Object.entries(redeemers))("%s", (_name, { takes, redeem }) => {
  it(`C04 refuses every secret but the ${takes}, and uses none up`, async () => {
    const before = await state();
    const accepted: string[] = [];
    for (const [kind, secret] of Object.entries(secrets)) {
      if (kind !== takes && (await redeem(secret))) accepted.push(kind);
    }
    expect(accepted).toEqual([]);
    expect(await state()).toBe(before);
  });

  it("C04 refuses its own secret under another id, or with another's MAC", async () => {
    const before = await state();
    const own = secrets[takes];
    const stranger = cookieHandle("registration", "x".repeat(22));
    const at = own.lastIndexOf(".");
    const forged =
      at < 0
        ? []
        : [own.slice(0, at) + stranger.slice(22), stranger.slice(0, 22) + own.slice(at)];
    for (const secret of [...forged, stranger, `${own}x`, own.slice(1)]) {
      expect(await redeem(secret)).toBe(false);
    }
    expect(await state()).toBe(before);
  });
});

// Last, since it does use them up.
describe("on the diagonal", () => {
  it.each([
    "the browser that registered",
    "the second factor",
    "the device",
    "the renewal",
    "the guard",
    "the mailed link",
  ])("C04 %s takes its own", async (name) => {
    const { takes, redeem } = redeemers[name] as Redeemer;
    expect(await redeem(secrets[takes])).toBe(true);
  });
});
