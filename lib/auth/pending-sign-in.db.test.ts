// Between the factors: a pending sign-in is a record, and not half a session.
import { describe, expect, it } from "vitest";
import { verifyAccessToken } from "@/lib/auth/access-token";
import { cookieHandle, linkToken, readSecret } from "@/lib/auth/challenge";
import { findPendingSignIn } from "@/lib/auth/pending-sign-in";
import { type FirstFactor, policy } from "@/lib/auth/policy";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { signInWithCode } from "@/lib/auth/second-factor/sign-in";
import { findSession } from "@/lib/auth/session-cache";
import { newId } from "@/lib/crypto";
import { db } from "@/lib/db";
import { enrol, makeClient, makeUser, proveFirst } from "@/tests/people";
import { finish, makePending, proveSecond } from "@/tests/second-factors";

const expired = { status: "expired" };
const _notOffered = { status: "wrong", reason: "not_offered" };

const sessionsOf = (userId: string) => db().session.count({ where: { userId } });

describe("after the first factor", () => {
  it.each(Object.keys(policy.firstFactors) as FirstFactor[])(
    "F01 F02 F04 %s opens no session where a second factor is due",
    async (method) => {
      const user = await makeUser({ secondFactors: ["totp"] });
      const first = await proveFirst(user, makeClient(), { method });
      expect(Object.keys(first).sort()).toEqual([
        "expiresAt",
        "methods",
        "pending",
        "status",
      ]);
      expect(first).toMatchObject({
        status: "second_factor_required",
        methods: ["totp"],
      });
      expect(await sessionsOf(user.id)).toBe(0);
      const events = await db().auditEvent.findMany({ where: { userId: user.id } });
      expect(events.map(({ type }) => type)).toEqual(["second_factor_asked"]);
    },
  );

  it("G08 a second factor that was set up while the first was checked is asked for", async () => {
    const user = await makeUser();
    await enrol(user.id, ["totp"]);
    expect(await proveFirst(user)).toMatchObject({ status: "second_factor_required" });
    expect(await sessionsOf(user.id)).toBe(0);
  });

  it("F03 the pending handle is no session, no refresh token and no bearer", async () => {
    const { pending, user } = await makePending();
    const [id = ""] = pending.split(".");
    const client = makeClient();
    for (const token of [pending, id, pending.replace(".", ".0.")]) {
      expect(await verifyAccessToken(token)).toBeNull();
      expect(await rotateRefreshToken({ token, client })).toEqual({ status: "unknown" });
      expect(await findSession(token)).toEqual({ status: "unknown" });
    }
    expect(await sessionsOf(user.id)).toBe(0);
  });

  it("F03 only its own cookie opens it: no id, no link, no handle of another purpose", async () => {
    const half = await makePending();
    const { pending } = half;
    const id = readSecret("sign-in", "cookie", pending) ?? "";
    const wrong = [
      id,
      "",
      linkToken("sign-in", id),
      cookieHandle("registration", id),
      `${id}.${"A".repeat(43)}`,
      `${pending}x`,
      cookieHandle("sign-in", newId()),
    ];
    for (const handle of wrong) {
      expect(await finish({ ...half, pending: handle })).toEqual(expired);
    }
    // None of these used it up.
    expect(await finish(half)).toMatchObject({ status: "signed_in" });
  });

  it("F03 it counts in the browser that gave the first factor, and in no other", async () => {
    const half = await makePending();
    const others = [makeClient(), makeClient({ channel: "native", deviceHash: null })];
    for (const client of others) {
      expect(await findPendingSignIn(half.pending, client)).toBeNull();
      expect(await proveSecond(half.pending, client)).toEqual(expired);
      const attempt = { pending: half.pending, client, previousToken: null };
      const code = { method: "totp", code: "000000", trustsBrowser: false } as const;
      await expect(signInWithCode({ ...attempt, ...code })).rejects.toMatchObject({
        code: "unauthenticated",
        extra: { reason: "expired" },
      });
    }
    expect(await sessionsOf(half.user.id)).toBe(0);
    expect((await finish(half)).status).toBe("signed_in");
  });

  it("F03 one that an app has begun counts in no browser", async () => {
    const user = await makeUser({ secondFactors: ["totp"] });
    const app = makeClient({ channel: "native", deviceHash: null });
    const first = await proveFirst(user, app);
    if (first.status !== "second_factor_required") throw new Error(first.status);
    expect(await proveSecond(first.pending, makeClient())).toEqual(expired);
    expect((await proveSecond(first.pending, app)).status).toBe("signed_in");
  });
});
