import { describe, expect, it } from "vitest";
import { deleteAccount, findProfile } from "@/lib/auth/account";
import { requestEmailChange } from "@/lib/auth/email-change";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { register } from "@/lib/auth/registration/begin";
import { verifyRegistration } from "@/lib/auth/registration/verify";
import { requestReset, resetPassword } from "@/lib/auth/reset";
import { findSession } from "@/lib/auth/session-cache";
import { finishFirstFactor } from "@/lib/auth/sign-in";
import { sendConfirmationCode } from "@/lib/auth/step-up/confirmation";
import { minutes } from "@/lib/config";
import { db, transaction } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import { untilBlocked } from "@/tests/locks";
import {
  enrol,
  firstFactor,
  makeClient,
  makeUser,
  proveFirst,
  signIn,
} from "@/tests/people";
import { codeOf, linkOf, mailTo, newAddress } from "@/tests/secrets";

const password = "what it was before";

async function makeIn(over: { password?: string; email?: string } = {}) {
  const user = await makeUser(over);
  const client = makeClient();
  const first = await signIn(user, client);
  return { user, client, first, session: { id: first.session.id, userId: user.id } };
}

type Account = Awaited<ReturnType<typeof makeIn>>;

/** As a confirmation that named the act. */
const confirm = ({ session }: Account) => db().$executeRaw`
  UPDATE session SET confirmed_for = 'delete_account', confirmed_for_at = clock_timestamp()
  WHERE id = ${session.id}`;

async function remove(account: Account, client = makeClient()): Promise<boolean> {
  await confirm(account);
  return deleteAccount(account.session, client);
}

const enter = ({ user }: Account) => proveFirst(user);

/** All that a life leaves: sessions, browsers, failures, and links of every kind. */
async function makeLived(): Promise<Account> {
  const account = await makeIn();
  const { user, session, client } = account;
  const { id: userId, email } = user;
  await signIn(user);
  await requestEmailChange({ session, email: newAddress(), client });
  await sendConfirmationCode(session, client);
  await requestReset(email, makeClient());
  const signUp = { email, name: null, password, next: null };
  await register({ ...signUp, client: makeClient() });
  for (const key of [userId, `${userId}.some-browser`]) {
    for (const kind of ["password", "second_factor"]) {
      await db().throttle.create({ data: { kind, key, nextTryAt: new Date() } });
    }
  }
  return account;
}

/** How many rows of each table name this account or its address. */
async function tracesOf({ user: { id: userId, email } }: Account) {
  const [users, sessions, browsers, challenges, throttled] = await Promise.all([
    db().user.count({ where: { OR: [{ id: userId }, { email }] } }),
    db().session.count({ where: { userId } }),
    db().knownBrowser.count({ where: { userId } }),
    db().challenge.count({ where: { OR: [{ userId }, { email }] } }),
    db().throttle.count({ where: { key: { startsWith: userId } } }),
  ]);
  return { users, sessions, browsers, challenges, throttled };
}

describe("deleting an account", () => {
  it("F07 without its own confirmation nothing happens", async () => {
    const account = await makeLived();
    const before = await tracesOf(account);
    const client = makeClient();
    expect(await deleteAccount(account.session, client)).toBe(false);
    await confirm(account);
    const { id } = await signIn(account.user).then(({ session }) => session);
    const elsewhere = { ...account.session, id };
    expect(await deleteAccount(elsewhere, client)).toBe(false);
    await db().$executeRaw`UPDATE session SET confirmed_for_at =
      confirmed_for_at - ${minutes(10)} * interval '1 millisecond'
      WHERE id = ${account.session.id}`;
    expect(await deleteAccount(account.session, client)).toBe(false);
    expect(await tracesOf(account)).toMatchObject({
      ...before,
      sessions: 3,
      browsers: 3,
    });
    expect(await mailTo(account.user.email)).not.toContain("farewell");
    await expectEvents(client);
  });

  it("G08 a session that a change of the account has ended deletes nothing, though confirmed", async () => {
    const account = await makeIn();
    await confirm(account);
    await db().$executeRaw`UPDATE "user" SET security_version = security_version + 1
      WHERE id = ${account.user.id}`;
    expect(await deleteAccount(account.session, makeClient())).toBe(false);
    expect(await tracesOf(account)).toMatchObject({ users: 1, sessions: 1 });
  });

  it("G03 takes everything along but the record, which keeps an id that names nobody", async () => {
    const [account, other] = [await makeLived(), await makeLived()];
    const { user, session, first } = account;
    const [before, others] = [await tracesOf(account), await tracesOf(other)];
    for (const count of Object.values(before)) expect(count).toBeGreaterThan(0);
    const events = await db().auditEvent.count({ where: { userId: user.id } });
    const client = makeClient({ deviceHash: account.client.deviceHash });
    expect(await remove(account, client)).toBe(true);
    const none = { users: 0, sessions: 0, browsers: 0, throttled: 0 };
    // The farewell alone has to know where it goes.
    expect(await tracesOf(account)).toEqual({ ...none, challenges: 1 });
    expect(await mailTo(user.email)).toEqual(["farewell"]);
    expect(await tracesOf(other)).toEqual(others);
    expect(await findSession(session.id)).toEqual({ status: "unknown" });
    const renewal = { token: first.refreshToken, client };
    expect(await rotateRefreshToken(renewal)).toEqual({ status: "unknown" });
    const about = { userId: user.id, sessionId: session.id };
    await expectEvents(client, { type: "account_deleted", result: "success", ...about });
    const record = await db().auditEvent.findMany({ where: { userId: user.id } });
    expect(record).toHaveLength(events + 1);
    const text = JSON.stringify(record);
    for (const word of [user.email, user.name ?? ""]) expect(text).not.toContain(word);
  });

  it("C02 of thirty at once one deletes, and one mail leaves", async () => {
    const account = await makeIn();
    await confirm(account);
    const tries = Array.from({ length: 30 }, () =>
      deleteAccount(account.session, makeClient()),
    );
    expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
    expect(await mailTo(account.user.email)).toEqual(["farewell"]);
  });

  it("C14 G03 a later sign-up with the same address inherits nothing", async () => {
    const account = await makeIn({ password });
    const { user } = account;
    const { email } = user;
    await requestReset(email, makeClient());
    const reset = await linkOf("reset", { email });
    await enrol(user.id, ["totp", "backup_code"]);
    await db().$executeRaw`UPDATE "user" SET role = 'admin',
      password_blocked_at = clock_timestamp() - interval '1 second' WHERE id = ${user.id}`;
    expect(await remove(account)).toBe(true);
    const { client } = account;
    const signUp = { email, name: "A New Person", password, next: null };
    const handle = await register({ ...signUp, client });
    const proof = { code: await codeOf("registration", { email }) };
    const verification = { proof, handle, password: null, client, previousToken: null };
    expect((await verifyRegistration(verification)).status).toBe("finished");
    const fresh = await db().user.findUniqueOrThrow({ where: { email } });
    expect(fresh.id).not.toBe(user.id);
    expect(fresh).toMatchObject({
      name: "A New Person",
      role: "user",
      twoFactorAt: null,
      securityVersion: 0,
      bannedAt: null,
      passwordBlockedAt: null,
    });
    const own = { where: { userId: fresh.id } };
    expect(await db().session.count(own)).toBe(1);
    expect(await db().knownBrowser.count(own)).toBe(1);
    const redeemed = await resetPassword({ proof: { token: reset }, password, client });
    expect(redeemed).toEqual({ status: "refused", reason: "wrong" });
    const events = await db().auditEvent.findMany(own);
    expect(events.map(({ type }) => type).sort()).toEqual([
      "address_verified",
      "sign_in",
    ]);
  });

  it("K03 somebody else's change to that address is theirs", async () => {
    const [account, other] = [await makeIn(), await makeIn()];
    const { email } = account.user;
    await requestEmailChange({ ...other, email });
    await remove(account);
    expect((await findProfile(other.user.id)).pendingEmail).toBe(email);
  });
});

describe("deleting and signing in at once", () => {
  it("G08 leave no session and no trace, in either order", async () => {
    for (let round = 0; round < 20; round++) {
      const account = await makeIn();
      await confirm(account);
      const [, gone] = await Promise.all([
        enter(account),
        deleteAccount(account.session, makeClient()),
        enter(account),
      ]);
      expect(gone).toBe(true);
      const none = { users: 0, sessions: 0, browsers: 0, throttled: 0 };
      expect(await tracesOf(account)).toEqual({ ...none, challenges: 1 });
    }
  }, 60_000);

  it("G08 a deletion waits for a sign-in half done, and takes its mail along", async () => {
    const account = await makeIn();
    await confirm(account);
    let deleted: Promise<boolean> | undefined;
    await transaction(async (tx) => {
      await finishFirstFactor(tx, firstFactor(account.user));
      deleted = deleteAccount(account.session, makeClient());
      await untilBlocked(deleted);
    });
    expect(await deleted).toBe(true);
    expect(await tracesOf(account)).toMatchObject({ sessions: 0, challenges: 1 });
  });

  it("M05 the deletion and its mail are there together or not at all", async () => {
    const account = await makeIn();
    await confirm(account);
    const before = await tracesOf(account);
    await db().$executeRaw`ALTER TABLE pgboss.job RENAME TO job_away`;
    try {
      await expect(deleteAccount(account.session, makeClient())).rejects.toThrow();
    } finally {
      await db().$executeRaw`ALTER TABLE pgboss.job_away RENAME TO job`;
    }
    expect(await tracesOf(account)).toEqual(before);
    // Nor is the confirmation spent.
    expect(await deleteAccount(account.session, makeClient())).toBe(true);
    expect(await mailTo(account.user.email)).toEqual(["farewell"]);
  });
});
