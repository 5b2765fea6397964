import { describe, expect, it } from "vitest";
import { changePassword } from "@/lib/auth/change-password";
import { secureAccount } from "@/lib/auth/not-me";
import { signInWithPassword } from "@/lib/auth/password";
import { checkHash } from "@/lib/auth/password-hash";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { endSession } from "@/lib/auth/session";
import { findSession } from "@/lib/auth/session-cache";
import { hours } from "@/lib/config";
import { db, transaction } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import { countsOf, failBefore } from "@/tests/guesses";
import { untilBlocked } from "@/tests/locks";
import { age, makeClient, makeUser, signIn, signInAsNews } from "@/tests/people";
import { linkOf, mailTo } from "@/tests/secrets";

const old = "what it was before";
const fresh = "what it is from now";

const readUser = (id: string) =>
  db().user.findUniqueOrThrow({ where: { id }, omit: { passwordHash: false } });

async function makeIn(over: { password?: string } = { password: old }) {
  const { id } = await makeUser(over);
  const user = await readUser(id);
  const client = makeClient();
  const first = await signIn(user, client);
  return { user, client, first, session: { id: first.session.id, userId: user.id } };
}

type Account = Awaited<ReturnType<typeof makeIn>>;

const change = (
  { session }: Account,
  newPassword: string | null,
  client = makeClient(),
) => changePassword({ session, newPassword, client });

const enter = (email: string, password: string) => {
  const attempt = { email, password, client: makeClient(), previousToken: null };
  return signInWithPassword({ ...attempt, isPersistent: true });
};

async function expectUnchanged({ user }: Account) {
  const { passwordHash, securityVersion } = await readUser(user.id);
  expect({ passwordHash, securityVersion }).toEqual({
    passwordHash: user.passwordHash,
    securityVersion: 0,
  });
  expect(await mailTo(user.email)).not.toContain("password_changed");
}

describe("changing it", () => {
  it("G07 A08 every other session ends and is counted, this one goes on with new tokens", async () => {
    const account = await makeIn();
    const { user, session, first } = account;
    const others = [await signIn(user), await signIn(user), await signIn(user)];
    const [gone] = others;
    const ending = { userId: user.id, reason: "signed_out" } as const;
    await endSession({ ...ending, sessionId: gone?.session.id ?? "" }, makeClient());
    const client = makeClient({ deviceHash: account.client.deviceHash });
    const { tokens, ended } = await change(account, fresh, client);
    expect(ended).toBe(2);
    for (const other of others.slice(1)) {
      const over = { status: "ended", reason: "security" };
      expect(await findSession(other.session.id)).toEqual(over);
    }
    expect(tokens.refreshToken).not.toBe(first.refreshToken);
    const found = await findSession(session.id);
    expect(found).toMatchObject({ status: "alive", session: { securityVersion: 1 } });
    const renewal = { token: tokens.refreshToken, client };
    expect((await rotateRefreshToken(renewal)).status).toBe("renewed");
    const about = { userId: user.id, result: "success" as const };
    const over = { ...about, type: "session_ended", reason: "security" };
    await expectEvents(
      client,
      ...others.slice(1).map((other) => ({ ...over, sessionId: other.session.id })),
      { ...about, type: "password_changed", sessionId: session.id },
    );
    await expect(enter(user.email, old)).rejects.toMatchObject({
      code: "invalid_credentials",
    });
    expect((await enter(user.email, fresh)).status).toBe("signed_in");
  });

  it("M07 the owner is told, with a link that undoes what this session did", async () => {
    const account = await makeIn();
    const { user, session } = account;
    await change(account, fresh);
    expect((await mailTo(user.email)).at(-1)).toBe("password_changed");
    await secureAccount(await linkOf("not-me", { sessionId: session.id }), makeClient());
    expect((await findSession(session.id)).status).toBe("ended");
    await expect(enter(user.email, fresh)).rejects.toMatchObject({
      code: "invalid_credentials",
    });
  });

  it("G07 is set where there was none", async () => {
    const account = await makeIn({});
    const client = makeClient();
    expect((await change(account, fresh, client)).ended).toBe(0);
    expect((await enter(account.user.email, fresh)).status).toBe("signed_in");
    const about = { userId: account.user.id, sessionId: account.session.id };
    await expectEvents(client, { type: "password_set", result: "success", ...about });
    expect((await readUser(account.user.id)).passwordChangedAt).not.toBeNull();
  });

  it("B01 the failures of the old one are forgotten, in every browser", async () => {
    const account = await makeIn();
    const { id } = account.user;
    const keys = [id, `${id}.some-browser`, "other"];
    for (const key of keys) await failBefore(key, 1);
    await failBefore(id, 1, "second_factor");
    await change(account, fresh);
    expect(await countsOf(id)).toEqual([]);
    expect(await countsOf("other")).toHaveLength(1);
    // Wrong codes are another matter: who knows the password now may have typed them.
    expect(await countsOf(id, "second_factor")).toHaveLength(1);
  });
});

describe("one that is refused", () => {
  it("A04 the person's own words are, by the field's name", async () => {
    const account = await makeIn();
    const { email } = account.user;
    for (const own of [
      email,
      email.toUpperCase(),
      email.split("@")[0] ?? "",
      "Test Person!!!!",
    ]) {
      await expect(change(account, own)).rejects.toMatchObject({
        code: "invalid_request",
        fields: [expect.objectContaining({ path: "newPassword" })],
      });
    }
    await expectUnchanged(account);
  });

  it("E13 removing the only way in is a conflict, and changes nothing", async () => {
    const account = await makeIn();
    const other = await signIn(account.user);
    await expect(change(account, null)).rejects.toMatchObject({ code: "conflict" });
    await expectUnchanged(account);
    expect((await findSession(other.session.id)).status).toBe("alive");
  });

  it("C14 the password that somebody else knew is, in a session that went on", async () => {
    const account = await makeIn();
    await age(account.session.id, hours(1));
    await signInAsNews(account.user);
    const told = await linkOf("not-me", { email: account.user.email });
    expect(await secureAccount(told, makeClient())).toMatchObject({ ended: 1 });
    await expect(change(account, old)).rejects.toMatchObject({ code: "invalid_request" });
    await expect(enter(account.user.email, old)).rejects.toMatchObject({
      code: "invalid_credentials",
    });
    await change(account, fresh);
    expect((await enter(account.user.email, fresh)).status).toBe("signed_in");
  });
});

describe("an account that is changed meanwhile", () => {
  it("G08 is a conflict when somebody else was first, and writes nothing", async () => {
    const account = await makeIn();
    const { user, session } = account;
    let answer: ReturnType<typeof change> | undefined;
    // Another change, which keeps this session too.
    await transaction(async (tx) => {
      await tx.$executeRaw`
        UPDATE "user" SET security_version = security_version + 1 WHERE id = ${user.id}`;
      await tx.$executeRaw`
        UPDATE session SET security_version = security_version + 1 WHERE id = ${session.id}`;
      answer = change(account, fresh);
      await untilBlocked(answer);
    });
    await expect(answer).rejects.toMatchObject({ code: "conflict" });
    const { passwordHash, securityVersion } = await readUser(user.id);
    expect({ passwordHash, securityVersion }).toEqual({
      passwordHash: user.passwordHash,
      securityVersion: 1,
    });
    expect((await findSession(session.id)).status).toBe("alive");
  });

  it("G08 two changes at once, of two sessions: one is done, and the other's session is over", async () => {
    const account = await makeIn();
    const second = await signIn(account.user);
    const other = { ...account, session: { ...account.session, id: second.session.id } };
    const passwords = [`${fresh} on`, `${fresh} off`];
    const answers = await Promise.allSettled([
      change(account, passwords[0] ?? ""),
      change(other, passwords[1] ?? ""),
    ]);
    const won = answers.findIndex(({ status }) => status === "fulfilled");
    expect(answers.filter(({ status }) => status === "rejected")).toHaveLength(1);
    const { passwordHash, securityVersion } = await readUser(account.user.id);
    expect(securityVersion).toBe(1);
    const { isRight } = await checkHash(passwordHash ?? "", passwords[won] ?? "");
    expect(isRight).toBe(true);
    const alive = { userId: account.user.id, endedAt: null };
    expect(await db().session.count({ where: alive })).toBe(1);
  });

  it("C14 G08 a stranger who was shut out while his password was hashed does not set it", async () => {
    const account = await makeIn();
    const { user, session } = account;
    const older = await signIn(user);
    let answer: ReturnType<typeof change> | undefined;
    // As "This wasn't me" does: the account first, then its sessions.
    await transaction(async (tx) => {
      await tx.$executeRaw`
        UPDATE "user" SET password_blocked_at = clock_timestamp() WHERE id = ${user.id}`;
      answer = change(account, fresh);
      await untilBlocked(answer);
      await tx.$executeRaw`
        UPDATE session SET ended_at = clock_timestamp() WHERE id = ${session.id}`;
    });
    await expect(answer).rejects.toMatchObject({ code: "unauthenticated" });
    const { passwordHash, passwordBlockedAt } = await readUser(user.id);
    expect(passwordHash).toBe(user.passwordHash);
    expect(passwordBlockedAt).not.toBeNull();
    expect((await findSession(older.session.id)).status).toBe("alive");
  });

  it("G03 of a banned account is changed by nobody", async () => {
    const account = await makeIn();
    const where = { id: account.user.id };
    await db().user.update({ where, data: { bannedAt: new Date() } });
    await expect(change(account, fresh)).rejects.toMatchObject({
      code: "unauthenticated",
    });
    await expectUnchanged(account);
  });

  it("M05 the change and its mail are there together or not at all", async () => {
    const account = await makeIn();
    const other = await signIn(account.user);
    await db().$executeRaw`ALTER TABLE pgboss.job RENAME TO job_away`;
    try {
      await expect(change(account, fresh)).rejects.toThrow();
    } finally {
      await db().$executeRaw`ALTER TABLE pgboss.job_away RENAME TO job`;
    }
    await expectUnchanged(account);
    expect((await findSession(other.session.id)).status).toBe("alive");
    await change(account, fresh);
    expect((await mailTo(account.user.email)).at(-1)).toBe("password_changed");
  });
});
