// An account without a password: only where a passkey is left to enter it with.
import { describe, expect, it } from "vitest";
import { changePassword } from "@/lib/auth/change-password";
import { listPasskeys, removePasskey } from "@/lib/auth/passkey/credentials";
import { signInWithPassword } from "@/lib/auth/password";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { findSession } from "@/lib/auth/session-cache";
import { db } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import { sendQueued, subjectsTo } from "@/tests/notices";
import { makePasskeyRow } from "@/tests/passkey-rows";
import { makeClient, makeUser, signIn } from "@/tests/people";
import { mailTo, newestId } from "@/tests/secrets";

const password = "what it was before";

async function makeIn(over: { password?: string } = { password }) {
  const user = await makeUser(over);
  const client = makeClient();
  const first = await signIn(user, client);
  return { user, client, first, session: { id: first.session.id, userId: user.id } };
}

type Account = Awaited<ReturnType<typeof makeIn>>;
type Session = Account["session"];

const readUser = (id: string) =>
  db().user.findUniqueOrThrow({ where: { id }, omit: { passwordHash: false } });

const removePassword = (session: Session, client = makeClient()) =>
  changePassword({ session, newPassword: null, client });

const enter = ({ user: { email } }: Account) =>
  signInWithPassword({
    ...{ email, password, isPersistent: true },
    ...{ client: makeClient(), previousToken: null },
  });

/** Nothing was written, nobody was mailed, and the password opens the account. */
async function expectUnchanged(account: Account) {
  expect(await readUser(account.user.id)).toMatchObject({ securityVersion: 0 });
  expect(await mailTo(account.user.email)).not.toContain("password_removed");
  expect((await enter(account)).status).toBe("signed_in");
}

describe("removing the password of an account that has a passkey", () => {
  it("E13 G07 leaves the passkey, ends every other session and renews this one", async () => {
    const account = await makeIn();
    const { user, session, first } = account;
    const passkey = await makePasskeyRow(session);
    const other = await signIn(user);
    const client = makeClient({ deviceHash: account.client.deviceHash });
    const { tokens, ended } = await removePassword(session, client);
    expect(ended).toBe(1);
    expect(await findSession(other.session.id)).toEqual({
      status: "ended",
      reason: "security",
    });
    expect((await findSession(session.id)).status).toBe("alive");
    expect(tokens.refreshToken).not.toBe(first.refreshToken);
    const renewal = { token: tokens.refreshToken, client };
    expect((await rotateRefreshToken(renewal)).status).toBe("renewed");
    expect(await readUser(user.id)).toMatchObject({
      passwordHash: null,
      securityVersion: 1,
    });
    expect((await listPasskeys(user.id)).map(({ id }) => id)).toEqual([passkey.id]);
    const about = { userId: user.id, result: "success" as const };
    await expectEvents(
      client,
      {
        ...about,
        type: "session_ended",
        reason: "security",
        sessionId: other.session.id,
      },
      { ...about, type: "password_removed", sessionId: session.id },
    );
    await expect(enter(account)).rejects.toMatchObject({ code: "invalid_credentials" });
  });

  it("M07 tells its owner, with the way to undo it", async () => {
    const { user, session } = await makeIn();
    await makePasskeyRow(session);
    await removePassword(session);
    expect((await mailTo(user.email)).at(-1)).toBe("password_removed");
    await sendQueued(await newestId("not-me", { userId: user.id }));
    expect(await subjectsTo(user.email)).toEqual([
      "The password of your account was removed",
    ]);
  });

  it("E13 can be followed by a new one, but not by the loss of the last passkey", async () => {
    const { user, session } = await makeIn();
    const { id: passkeyId } = await makePasskeyRow(session);
    await removePassword(session);
    const removing = () => removePasskey({ session, passkeyId, client: makeClient() });
    await expect(removing()).rejects.toMatchObject({ code: "conflict" });
    const change = { session, client: makeClient() };
    await changePassword({ ...change, newPassword: "what it is from now" });
    await removing();
    expect(await listPasskeys(user.id)).toEqual([]);
  });

  it("E13 is refused where there is none to remove, and nobody is told of it", async () => {
    const { user, session } = await makeIn({});
    await makePasskeyRow(session);
    const other = await signIn(user);
    await expect(removePassword(session)).rejects.toMatchObject({ code: "not_found" });
    expect(await mailTo(user.email)).toEqual([]);
    expect((await findSession(other.session.id)).status).toBe("alive");
  });
});

describe("the last way in", () => {
  it("E13 is what a password is that no passkey stands beside", async () => {
    const account = await makeIn();
    await expect(removePassword(account.session)).rejects.toMatchObject({
      code: "conflict",
      detail: expect.stringContaining("Add a passkey first"),
    });
    await expectUnchanged(account);
  });

  it("E09 E13 is not saved by somebody else's passkey", async () => {
    const [account, other] = [await makeIn(), await makeIn()];
    await makePasskeyRow(other.session);
    const refused = removePassword(account.session);
    await expect(refused).rejects.toMatchObject({ code: "conflict" });
    await expectUnchanged(account);
  });

  it("E13 is not one that was just removed", async () => {
    const account = await makeIn();
    const { session } = account;
    const { id: passkeyId } = await makePasskeyRow(session);
    await removePasskey({ session, passkeyId, client: makeClient() });
    await expect(removePassword(session)).rejects.toMatchObject({ code: "conflict" });
    await expectUnchanged(account);
  });

  it("E13 G08 stays, when password and last passkey are removed at once", async () => {
    for (let round = 0; round < 20; round++) {
      const { user, session } = await makeIn({ password });
      const { id: passkeyId } = await makePasskeyRow(session);
      const answers = await Promise.allSettled([
        removePassword(session),
        removePasskey({ session, passkeyId, client: makeClient() }),
      ]);
      const refused = answers.filter(({ status }) => status === "rejected");
      expect(refused).toEqual([
        { status: "rejected", reason: expect.objectContaining({ code: "conflict" }) },
      ]);
      const { passwordHash } = await readUser(user.id);
      const passkeys = await listPasskeys(user.id);
      expect([passwordHash !== null, passkeys.length === 1].filter(Boolean)).toHaveLength(
        1,
      );
    }
  });

  it("E13 G08 stays, when two devices remove one each", async () => {
    for (let round = 0; round < 20; round++) {
      const { user, session } = await makeIn({ password });
      const { id: passkeyId } = await makePasskeyRow(session);
      const second = await signIn(user);
      const other = { id: second.session.id, userId: user.id };
      await Promise.allSettled([
        removePassword(session),
        removePasskey({ session: other, passkeyId, client: makeClient() }),
      ]);
      const { passwordHash } = await readUser(user.id);
      const passkeys = await listPasskeys(user.id);
      expect([passwordHash !== null, passkeys.length === 1].filter(Boolean)).toHaveLength(
        1,
      );
    }
  });
});
