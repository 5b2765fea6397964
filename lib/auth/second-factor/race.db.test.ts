// A sign-in that meets a change of the account at the same moment: either the change
// sees its session and ends it, or it sees the change. Many rounds of each.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { linkToken } from "@/lib/auth/challenge";
import { changePassword } from "@/lib/auth/change-password";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { requestReset, resetPassword } from "@/lib/auth/reset";
import { beginEnrollment, confirmEnrollment } from "@/lib/auth/second-factor/enrollment";
import { turnOnTwoFactor } from "@/lib/auth/second-factor/settings";
import { confirm, prove } from "@/lib/auth/step-up/confirm";
import { db } from "@/lib/db";
import {
  begin,
  enterCode,
  enterFirst,
  liveLevelsOf,
  makeGuarded,
  signInFully,
} from "@/tests/guarded";
import { tryPassword } from "@/tests/guesses";
import { countDeadlocks } from "@/tests/locks";
import { askForLink, redeem } from "@/tests/magic-links";
import { makePasskeyRow } from "@/tests/passkey-rows";
import { outcomeOf } from "@/tests/passkeys";
import { makeClient, makeUser, signIn } from "@/tests/people";
import { newestId } from "@/tests/secrets";
import { codeNow } from "@/tests/totp";

const password = "what it is and stays";
const act = "disable_two_factor";
const rounds = (count: number) => Array.from({ length: count }, (_, n) => n);

let before = 0;
beforeEach(async () => {
  before = await countDeadlocks();
});
afterEach(async () => {
  expect(await countDeadlocks()).toBe(before);
});

/** In one factor, about to turn on the second. */
async function makeOwner() {
  const user = await makeUser({ password });
  const client = makeClient();
  const first = await signIn(user, client);
  return { user, client, first, session: { id: first.session.id, userId: user.id } };
}

type Owner = Awaited<ReturnType<typeof makeOwner>>;

const enable = {
  async app({ session, client }: Owner) {
    const { secret } = await beginEnrollment(session, "Latchkey");
    return () => confirmEnrollment({ session, client, code: codeNow(secret) });
  },
  async passkey({ session, client }: Owner) {
    await makePasskeyRow(session);
    return () => turnOnTwoFactor({ session, client });
  },
};

describe("turning it on meanwhile", () => {
  it.each(["app", "passkey"] as const)(
    "G08 with an %s no session of one factor outlives it but the one that did it",
    async (how) => {
      for (const _ of rounds(25)) {
        const owner = await makeOwner();
        const { user, session } = owner;
        const turnOn = await enable[how](owner);
        const entering = rounds(3).map(() => outcomeOf(enterFirst(user.id)));
        const [, ...entered] = await Promise.all([turnOn(), ...entering]);
        expect(new Set(entered)).toEqual(new Set(["done"]));
        const live = await liveLevelsOf(user.id);
        expect(live.map(({ id }) => id)).toEqual([session.id]);
        const asked = await enterFirst(user.id);
        expect(asked.status).toBe("second_factor_required");
      }
    },
    120_000,
  );

  it("G08 a password that was right before it opens nothing after it", async () => {
    for (const _ of rounds(8)) {
      const owner = await makeOwner();
      const { email, id } = owner.user;
      const turnOn = await enable.app(owner);
      const entering = rounds(3).map(() => outcomeOf(tryPassword({ email, password })));
      const [, ...entered] = await Promise.all([turnOn(), ...entering]);
      for (const outcome of entered) {
        expect(["done", "invalid_credentials"]).toContain(outcome);
      }
      const live = await liveLevelsOf(id);
      expect(live).toEqual([{ id: owner.session.id, aal: 2 }]);
    }
  }, 120_000);

  it("G08 F04 a mailed link that was pressed before it opens nothing after it", async () => {
    for (const _ of rounds(15)) {
      const owner = await makeOwner();
      const link = await askForLink(owner.user.email);
      const turnOn = await enable.app(owner);
      await Promise.all([turnOn(), redeem(link).catch(() => null)]);
      const live = await liveLevelsOf(owner.user.id);
      expect(live).toEqual([{ id: owner.session.id, aal: 2 }]);
    }
  }, 120_000);

  it("G08 I07 a renewal at the same moment revives no session of one factor", async () => {
    for (const _ of rounds(20)) {
      const owner = await makeOwner();
      const other = { client: makeClient(), token: "" };
      const entered = await signIn(owner.user, other.client);
      other.token = entered.refreshToken;
      await db().$executeRaw`UPDATE session SET rotated_at = now() - interval '5 min'
        WHERE id = ${entered.session.id}`;
      const turnOn = await enable.app(owner);
      const [changed, renewed] = await Promise.all([turnOn(), rotateRefreshToken(other)]);
      expect(changed.ended).toBe(1);
      expect(["renewed", "ended"]).toContain(renewed.status);
      const token = renewed.status === "renewed" ? renewed.refreshToken : other.token;
      const late = await rotateRefreshToken({ token, client: other.client });
      expect(late).toEqual({ status: "ended", reason: "security" });
    }
  }, 120_000);

  it("F05 G08 a password that confirms at the same moment confirms nothing after it", async () => {
    for (const _ of rounds(8)) {
      const owner = await makeOwner();
      const { session, client } = owner;
      await makePasskeyRow(session);
      const confirming = { session, client: makeClient(), act } as const;
      await Promise.all([
        turnOnTwoFactor({ session, client }),
        outcomeOf(confirm(confirming, { method: "password", password })),
      ]);
      const row = await db().session.findUniqueOrThrow({ where: { id: session.id } });
      expect([row.confirmedFor, row.aal]).toEqual([null, 1]);
    }
  }, 120_000);
});

describe("a password that was looked at before it", () => {
  it("F05 G08 changes nothing after it, though its session goes on", async () => {
    const { user, session, client } = await makeOwner();
    await makePasskeyRow(session);
    const proof = await prove({ session, client }, { method: "password", password });
    await turnOnTwoFactor({ session, client });
    const newPassword = "what it is from now";
    const late = changePassword({ session, newPassword, proof, client });
    expect(await outcomeOf(late)).toBe("conflict");
    const { email, id } = user;
    expect(await outcomeOf(tryPassword({ email, password: newPassword }))).toBe(
      "invalid_credentials",
    );
    expect(await liveLevelsOf(id)).toEqual([{ id: session.id, aal: 1 }]);
  });
});

describe("a second factor", () => {
  it("G08 given while the account is banned opens nothing", async () => {
    for (const _ of rounds(20)) {
      const { user, secret } = await makeGuarded();
      const waiting = await begin(user.id);
      const ban = db().$transaction([
        db()
          .$executeRaw`UPDATE "user" SET banned_at = clock_timestamp() WHERE id = ${user.id}`,
        db()
          .$executeRaw`UPDATE session SET ended_at = clock_timestamp() WHERE user_id = ${user.id}`,
      ]);
      const entering = outcomeOf(enterCode({ ...waiting, code: codeNow(secret) }));
      const [outcome] = await Promise.all([entering, ban]);
      expect(["done", "expired"]).toContain(outcome);
      const open = await db().session.count({
        where: { userId: user.id, endedAt: null },
      });
      expect(open).toBe(0);
    }
  }, 120_000);

  it("G08 C11 given while the password is reset opens nothing, and stays demanded", async () => {
    for (const _ of rounds(6)) {
      const { user, secret, backupCodes } = await makeGuarded({ password });
      const [one, other] = [await begin(user.id), await begin(user.id)];
      await requestReset(user.email, makeClient());
      const token = linkToken("reset", await newestId("reset", { email: user.email }));
      const fresh = "what it is from now";
      const reset = resetPassword({
        proof: { token },
        password: fresh,
        client: one.client,
      });
      const paper = { method: "backup_code", code: backupCodes[0] ?? "" } as const;
      const [{ status }] = await Promise.all([
        reset,
        outcomeOf(enterCode({ ...one, code: codeNow(secret) })),
        outcomeOf(enterCode({ ...other, ...paper })),
      ]);
      expect(status).toBe("password_changed");
      expect(await liveLevelsOf(user.id)).toEqual([]);
      expect((await enterFirst(user.id)).status).toBe("second_factor_required");
    }
  }, 120_000);

  it("G08 G07 given while another app is set up opens nothing of the former one", async () => {
    for (const _ of rounds(20)) {
      const { user, secret } = await makeGuarded();
      const there = await signInFully(user.id);
      const waiting = await begin(user.id);
      const { secret: fresh } = await beginEnrollment(there.session, "Latchkey");
      const [, outcome] = await Promise.all([
        confirmEnrollment({ ...there, code: codeNow(fresh) }),
        outcomeOf(enterCode({ ...waiting, code: codeNow(secret) })),
      ]);
      expect(["done", "expired", "invalid_code"]).toContain(outcome);
      const live = await liveLevelsOf(user.id);
      expect(live).toEqual([{ id: there.session.id, aal: 2 }]);
    }
  }, 120_000);

  it("G08 a confirmation while another session changes the factors counts for nothing", async () => {
    for (const _ of rounds(20)) {
      const { user, secret } = await makeGuarded();
      const [owner, beside] = [await signInFully(user.id), await signInFully(user.id)];
      const { secret: fresh } = await beginEnrollment(owner.session, "Latchkey");
      const [, outcome] = await Promise.all([
        confirmEnrollment({ ...owner, code: codeNow(fresh) }),
        outcomeOf(confirm(beside, { method: "totp", code: codeNow(secret) })),
      ]);
      expect(["done", "unauthenticated", "invalid_code"]).toContain(outcome);
      const live = await liveLevelsOf(user.id);
      expect(live.map(({ id }) => id)).toEqual([owner.session.id]);
    }
  }, 120_000);
});
