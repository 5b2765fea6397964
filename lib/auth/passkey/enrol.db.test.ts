// Who may add a passkey: a session that is alive, confirmed by more than a mail, and
// nobody who was locked out between the question and the answer.
import { describe, expect, it } from "vitest";
import { deleteAccount } from "@/lib/auth/account";
import { changePassword } from "@/lib/auth/change-password";
import { cancelEmailChange } from "@/lib/auth/email-cancel";
import { confirmEmailChange, requestEmailChange } from "@/lib/auth/email-change";
import { redeemMagicLink } from "@/lib/auth/magic-link/redeem";
import { requestMagicLink } from "@/lib/auth/magic-link/request";
import { secureAccount } from "@/lib/auth/not-me";
import { confirm, findConfirmation, sendConfirmationCode } from "@/lib/auth/step-up";
import { hours, minutes } from "@/lib/config";
import { db } from "@/lib/db";
import { resetTo } from "@/tests/guesses";
import { untilBlocked } from "@/tests/locks";
import {
  addPasskey,
  answerToAdd,
  askToAdd,
  confirmWith,
  enterWith,
  isConsumed,
  makeHolder,
  newAuthenticator,
  newSecurityKey,
  outcomeOf,
  passkeysOf,
  signInWith,
} from "@/tests/passkeys";
import { age, makeClient, makeUser, signIn, signInAsNews } from "@/tests/people";
import { codeOf, linkOf, newAddress } from "@/tests/secrets";

const password = "what it is and stays";

async function makeIn(person: Parameters<typeof makeUser>[0] = {}) {
  const user = await makeUser(person);
  const client = makeClient();
  const session = { id: (await signIn(user, client)).session.id, userId: user.id };
  return { user, client, session };
}

const isConfirmed = async (session: { id: string; userId: string }) =>
  (await findConfirmation(session)).isConfirmed;

describe("a session that was opened by mail alone", () => {
  /** From the button of the mail, in the browser that asked. */
  async function enterByMail(user: { id: string; email: string }) {
    const client = makeClient();
    const asked = { email: user.email, next: null, isPersistent: true, handle: null };
    const handle = await requestMagicLink({ ...asked, client });
    const token = await linkOf("magic-link", { email: user.email });
    const redeemed = await redeemMagicLink({ token, handle, client } as never);
    return redeemed;
  }

  it("placeholder", async () => {
    const user = await makeUser({ password });
    const r = await enterByMail(user);
    expect(r).toBeDefined();
  });
});
