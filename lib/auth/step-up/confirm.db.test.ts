// What counts as a recent confirmation, and what it takes to give one.
import { describe, expect, it } from "vitest";
import { requestEmailChange } from "@/lib/auth/email-change";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { endSession } from "@/lib/auth/session";
import { findSession } from "@/lib/auth/session-cache";
import { confirm } from "@/lib/auth/step-up/confirm";
import { findConfirmation } from "@/lib/auth/step-up/confirmation";
import { config, minutes, seconds } from "@/lib/config";
import { db } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import { age, enrol, makeClient, makeUser, readSession, signIn } from "@/tests/people";

const password = "what it is and stays";

async function makeIn() {
  const user = await makeUser({ password });
  const client = makeClient();
  const first = await signIn({ ...user }, client);
  return { user, client, first, session: { id: first.session.id, userId: user.id } };
}

/** As a sign-in with both factors leaves it. */
async function makeStrong() {
  const account = await makeIn();
  await enrol(account.user.id, ["totp"]);
  await db().$executeRaw`UPDATE session SET aal = 2, multi_factor_at = authenticated_at
    WHERE id = ${account.session.id}`;
  return account;
}

type Account = Awaited<ReturnType<typeof makeIn>>;

const isConfirmed = async ({ session }: Pick<Account, "session">) =>
  (await findConfirmation(session)).isConfirmed;
const withPassword = (account: Account, typed = password) =>
  confirm({ ...account, client: makeClient() }, { method: "password", password: typed });

describe("a recent confirmation", () => {
  it("F07 a sign-in counts for ten minutes and not after, by the database's clock", async () => {
    const account = await makeIn();
    expect(await isConfirmed(account)).toBe(true);
    await age(account.session.id, minutes(10) - seconds(20));
    expect(await isConfirmed(account)).toBe(true);
    await age(account.session.id, seconds(20));
    expect(await isConfirmed(account)).toBe(false);
  });

  it("F07 renewing the tokens does not make a sign-in recent again", async () => {
    const account = await makeIn();
    await age(account.session.id, minutes(10));
    const { client, first } = account;
    const answer = await rotateRefreshToken({ token: first.refreshToken, client });
    expect(answer.status).toBe("renewed");
    expect(await isConfirmed(account)).toBe(false);
  });

  it("F07 a confirmation counts for ten minutes more, in its own session alone", async () => {
    const account = await makeIn();
    const other = await signIn(account.user, makeClient());
    for (const id of [account.session.id, other.session.id]) await age(id, minutes(10));
    await withPassword(account);
    expect(await isConfirmed(account)).toBe(true);
    const session = { id: other.session.id, userId: account.user.id };
    expect(await isConfirmed({ session })).toBe(false);
    await age(account.session.id, minutes(10));
    expect(await isConfirmed(account)).toBe(false);
  });

  it("F05 with a second factor one factor is never enough, however recent", async () => {
    const account = await makeIn();
    await enrol(account.user.id, ["totp"]);
    expect(await findConfirmation(account.session)).toMatchObject({
      isConfirmed: false,
      methods: ["totp"],
    });
  });

  it("F05 with a second factor both count, for as long", async () => {
    const account = await makeStrong();
    expect(await isConfirmed(account)).toBe(true);
    await age(account.session.id, minutes(10));
    expect(await isConfirmed(account)).toBe(false);
  });

  it.each([1, 2])(
    "F05 in a session of level %i the password confirms no account with a second factor",
    async (level) => {
      const account = await makeStrong();
      const { id } = account.session;
      await db().$executeRaw`UPDATE session SET aal = ${level} WHERE id = ${id}`;
      await age(id, minutes(10));
      await expect(withPassword(account)).rejects.toMatchObject({
        code: "step_up_required",
        extra: { methods: ["totp"] },
      });
      const code = confirm({ ...account }, { method: "email_code", code: "000000" });
      await expect(code).rejects.toMatchObject({ code: "step_up_required" });
      expect(await isConfirmed(account)).toBe(false);
      const throttle = await db().throttle.count({
        where: { key: account.user.id },
      });
      expect(throttle).toBe(0);
    },
  );

  it("M01 F05 a try with a method that is too weak is on the record", async () => {
    const { session, user } = await makeStrong();
    const client = makeClient();
    const weak = confirm({ session, client }, { method: "password", password });
    await expect(weak).rejects.toMatchObject({ code: "step_up_required" });
    await expectEvents(client, {
      type: "confirmation",
      result: "failure",
      method: "password",
      reason: "not_enough",
      userId: user.id,
      sessionId: session.id,
    });
  });

  it("F05 mail is asked for only where there is nothing stronger", async () => {
    const { session, user } = await makeIn();
    const methods = async () => (await findConfirmation(session)).methods;
    expect(await methods()).toEqual(["password"]);
    const where = { id: user.id };
    await db().user.update({ where, data: { passwordBlockedAt: new Date() } });
    expect(await methods()).toEqual(["email_code"]);
    const none = { passwordBlockedAt: null, passwordHash: null };
    await db().user.update({ where, data: none });
    expect(await methods()).toEqual(["email_code"]);
    await enrol(user.id, ["totp", "backup_code", "passkey"]);
    expect(await methods()).toEqual(["passkey", "totp", "backup_code"]);
  });
});

describe("confirming with the password", () => {
  it("F06 gives new tokens, a new time and the factor; the older token is superseded", async () => {
    const account = await makeIn();
    const { user, session, first } = account;
    await age(session.id, minutes(20));
    await db().$executeRaw`UPDATE session SET amr = '{email}' WHERE id = ${session.id}`;
    const before = await readSession(session.id);
    const client = makeClient({ deviceHash: account.client.deviceHash });
    const proof = { method: "password", password } as const;
    const tokens = await confirm({ session, client }, proof);
    const after = await readSession(session.id);
    expect(after.generation).toBe(before.generation + 1);
    const moved = after.authenticatedAt.getTime() - before.authenticatedAt.getTime();
    expect(moved).toBeGreaterThan(minutes(19));
    expect(after.aal).toBe(1);
    expect([...after.amr].sort()).toEqual(["email", "pwd"]);
    expect([...tokens.session.amr].sort()).toEqual(["email", "pwd"]);
    expect(tokens.refreshToken).not.toBe(first.refreshToken);
    await age(session.id, config.refreshToken.grace * 2);
    await db().$executeRaw`UPDATE session SET confirmed_generation = generation
      WHERE id = ${session.id}`;
    const replay = { token: first.refreshToken, client };
    expect(await rotateRefreshToken(replay)).toEqual({
      status: "ended",
      reason: "reuse",
    });
    const about = { method: "password", userId: user.id, sessionId: session.id };
    const events = await db().auditEvent.findMany({
      where: { requestId: client.requestId, type: "confirmation" },
    });
    expect(events).toMatchObject([{ ...about, result: "success", factors: ["pwd"] }]);
  });

  it("F07 a wrong one is refused, recorded, and confirms nothing", async () => {
    const account = await makeIn();
    const { session, user } = account;
    await age(session.id, minutes(10));
    const client = makeClient();
    const proof = { method: "password", password: "what it never was" } as const;
    const answer = confirm({ session, client }, proof);
    await expect(answer).rejects.toMatchObject({ code: "invalid_credentials" });
    expect(await isConfirmed(account)).toBe(false);
    expect((await readSession(session.id)).generation).toBe(0);
    const failed = {
      type: "confirmation",
      result: "failure",
      method: "password",
    } as const;
    const about = { userId: user.id, sessionId: session.id };
    await expectEvents(client, { ...failed, ...about, reason: "wrong_password" });
  });

  it("M01 one that has to wait is recorded as such", async () => {
    const { session, user } = await makeIn();
    await db().$executeRaw`INSERT INTO throttle (kind, key, failures, next_try_at)
      VALUES ('password', ${user.id}, 9, clock_timestamp() + interval '1 minute')`;
    const client = makeClient();
    const answer = confirm({ session, client }, { method: "password", password });
    await expect(answer).rejects.toMatchObject({ code: "rate_limited" });
    const failed = {
      type: "confirmation",
      result: "failure",
      method: "password",
    } as const;
    const about = { userId: user.id, sessionId: session.id };
    await expectEvents(client, { ...failed, ...about, reason: "throttled" });
  });

  it("G08 a session that has ended meanwhile is confirmed by nothing", async () => {
    const account = await makeIn();
    const { id: sessionId, userId } = account.session;
    await endSession({ sessionId, userId, reason: "signed_out_elsewhere" }, makeClient());
    await expect(withPassword(account)).rejects.toMatchObject({
      code: "unauthenticated",
    });
    expect((await findSession(sessionId)).status).toBe("ended");
    const email = "elsewhere@example.com";
    const change = requestEmailChange({ ...account, email });
    await expect(change).rejects.toMatchObject({ code: "unauthenticated" });
  });

  it("G03 a banned account is confirmed by nothing", async () => {
    const account = await makeIn();
    const where = { id: account.user.id };
    await db().user.update({ where, data: { bannedAt: new Date() } });
    await expect(withPassword(account)).rejects.toMatchObject({
      code: "unauthenticated",
    });
  });
});
