// The second half of a sign-in: what ends it, what it opens, and what it leaves open.
import { afterEach, describe, expect, it } from "vitest";
import { readSecret } from "@/lib/auth/challenge";
import type { SecondFactor } from "@/lib/auth/policy";
import { signInWithCode } from "@/lib/auth/second-factor/sign-in";
import { findSession } from "@/lib/auth/session-cache";
import { config } from "@/lib/config";
import { db } from "@/lib/db";
import { switchOff, switchOn } from "@/tests/guards";
import { age, enrol, makeSignedIn, makeUser } from "@/tests/people";
import { eventsOf } from "@/tests/records";
import { finish, makePending, sameBrowser } from "@/tests/second-factors";
import { codeNow, makeTotp } from "@/tests/totp";

const expired = { status: "expired" };
const notOffered = { status: "wrong", reason: "not_offered" };

const sessionsOf = (userId: string) => db().session.count({ where: { userId } });

afterEach(switchOn);

describe("the second factor", () => {
  it("F01 opens one session at aal2 that remembers both factors", async () => {
    const half = await makePending();
    const { user } = half;
    const done = await finish(half);
    if (done.status !== "signed_in") throw new Error(done.status);
    expect(done.session).toMatchObject({
      aal: 2,
      amr: ["pwd", "otp", "mfa"],
      isPersistent: true,
    });
    expect(await findSession(done.session.id)).toMatchObject({
      session: { userId: user.id, method: "password", aal: 2 },
    });
    expect((await eventsOf(done.session.id)).map((e) => [e.type, e.result])).toEqual([
      ["sign_in", "success"],
      ["new_device", "success"],
    ]);
  });

  it("F03 thirty answers at once open one session", async () => {
    const half = await makePending();
    const answers = await Promise.all(Array.from({ length: 30 }, () => finish(half)));
    expect(answers.filter((a) => a.status === "signed_in")).toHaveLength(1);
    expect(answers.filter((a) => a.status === "expired")).toHaveLength(29);
    expect(await sessionsOf(half.user.id)).toBe(1);
    expect(await finish(half)).toEqual(expired);
  });

  it("F03 cookies that two people swap complete nobody's sign-in", async () => {
    const [victim, attacker] = [await makePending(), await makePending()];
    for (const [{ pending }, other] of [
      [victim, attacker],
      [attacker, victim],
    ] as const) {
      expect(await finish({ ...other, pending })).toEqual(expired);
    }
    for (const { user } of [victim, attacker]) expect(await sessionsOf(user.id)).toBe(0);
  });

  it("F03 another user's code completes nobody's sign-in", async () => {
    const [victim, attacker] = [await makePending(), await makeUser()];
    const secret = await makeTotp({ id: "a session", userId: attacker.id });
    const { pending } = victim;
    const attempt = { pending, client: sameBrowser(victim), previousToken: null };
    const code = { method: "totp", code: codeNow(secret), trustsBrowser: false } as const;
    const answer = signInWithCode({ ...attempt, ...code });
    await expect(answer).rejects.toMatchObject({ code: "invalid_code" });
    for (const { id } of [victim.user, attacker]) expect(await sessionsOf(id)).toBe(0);
  });

  it.each(["passkey", "password", "email_code", "", "TOTP"])(
    "F04 the method %j, which the user has not set up, is none",
    async (method) => {
      const half = await makePending();
      expect(await finish(half, { method: method as SecondFactor })).toEqual(notOffered);
      expect(await sessionsOf(half.user.id)).toBe(0);
    },
  );

  it("F04 a method that came later, or that has gone meanwhile, is none either", async () => {
    const half = await makePending();
    const { id: userId } = half.user;
    await enrol(userId, ["passkey"]);
    expect(await finish(half, { method: "passkey" })).toEqual(notOffered);
    await db().totp.delete({ where: { userId } });
    expect(await finish(half, { method: "totp" })).toEqual(notOffered);
    expect(await sessionsOf(userId)).toBe(0);
    // What is wrong leaves the sign-in open.
    expect((await finish(half, { method: "backup_code" })).status).toBe("signed_in");
  });

  it("F03 ten minutes after the first factor it is too late", async () => {
    const half = await makePending();
    const { user, first, pending } = half;
    const id = readSecret("sign-in", "cookie", pending);
    const { createdAt, expiresAt } = await db().challenge.findUniqueOrThrow({
      where: { id: id ?? "" },
    });
    expect(
      Math.abs(expiresAt.getTime() - createdAt.getTime() - config.challenge.signIn),
    ).toBeLessThan(1000);
    expect(Math.abs(first.expiresAt.getTime() - expiresAt.getTime())).toBeLessThan(1000);
    await db()
      .$executeRaw`UPDATE challenge SET expires_at = clock_timestamp() - interval '1 ms' WHERE id = ${id}`;
    expect(await finish(half)).toEqual(expired);
    expect(await sessionsOf(user.id)).toBe(0);
  });

  it("G08 a ban or a new password between the factors refuses", async () => {
    const changes = [
      { data: { bannedAt: new Date() }, reason: "banned" },
      { data: { securityVersion: 1 }, reason: "changed" },
    ];
    for (const { data, reason } of changes) {
      const half = await makePending();
      const { user } = half;
      await db().user.update({ where: { id: user.id }, data });
      expect(await finish(half)).toEqual({ status: "refused", reason });
      expect(await finish(half)).toEqual(expired);
      expect(await sessionsOf(user.id)).toBe(0);
      expect(
        await db().auditEvent.count({
          where: { userId: user.id, result: "failure", reason },
        }),
      ).toBe(1);
    }
  });

  it("F02 a way in that is switched off between the factors opens nothing more", async () => {
    const half = await makePending();
    switchOff("password");
    expect(await finish(half)).toEqual({ status: "refused", reason: "disabled" });
    switchOn();
    expect(await finish(half)).toEqual(expired);
    expect(await sessionsOf(half.user.id)).toBe(0);
  });

  it("F03 a handle moved to another's record opens nothing: the record is sealed to its id", async () => {
    const [victim, attacker] = [await makePending(), await makePending()];
    const from = readSecret("sign-in", "cookie", attacker.pending);
    const to = readSecret("sign-in", "cookie", victim.pending);
    await db().$executeRaw`
      UPDATE challenge SET data = (SELECT data FROM challenge WHERE id = ${from}) WHERE id = ${to}`;
    expect(await finish(victim)).toEqual(expired);
  });

  it("G01 the session that came along ends with the second factor, and not before", async () => {
    const former = await makeSignedIn();
    const previousToken = former.first.refreshToken;
    const half = await makePending(previousToken);
    expect((await findSession(former.sessionId)).status).toBe("alive");
    await age(former.sessionId, 1000);
    await finish(half, { previousToken });
    expect(await findSession(former.sessionId)).toEqual({
      status: "ended",
      reason: "replaced",
    });
  });
});
