// Whose verification counts: only that of a passkey which verified its user when it
// was made (WebAuthn Level 3 §4, `uvInitialized`). A key without a PIN takes the one
// that its finder sets.
import { describe, expect, it } from "vitest";
import { findConfirmation } from "@/lib/auth/step-up/confirmation";
import {
  type Authenticator,
  addPasskey,
  answerToAdd,
  askToAdd,
  confirmWith,
  makeHolder,
  newAuthenticator,
  newSecurityKey,
  outcomeOf,
  signInWith,
} from "@/tests/passkeys";

const password = "what it is and stays";

async function isConfirmedBy(authenticator: Authenticator) {
  const { session, user } = await signInWith(authenticator);
  const own = { id: session.id, userId: user.id };
  const { isConfirmed } = await findConfirmation(own);
  return { own, session, isConfirmed };
}

describe("a passkey that verified nobody when it was made", () => {
  async function makeUnverified() {
    const { session } = await makeHolder({ password });
    const authenticator = newSecurityKey();
    const altered = { isUserVerified: false };
    await addPasskey({ session }, { authenticator, altered });
    return authenticator;
  }

  it("E05 is one factor, and confirms nothing, with a PIN that it was given since", async () => {
    const key = await makeUnverified();
    const { session, isConfirmed } = await isConfirmedBy(key);
    expect(session).toMatchObject({ aal: 1, amr: ["hwk", "user"] });
    expect(isConfirmed).toBe(false);
  });

  it("E05 F05 confirms no session that is there already", async () => {
    const key = await makeUnverified();
    const { own } = await isConfirmedBy(key);
    expect(await outcomeOf(confirmWith(own, key))).toBe("no_user_verification");
    expect((await findConfirmation(own)).isConfirmed).toBe(false);
  });
});

it("E05 E5 a passkey that the browser made by itself after the password is two factors", async () => {
  const { session } = await makeHolder({ password });
  const authenticator = newAuthenticator();
  const altered = { isUserPresent: false, isUserVerified: false };
  const asked = await askToAdd({ session }, true);
  await answerToAdd({ session }, asked, { authenticator, altered });
  const entered = await isConfirmedBy(authenticator);
  expect(entered.session.aal).toBe(2);
  expect(entered.isConfirmed).toBe(true);
});
