// Both ways in without a password, over the API: sign-in links out of their mails,
// and passkeys of an authenticator in software, one ceremony at a time.
import {
  type AlteredAnswer,
  type AlteredCreation,
  makeAuthenticator,
} from "../tests/authenticator";
import { type Answer, ApiClient } from "./api-client";
import { expect, makePerson, type Person } from "./fixtures";
import { codeIn, tokenIn } from "./mailbox";
import type { Installation } from "./server";

export type Authenticator = ReturnType<typeof makeAuthenticator>;
type Make = Omit<Parameters<typeof makeAuthenticator>[0], "origin">;

/** The paths of a passkey's three ceremonies. */
export const ceremonies = {
  signIn: {
    options: "/api/auth/passkey/options",
    verify: "/api/auth/passkey/verify",
  },
  stepUp: {
    options: "/api/auth/step-up/passkey/options",
    verify: "/api/auth/step-up/passkey/verify",
  },
  registration: {
    options: "/api/account/passkeys/options",
    verify: "/api/account/passkeys",
  },
};

export const passkeys = ceremonies.registration.verify;
export const ceremonyCookie = "latchkey-ceremony";

/** Without further words a synced one that verifies its user. */
export function newAuthenticator(app: Installation, make: Make = {}): Authenticator {
  return makeAuthenticator({ origin: app.url, ...make });
}

/** What the server asks; the handle is kept as this client keeps it. */
export async function ask(
  client: ApiClient,
  ceremony: keyof typeof ceremonies,
  body: object = {},
) {
  const answer = await client.post(ceremonies[ceremony].options, body);
  expect(answer.status, answer.text).toBe(200);
  return answer.json;
}

type Answered = { altered?: AlteredAnswer; headers?: Record<string, string> };

/** The ceremony of a sign-in, whole, in this client. */
export async function enter(
  client: ApiClient,
  authenticator: Authenticator,
  { altered, headers }: Answered = {},
): Promise<Answer> {
  const response = authenticator.get(await ask(client, "signIn"), altered);
  return client.post(ceremonies.signIn.verify, { response }, { headers });
}

/** The same in a browser that nobody has used, and without fail. */
export async function signInWith(app: Installation, authenticator: Authenticator) {
  const client = new ApiClient(app.url);
  const answer = await enter(client, authenticator);
  expect(answer.status, answer.text).toBe(200);
  return { client, answer, session: answer.json.session };
}

export async function confirmWith(
  client: ApiClient,
  authenticator: Authenticator,
  altered?: AlteredAnswer,
): Promise<Answer> {
  const response = authenticator.get(await ask(client, "stepUp"), altered);
  return client.post(ceremonies.stepUp.verify, { response });
}

/** Answers what the list shows of it. */
export async function addPasskey(
  client: ApiClient,
  authenticator: Authenticator,
  altered?: AlteredCreation,
) {
  const response = authenticator.create(await ask(client, "registration"), altered);
  const answer = await client.post(passkeys, { response });
  expect(answer.status, answer.text).toBe(201);
  return { id: answer.json.id as string, credentialId: response.id, answer };
}

/** A signed-in person with a password, and a passkey just added. */
export async function makeHolder(app: Installation, make: Make = {}) {
  const made = await makePerson(app);
  const authenticator = newAuthenticator(app, make);
  const passkey = await addPasskey(made.client, authenticator);
  return { ...made, authenticator, passkey };
}

export type Holder = Awaited<ReturnType<typeof makeHolder>>;

export const linkSubjects = {
  known: "Your sign-in link",
  unknown: "Create your account",
};

export const magicLink = "/api/auth/magic-link";
export const redeeming = "/api/auth/magic-link/verify";

type Asking = { client?: ApiClient; subject?: string; body?: object };

/** Asks for a sign-in link in this browser, or in a new one. */
export async function askForLink(
  app: Installation,
  email: string,
  { client = new ApiClient(app.url), subject = linkSubjects.known, body }: Asking = {},
) {
  const count = app.mailbox.about(email, subject).length + 1;
  const answer = await client.post(magicLink, { email, ...body });
  expect([answer.status, answer.json?.status]).toEqual([202, "check_email"]);
  const mail = await app.mailbox.waitFor(email, subject, { count });
  return { client, answer, mail, token: tokenIn(mail), code: codeIn(mail) };
}

/** Other six digits than these. */
export const wrongCode = (right: string) =>
  String((Number(right) + 1) % 1_000_000).padStart(6, "0");

export async function sessionsOf(app: Installation, email: string): Promise<number> {
  const rows = await app.sql(
    `SELECT s.id FROM session s JOIN "user" u ON u.id = s.user_id
     WHERE u.email = $1 AND s.ended_at IS NULL`,
    [email],
  );
  return rows.length;
}

export async function passkeysOf(app: Installation, userId: string) {
  return app.sql("SELECT * FROM passkey WHERE user_id = $1 ORDER BY created_at, id", [
    userId,
  ]);
}

/** As if the account had an authenticator app as well, which nobody has at hand. */
export async function addSecondFactor(
  app: Installation,
  { email }: Pick<Person, "email">,
) {
  await app.sql(
    `WITH owner AS (
       UPDATE "user" SET two_factor_at = now() WHERE email = $1 RETURNING id)
     INSERT INTO totp (user_id, secret, last_step, session_id)
     SELECT id, 'nothing that opens', 0, '' FROM owner`,
    [email],
  );
}

/** Everything that this answer sets which opens something. */
export function grantsOf(answer: Answer): string[] {
  const lines = answer.headers.getSetCookie();
  const given = lines.filter((line) =>
    /^(__Host-)?latchkey-(access|refresh)=[^;]/.test(line),
  );
  return answer.json?.tokens ? [...given, "tokens"] : given;
}
