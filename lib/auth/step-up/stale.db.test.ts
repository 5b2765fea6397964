// What was true of an account when a confirmation began, and is not any more.
import { describe, expect, it } from "vitest";
import { changePassword } from "@/lib/auth/change-password";
import { secureAccount } from "@/lib/auth/not-me";
import { confirm } from "@/lib/auth/step-up/confirm";
import {
  findConfirmation,
  sendConfirmationCode,
  spendConfirmation,
} from "@/lib/auth/step-up/confirmation";
import { db, transaction } from "@/lib/db";
import { untilBlocked } from "@/tests/locks";
import { makeClient, makeSignedIn, makeUser, signIn, signInAsNews } from "@/tests/people";
import { codeOf, linkOf, newAddress } from "@/tests/secrets";

const password = "what it was before";
const act = "delete_account";

/** Two sessions of a stranger; the mail about the younger one is acted upon. */
async function makeSecured() {
  const user = await makeUser({ password });
  const client = makeClient();
  const older = await signIn(user, client);
  const session = { id: older.session.id, userId: user.id };
  await confirm({ session, client, act }, { method: "password", password });
  const younger = await signInAsNews(user);
  const token = await linkOf("not-me", { sessionId: younger.session.id });
  await secureAccount(token, makeClient());
  return { user, client, session };
}

describe('a confirmation from before "This wasn\'t me"', () => {
  it("F8 F07 counts no more in a session that is older, for any act", async () => {
    const { session } = await makeSecured();
    const methods = ["email_code"];
    expect(await findConfirmation(session)).toMatchObject({
      isConfirmed: false,
      methods,
    });
    expect((await findConfirmation(session, act)).isConfirmed).toBe(false);
    expect(await transaction((tx) => spendConfirmation(tx, session, act))).toBe(false);
  });

  it("F8 F07 one by the mailbox counts again, and may set a password", async () => {
    const { user, client, session } = await makeSecured();
    await sendConfirmationCode(session, client);
    const code = await codeOf("step-up-code", { sessionId: session.id });
    await confirm({ session, client, act }, { method: "email_code", code });
    expect((await findConfirmation(session)).isConfirmed).toBe(true);
    expect((await findConfirmation(session, act)).isConfirmed).toBe(true);
    await changePassword({ session, newPassword: "what it is from now", client });
    const { passwordBlockedAt } = await db().user.findUniqueOrThrow({
      where: { id: user.id },
    });
    expect(passwordBlockedAt).toBeNull();
  });
});

describe("a code that is asked for while the address changes", () => {
  it("C12 goes to the address that the account has then, not to the one it left", async () => {
    const { user, client, sessionId } = await makeSignedIn();
    const email = newAddress();
    let sent: Promise<void> = Promise.resolve();
    await transaction(async (tx) => {
      await tx.user.update({ where: { id: user.id }, data: { email } });
      sent = sendConfirmationCode({ id: sessionId, userId: user.id }, client);
      await untilBlocked(sent);
    });
    await sent;
    const where = { purpose: "step-up-code", sessionId };
    expect((await db().challenge.findFirstOrThrow({ where })).email).toBe(email);
  });
});
