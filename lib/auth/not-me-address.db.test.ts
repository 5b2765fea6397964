// "This wasn't me" after a stranger has moved the account to his own mailbox: it
// goes back to the mailbox that presses, and to no other one.
import { describe, expect, it } from "vitest";
import { deleteAccount } from "@/lib/auth/account";
import { cancelEmailChange } from "@/lib/auth/email-cancel";
import { confirmEmailChange, requestEmailChange } from "@/lib/auth/email-change";
import { secureAccount } from "@/lib/auth/not-me";
import { findSession } from "@/lib/auth/session-cache";
import { hours } from "@/lib/config";
import { newId } from "@/lib/crypto";
import { db, transaction } from "@/lib/db";
import { untilBlocked } from "@/tests/locks";
import { age, makeClient, makeUser, signInAsNews } from "@/tests/people";
import { linkOf, mailTo, newAddress } from "@/tests/secrets";

const readUser = (id: string) => db().user.findUniqueOrThrow({ where: { id } });
const press = (token: string) => secureAccount(token, makeClient());

type Session = { id: string; userId: string };

/** Asked for and confirmed in this session, which goes on. */
async function move(session: Session, email = newAddress()): Promise<string> {
  const client = makeClient();
  await requestEmailChange({ session, email, client });
  const proof = { token: await linkOf("email-change", { userId: session.userId }) };
  await confirmEmailChange({ proof, session, client });
  return email;
}

/** A session of an account as it is now, and the link that was mailed about it. */
async function enter(userId: string) {
  const started = await signInAsNews(await readUser(userId), makeClient());
  const session = { id: started.session.id, userId };
  return { session, token: await linkOf("not-me", { sessionId: session.id }) };
}

async function makeInvaded() {
  const user = await makeUser();
  const own = await enter(user.id);
  await age(own.session.id, hours(1));
  return { user, own, stranger: await enter(user.id) };
}

describe("an account that was moved away", () => {
  it("C12 goes back to the mailbox that presses, and every session ends", async () => {
    const { user, stranger } = await makeInvaded();
    await move(stranger.session);
    const answer = await press(stranger.token);
    expect(answer).toMatchObject({
      status: "secured",
      restoredEmail: user.email,
      ended: 1,
    });
    expect((await readUser(user.id)).email).toBe(user.email);
    expect((await findSession(stranger.session.id)).status).toBe("ended");
    expect(await mailTo(user.email)).toContain("email_restored");
  });

  it("C12 the mail about the change does the same, after several moves too", async () => {
    const { user, stranger } = await makeInvaded();
    for (let n = 0; n < 3; n++) await move(stranger.session);
    const token = await linkOf("not-me", { email: user.email });
    expect(await press(token)).toMatchObject({ restoredEmail: user.email });
    expect((await readUser(user.id)).email).toBe(user.email);
  });

  it("C12 the owner's own change, in an older session, stays", async () => {
    const { user, own, stranger } = await makeInvaded();
    const email = await move(own.session);
    const answer = await press(stranger.token);
    expect(answer).toMatchObject({ status: "secured", restoredEmail: null });
    expect((await readUser(user.id)).email).toBe(email);
    expect((await findSession(own.session.id)).status).toBe("alive");
  });

  it("C13 the rest is done even when somebody else has the old address by now", async () => {
    const { user, stranger } = await makeInvaded();
    const email = await move(stranger.session);
    await makeUser({ email: user.email });
    const answer = await press(stranger.token);
    expect(answer).toMatchObject({ status: "secured", restoredEmail: null, ended: 1 });
    expect((await readUser(user.id)).email).toBe(email);
  });

  it("C13 the rest is done even when somebody takes the old address just then", async () => {
    const { user, stranger } = await makeInvaded();
    await move(stranger.session);
    let answer: ReturnType<typeof press> | undefined;
    await transaction(async (tx) => {
      const data = { id: newId(), email: user.email, emailVerifiedAt: new Date() };
      await tx.user.create({ data });
      answer = press(stranger.token);
      await untilBlocked(answer);
    });
    expect(await answer).toMatchObject({
      status: "secured",
      restoredEmail: null,
      ended: 1,
    });
    expect((await findSession(stranger.session.id)).status).toBe("ended");
    expect((await readUser(user.id)).passwordBlockedAt).not.toBeNull();
  });
});

describe("a link that was mailed to the stranger's mailbox", () => {
  it("C14 gives him nothing while the account is his", async () => {
    const { user, stranger } = await makeInvaded();
    const email = await move(stranger.session);
    const second = await enter(user.id);
    expect(await press(second.token)).toMatchObject({ restoredEmail: null });
    expect((await readUser(user.id)).email).toBe(email);
  });

  it("C14 gives him nothing after the owner has pressed, however often he had moved it", async () => {
    const { user, stranger } = await makeInvaded();
    await move(stranger.session);
    const second = await enter(user.id);
    await move(second.session);
    const third = await enter(user.id);
    expect(await press(stranger.token)).toMatchObject({ restoredEmail: user.email });
    for (const { token } of [second, third]) {
      expect(await press(token)).toEqual({ status: "refused", reason: "replaced" });
    }
    expect((await readUser(user.id)).email).toBe(user.email);
  });

  it("C14 gives him nothing after the old mailbox took the change back", async () => {
    const { user, stranger } = await makeInvaded();
    const first = await move(stranger.session);
    const undo = await linkOf("email-cancel", { email: user.email });
    const second = await enter(user.id);
    await requestEmailChange({ ...second, email: newAddress(), client: makeClient() });
    const his = await linkOf("email-cancel", { email: first });
    const restored = { status: "restored", email: user.email };
    expect(await cancelEmailChange(undo, makeClient())).toMatchObject(restored);
    expect(await press(second.token)).toMatchObject({ status: "refused" });
    expect(await cancelEmailChange(his, makeClient())).toMatchObject({
      status: "refused",
    });
    expect((await readUser(user.id)).email).toBe(user.email);
  });

  it("C14 does not take the owner's older links away when he presses his own", async () => {
    const { user, stranger } = await makeInvaded();
    const first = await move(stranger.session);
    await move(stranger.session);
    const his = await linkOf("not-me", { email: first });
    expect(await press(his)).toMatchObject({ restoredEmail: first });
    expect(await press(stranger.token)).toMatchObject({ restoredEmail: user.email });
    expect((await readUser(user.id)).email).toBe(user.email);
  });
});

describe("an account that is gone", () => {
  it("G03 refuses its links plainly, and makes nothing of them", async () => {
    const { user, own, stranger } = await makeInvaded();
    const undo = await linkOf("not-me", { userId: user.id });
    const { session } = own;
    const client = makeClient();
    await db().$executeRaw`UPDATE session SET confirmed_for = 'delete_account',
      confirmed_for_at = clock_timestamp() WHERE id = ${session.id}`;
    expect(await deleteAccount(session, client)).toBe(true);
    for (const token of [stranger.token, own.token, undo]) {
      expect(await press(token)).toEqual({ status: "refused", reason: "wrong" });
    }
    expect(await db().user.count({ where: { id: user.id } })).toBe(0);
  });
});
