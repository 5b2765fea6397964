// People at their account: signed in in several places, some of them so long ago
// that what matters has to be confirmed again.
import { ApiClient } from "./api-client";
import { expect, makePerson, newEmail, type Person, password } from "./fixtures";
import { codeIn, tokenIn } from "./mailbox";
import type { Installation } from "./server";
import { age, minutes } from "./sessions";

export const newPassword = "another long enough sentence";

/** The subjects of the mails that stories wait for. */
export const subjects = {
  reset: "Reset your password",
  noAccount: "There is no account with this address",
  passwordChanged: "Your account has a new password",
  passwordRemoved: "The password of your account was removed",
  newDevice: "New sign-in to your account",
  confirmNewEmail: "Confirm your new email address",
  emailChangeAsked: "Your email address is about to change",
  emailChanged: "The email address of your account changed",
  emailConfirmed: "This is now your email address",
  emailRestored: "Your email address was put back",
  confirmationCode: "Confirm that it is you",
  secured: "Your account was secured",
  deleted: "Your account was deleted",
};

export type Made = Awaited<ReturnType<typeof makePerson>>;

/** A person whose sign-in was longer ago than a confirmation lasts. */
export async function makeStale(app: Installation): Promise<Made> {
  const made = await makePerson(app);
  await makeOld(app, made.session.id);
  return made;
}

/** Signed up without a password, and in by the mailbox alone. */
export function makePasswordless(app: Installation): Promise<Made> {
  return makePerson(app, { password: undefined });
}

export function makeOld(app: Installation, sessionId: string) {
  return age(app, sessionId, minutes(11));
}

type NativeTokens = { accessToken: string; refreshToken: string };

/** An app on a phone; `session` and `tokens` as the sign-in answered them. */
export async function signInNatively(
  app: Installation,
  { email, password }: Pick<Person, "email" | "password">,
) {
  const client = new ApiClient(app.url, undefined, "native");
  const answer = await client.post("/api/auth/login", { email, password });
  expect(answer.status).toBe(200);
  const tokens: NativeTokens = answer.json.tokens;
  client.accessToken = tokens.accessToken;
  return { client, answer, tokens, session: answer.json.session };
}

/** Asks for a reset in this browser, or in a new one. */
export async function askReset(
  app: Installation,
  email: string,
  client = new ApiClient(app.url),
) {
  const count = app.mailbox.about(email, subjects.reset).length + 1;
  const answer = await client.post("/api/auth/password/forgot", { email });
  expect([answer.status, answer.json]).toEqual([202, { status: "check_email" }]);
  const mail = await app.mailbox.waitFor(email, subjects.reset, { count });
  return { client, mail, token: tokenIn(mail), code: codeIn(mail) };
}

/** Asks to move the account to an address nobody has. */
export async function askNewEmail(app: Installation, { client, person }: Made) {
  const email = newEmail();
  const answer = await client.post("/api/account/email", { email });
  expect([answer.status, answer.json]).toEqual([202, { status: "check_email" }]);
  const confirming = await app.mailbox.waitFor(email, subjects.confirmNewEmail);
  const notice = await app.mailbox.waitFor(person.email, subjects.emailChangeAsked);
  return {
    email,
    token: tokenIn(confirming),
    code: codeIn(confirming),
    cancelToken: tokenIn(notice),
  };
}

/** How a sign-in with this address and password ends. */
export async function tryToSignIn(
  app: Installation,
  email: string,
  given = password,
  client = new ApiClient(app.url),
): Promise<number> {
  return (await client.post("/api/auth/login", { email, password: given })).status;
}
