// Who may add a passkey: a session that is alive and was confirmed by more than a
// mail, and nobody who was locked out between the question and the answer.
import { describe, expect, it } from "vitest";
import { deleteAccount } from "@/lib/auth/account";
import { changePassword } from "@/lib/auth/change-password";
import { redeemMagicLink } from "@/lib/auth/magic-link/redeem";
import { requestMagicLink } from "@/lib/auth/magic-link/request";
import { secureAccount } from "@/lib/auth/not-me";
import { confirm } from "@/lib/auth/step-up/confirm";
import { findConfirmation, sendConfirmationCode } from "@/lib/auth/step-up/confirmation";
import { endPending } from "@/lib/auth/store-password";
import { hours, minutes } from "@/lib/config";
import { db } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import { resetTo } from "@/tests/guesses";
import { countDeadlocks, untilBlocked } from "@/tests/locks";
import {
  addPasskey,
  answerToAdd,
  askToAdd,
  confirmWith,
  isConsumed,
  makeHolder,
  newSecurityKey,
  outcomeOf,
  passkeysOf,
  signInWith,
} from "@/tests/passkeys";
import { age, makeClient, makeUser, signIn, signInAsNews } from "@/tests/people";
import { linkOf } from "@/tests/secrets";

const password = "what it is and stays";
type Owned = { id: string; userId: string };

async function makeIn(person: Parameters<typeof makeUser>[0] = {}) {
  const user = await makeUser(person);
  const client = makeClient();
  const session = { id: (await signIn(user, client)).session.id, userId: user.id };
  return { user, client, session };
}

/** With the button of the mailed link, in the browser that asked for it. */
async function enterByMail(email: string): Promise<Owned> {
  const client = makeClient();
  const asked = { email, next: null, isPersistent: true, handle: null };
  const handle = await requestMagicLink({ ...asked, client });
  const proof = { token: await linkOf("magic-link", { email }) };
  const entered = await redeemMagicLink({ proof, handle, client, previousToken: null });
  if (entered.status !== "finished" || entered.result.status !== "signed_in") {
    throw new Error("not signed in");
  }
  const { session, user } = entered.result;
  return { id: session.id, userId: user.id };
}

const confirmation = (session: Owned) => findConfirmation(session);

describe("a session that was opened by mail alone", () => {
  it("E10 is not confirmed where the account has a password, until that is given", async () => {
    const session = await enterByMail((await makeUser({ password })).email);
    const methods = ["password"];
    expect(await confirmation(session)).toMatchObject({ isConfirmed: false, methods });
    await confirm({ session, client: makeClient() }, { method: "password", password });
    expect(await confirmation(session)).toMatchObject({ isConfirmed: true, methods });
  });

  it("E10 is not confirmed where the account has a passkey, until that is used", async () => {
    const { user, authenticator } = await makeHolder();
    const session = await enterByMail(user.email);
    const methods = ["passkey"];
    expect(await confirmation(session)).toMatchObject({ isConfirmed: false, methods });
    await confirmWith(session, authenticator);
    expect(await confirmation(session)).toMatchObject({ isConfirmed: true, methods });
  });

  it("E10 is confirmed where the account has nothing else", async () => {
    const session = await enterByMail((await makeUser()).email);
    const methods = ["email_code"];
    expect(await confirmation(session)).toMatchObject({ isConfirmed: true, methods });
    await age(session.id, minutes(10));
    expect(await confirmation(session)).toMatchObject({ isConfirmed: false, methods });
  });

  it("E10 is not confirmed any more once the account has something else", async () => {
    const { email } = await makeUser();
    const session = await enterByMail(email);
    await addPasskey({ session });
    expect(await confirmation(session)).toMatchObject({ isConfirmed: false });
    const other = await enterByMail(email);
    expect(await confirmation(other)).toMatchObject({ isConfirmed: false });
  });

  it("E10 has no code mailed to it where the account has something else", async () => {
    const { user } = await makeHolder();
    const session = await enterByMail(user.email);
    const client = makeClient();
    const weak = [
      sendConfirmationCode(session, client),
      confirm({ session, client }, { method: "email_code", code: "000000" }),
      confirm({ session, client }, { method: "password", password }),
    ];
    for (const attempt of weak) {
      await expect(attempt).rejects.toMatchObject({
        code: "step_up_required",
        extra: { methods: ["passkey"] },
      });
    }
  });
});

describe("a session that was opened with a passkey", () => {
  it("E05 is confirmed by user verification, and without it is not", async () => {
    const { user, authenticator } = await makeHolder({ password }, newSecurityKey());
    const enter = async (isUserVerified: boolean) => {
      const entered = await signInWith(authenticator, { altered: { isUserVerified } });
      return confirmation({ id: entered.session.id, userId: user.id });
    };
    const methods = ["passkey", "password"];
    expect(await enter(true)).toMatchObject({ isConfirmed: true, methods });
    // Whoever found the key: it opens the door, and changes no lock.
    expect(await enter(false)).toMatchObject({ isConfirmed: false, methods });
  });

  it("E05 without user verification is confirmed by the password", async () => {
    const { user, authenticator } = await makeHolder({ password }, newSecurityKey());
    const altered = { isUserVerified: false };
    const entered = await signInWith(authenticator, { altered });
    const session = { id: entered.session.id, userId: user.id };
    await confirm({ session, client: makeClient() }, { method: "password", password });
    expect(await confirmation(session)).toMatchObject({ isConfirmed: true });
  });
});

describe("an answer that comes after", () => {
  it("E10 no question adds nothing", async () => {
    const { session } = await makeIn();
    const client = makeClient();
    const { options } = await askToAdd({ session });
    const attempt = answerToAdd({ session, client }, { options, handle: "" });
    expect(await attempt).toBeNull();
    const failure = { type: "passkey_added", result: "failure" } as const;
    const about = { userId: session.userId, sessionId: session.id };
    await expectEvents(client, { ...failure, ...about, reason: "no_ceremony" });
    expect(await passkeysOf(session.userId)).toBe(0);
  });

  it("E10 C14 the session was ended by its owner adds nothing", async () => {
    const user = await makeUser({ password });
    await signIn(user);
    const strange = await signInAsNews(user);
    const session = { id: strange.session.id, userId: user.id };
    const asked = await askToAdd({ session });
    await secureAccount(await linkOf("not-me", { sessionId: session.id }), makeClient());
    expect(await outcomeOf(answerToAdd({ session }, asked))).toBe("unauthenticated");
    expect(await isConsumed(asked.handle)).toBe(true);
    expect(await passkeysOf(user.id)).toBe(0);
  });

  /** Two sessions of one account; the older one has been asked to add a passkey. */
  async function makeBegun() {
    const account = await makeIn({ password });
    await age(account.session.id, hours(1));
    const { user, session } = account;
    const strange = await signInAsNews(user);
    const token = await linkOf("not-me", { sessionId: strange.session.id });
    const press = () => secureAccount(token, makeClient());
    const other = { id: strange.session.id, userId: user.id };
    return { ...account, other, press, asked: await askToAdd({ session }) };
  }

  it("E10 C14 the account was secured adds nothing, in an older session as well", async () => {
    const { session, press, asked, user } = await makeBegun();
    await press();
    expect(await outcomeOf(answerToAdd({ session }, asked))).toBe("no_ceremony");
    expect(await passkeysOf(user.id)).toBe(0);
  });

  it("E10 C14 adds nothing while the account is being secured, either", async () => {
    const { session, asked, user } = await makeBegun();
    const deadlocks = await countDeadlocks();
    let finished: Promise<string> = Promise.resolve("not begun");
    await db().$transaction(async (tx) => {
      await tx.$executeRaw`UPDATE "user" SET password_blocked_at = clock_timestamp()
        WHERE id = ${user.id}`;
      finished = outcomeOf(answerToAdd({ session }, asked));
      await untilBlocked(finished);
      await endPending(tx, user.id);
    });
    expect(await finished).toBe("no_ceremony");
    expect(await countDeadlocks()).toBe(deadlocks);
    expect(await passkeysOf(user.id)).toBe(0);
  });

  it("E10 G07 the password was changed in another session adds nothing", async () => {
    const { session, other, asked, user, client } = await makeBegun();
    await changePassword({ session: other, newPassword: "what it is from now", client });
    expect(await outcomeOf(answerToAdd({ session }, asked))).toBe("unauthenticated");
    expect(await passkeysOf(user.id)).toBe(0);
  });

  it("E10 C11 the password was reset by mail adds nothing", async () => {
    const { session, asked, user } = await makeBegun();
    await resetTo(user.email, "what it is from now");
    expect(await outcomeOf(answerToAdd({ session }, asked))).toBe("unauthenticated");
    expect(await passkeysOf(user.id)).toBe(0);
  });

  it("E10 G03 the account was banned or deleted adds nothing", async () => {
    const [banned, deleted] = [await makeBegun(), await makeBegun()];
    const where = { id: banned.user.id };
    await db().user.update({ where, data: { bannedAt: new Date() } });
    const attempt = answerToAdd(banned, banned.asked);
    expect(await outcomeOf(attempt)).toBe("unauthenticated");
    await db().$executeRaw`UPDATE session SET confirmed_for = 'delete_account',
      confirmed_for_at = clock_timestamp() WHERE id = ${deleted.session.id}`;
    expect(await deleteAccount(deleted.session, makeClient())).toBe(true);
    const late = answerToAdd(deleted, deleted.asked);
    expect(await outcomeOf(late)).toBe("unauthenticated");
    for (const { user } of [banned, deleted]) expect(await passkeysOf(user.id)).toBe(0);
  });

  it("E10 a question to an account that is gone is refused", async () => {
    const { session } = await makeIn();
    await db().user.delete({ where: { id: session.userId } });
    expect(await outcomeOf(askToAdd({ session }))).toBe("unauthenticated");
  });
});
