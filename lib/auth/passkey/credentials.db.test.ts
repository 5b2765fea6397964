// The owner's list of passkeys: to name, to remove, and to tell browsers of.
import { describe, expect, it } from "vitest";
import { findSignal, listPasskeys, renamePasskey } from "@/lib/auth/passkey/credentials";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { endSession } from "@/lib/auth/session";
import { findSession } from "@/lib/auth/session-cache";
import { newId } from "@/lib/crypto";
import { db } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import {
  addPasskey,
  askToEnter,
  enter,
  makeHolder,
  newAuthenticator,
  outcomeOf,
  passkeysOf,
  readPasskey,
  remove,
  signInWith,
} from "@/tests/passkeys";
import { makeClient, makeSignedIn, readSession, signIn } from "@/tests/people";
import { mailTo } from "@/tests/secrets";

const password = "what it is and stays";
const stateOf = async (id: string) => (await findSession(id)).status;

describe("a passkey of somebody else", () => {
  it("E09 K03 is neither renamed nor removed: there is no such thing", async () => {
    const [ann, bob] = [await makeHolder({ password }), await makeHolder({ password })];
    const before = await readPasskey(bob.passkey.id);
    const sessions = [
      await readSession(ann.session.id),
      await readSession(bob.session.id),
    ];
    for (const passkeyId of [bob.passkey.id, newId(), "", "null"]) {
      const client = makeClient();
      const change = { session: ann.session, passkeyId, client };
      expect(await outcomeOf(renamePasskey({ ...change, name: "Mine" }))).toBe(
        "not_found",
      );
      expect(await outcomeOf(remove(ann.session, passkeyId, client))).toBe("not_found");
      await expectEvents(client);
    }
    expect(await readPasskey(bob.passkey.id)).toEqual(before);
    const after = [await readSession(ann.session.id), await readSession(bob.session.id)];
    expect(after).toEqual(sessions);
    expect(await outcomeOf(signInWith(bob.authenticator))).toBe("done");
  });

  it("E09 a session that is somebody else's changes nothing for whoever names it", async () => {
    const [ann, bob] = [await makeHolder({ password }), await makeHolder({ password })];
    const crossed = { id: ann.session.id, userId: bob.user.id };
    const change = { session: crossed, passkeyId: bob.passkey.id, client: makeClient() };
    const renaming = renamePasskey({ ...change, name: "Mine" });
    expect(await outcomeOf(renaming)).toBe("unauthenticated");
    expect(await outcomeOf(remove(crossed, bob.passkey.id))).toBe("unauthenticated");
    expect((await readPasskey(bob.passkey.id)).name).toBe(bob.passkey.name);
  });
});

describe("a new name", () => {
  it("M01 is an event and no mail, and ends nothing", async () => {
    const { session, passkey, user, first } = await makeHolder();
    const mails = await mailTo(user.email);
    const client = makeClient();
    await renamePasskey({ session, passkeyId: passkey.id, name: "Blue key", client });
    expect((await readPasskey(passkey.id)).name).toBe("Blue key");
    const about = { userId: user.id, sessionId: session.id };
    await expectEvents(client, { type: "passkey_renamed", result: "success", ...about });
    expect(await mailTo(user.email)).toEqual(mails);
    expect(await stateOf(first.session.id)).toBe("alive");
  });

  it("G08 is given by no session that has ended meanwhile", async () => {
    const { session, passkey } = await makeHolder();
    const ending = { sessionId: session.id, userId: session.userId } as const;
    await endSession({ ...ending, reason: "signed_out_elsewhere" }, makeClient());
    const change = { session, passkeyId: passkey.id, client: makeClient() };
    const attempt = renamePasskey({ ...change, name: "Blue key" });
    expect(await outcomeOf(attempt)).toBe("unauthenticated");
    expect((await readPasskey(passkey.id)).name).toBe(passkey.name);
  });
});

describe("removing a passkey", () => {
  it("E13 ends the sessions that began with it, and no other", async () => {
    const holder = await makeHolder({ password });
    const { session, authenticator, passkey, user } = holder;
    const second = newAuthenticator();
    await addPasskey(holder, { authenticator: second });
    const begun = [await signInWith(authenticator), await signInWith(authenticator)];
    const others = [await signInWith(second), await signIn(user)];
    const client = makeClient();
    await remove(session, passkey.id, client);
    for (const { session: one } of begun) {
      expect(await findSession(one.id)).toEqual({ status: "ended", reason: "security" });
    }
    for (const id of [session.id, ...others.map((one) => one.session.id)]) {
      expect(await stateOf(id)).toBe("alive");
    }
    const about = { userId: user.id, result: "success" as const };
    const ending = { ...about, type: "session_ended", reason: "security" };
    await expectEvents(
      client,
      ...begun.map((one) => ({ ...ending, sessionId: one.session.id })),
      { ...about, type: "passkey_removed", sessionId: session.id },
    );
    expect((await mailTo(user.email)).at(-1)).toBe("passkey_removed");
    expect((await listPasskeys(user.id)).map(({ id }) => id)).not.toContain(passkey.id);
  });

  it("E13 lets the session go on that removes the passkey it began with", async () => {
    const { authenticator, passkey, user } = await makeHolder({ password });
    const { session } = await signInWith(authenticator);
    await remove({ id: session.id, userId: user.id }, passkey.id);
    expect(await stateOf(session.id)).toBe("alive");
  });

  it("F06 I05 gives new tokens, and the older ones are superseded", async () => {
    const { session, passkey, first, client, user } = await makeHolder({ password });
    const before = await readSession(session.id);
    const { tokens, ended } = await remove(session, passkey.id, client);
    expect(ended).toBe(0);
    const after = await readSession(session.id);
    expect(after.generation).toBe(before.generation + 1);
    expect(after.authenticatedAt).toEqual(before.authenticatedAt);
    expect(tokens.refreshToken).not.toBe(first.refreshToken);
    const renewal = await rotateRefreshToken({ token: tokens.refreshToken, client });
    expect(renewal).toMatchObject({ status: "renewed", session: { userId: user.id } });
  });

  it("E13 the removed one signs nobody in", async () => {
    const { session, authenticator, passkey, user } = await makeHolder({ password });
    const { options, handle } = await askToEnter();
    const response = authenticator.get(options);
    await remove(session, passkey.id);
    const client = makeClient();
    expect(await outcomeOf(enter(response, handle, { client }))).toBe("unknown_passkey");
    const failure = { type: "sign_in", result: "failure", method: "passkey" } as const;
    const nobody = { userId: null, sessionId: null };
    await expectEvents(client, { ...failure, ...nobody, reason: "unknown_passkey" });
    expect(await db().session.count({ where: { userId: user.id } })).toBe(1);
  });

  it("E13 is refused for the last way in, and says what to add", async () => {
    const { session, passkey } = await makeHolder();
    const client = makeClient();
    const attempt = remove(session, passkey.id, client);
    await expect(attempt).rejects.toMatchObject({
      code: "conflict",
      detail: expect.stringMatching(/add another passkey or a password first/i),
    });
    await expectEvents(client);
    expect(await passkeysOf(session.userId)).toBe(1);
    await addPasskey({ session });
    expect(await outcomeOf(remove(session, passkey.id))).toBe("done");
  });

  it("E13 is refused where the password that is left is blocked", async () => {
    const { session, passkey, user } = await makeHolder({ password });
    const data = { passwordBlockedAt: new Date() };
    await db().user.update({ where: { id: user.id }, data });
    expect(await outcomeOf(remove(session, passkey.id))).toBe("conflict");
    expect(await passkeysOf(user.id)).toBe(1);
  });

  it("G08 is done by no session that has ended meanwhile", async () => {
    const { session, passkey } = await makeHolder({ password });
    const ending = { sessionId: session.id, userId: session.userId } as const;
    await endSession({ ...ending, reason: "signed_out_elsewhere" }, makeClient());
    expect(await outcomeOf(remove(session, passkey.id))).toBe("unauthenticated");
    expect(await passkeysOf(session.userId)).toBe(1);
  });

  it("M05 leaves all as it was where its mail cannot be queued", async () => {
    const { session, authenticator, passkey } = await makeHolder({ password });
    const begun = await signInWith(authenticator);
    await db().$executeRaw`ALTER TABLE pgboss.job RENAME TO job_away`;
    try {
      await expect(remove(session, passkey.id)).rejects.toThrow();
    } finally {
      await db().$executeRaw`ALTER TABLE pgboss.job_away RENAME TO job`;
    }
    expect(await passkeysOf(session.userId)).toBe(1);
    expect(await stateOf(begun.session.id)).toBe("alive");
  });
});

describe("what browsers are told", () => {
  it("E3 is nothing of an account that never had a passkey", async () => {
    const { user } = await makeSignedIn();
    expect(await findSignal(user.id)).toBeNull();
  });

  it("E3 is all that are left after a removal, and what the account is called now", async () => {
    const { session, passkey, authenticator, user } = await makeHolder({ password });
    const second = newAuthenticator();
    const other = await addPasskey({ session }, { authenticator: second });
    const idOf = (from: typeof second) => from.passkeys[0]?.id;
    const signal = await findSignal(user.id);
    expect(signal).toEqual({
      rpId: "localhost",
      userId: authenticator.passkeys[0]?.userHandle,
      name: user.email,
      displayName: "Test Person",
      credentialIds: [idOf(authenticator), idOf(second)],
    });
    await remove(session, passkey.id);
    await db().user.update({ where: { id: user.id }, data: { name: null } });
    expect(await findSignal(user.id)).toEqual({
      ...signal,
      displayName: user.email,
      credentialIds: [idOf(second)],
    });
    await remove(session, other.id);
    expect(await findSignal(user.id)).toMatchObject({ credentialIds: [] });
  });
});
