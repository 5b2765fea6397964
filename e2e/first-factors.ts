// Every way to give a first factor, at an account that has a second one. A new method
// of the policy does not compile until its ways are told here.
import { hkdfSync } from "node:crypto";
import { hash } from "@node-rs/argon2";
import type { FirstFactor } from "@/lib/auth/policy";
import { config } from "@/lib/config";
import { askReset, newPassword } from "./account-api";
import type { Answer, ApiClient } from "./api-client";
import { makePerson, newEmail, type Person, password } from "./fixtures";
import { codeIn, tokenIn } from "./mailbox";
import {
  addPasskey,
  ceremonies,
  linkSubjects,
  magicLink,
  newAuthenticator,
  redeeming,
} from "./passwordless-api";
import { enrolApp, type Guarded, makeGuarded } from "./second-factors";
import type { Installation } from "./server";

/** How far it leads. */
type Entry = {
  guarded: Pick<Guarded, "user" | "person" | "secret">;
  answer: Answer;
  /** Of the mails, which the same person reads. */
  secrets?: string[];
  /** It is no way to this account at all, and so no pending one either. */
  isNone?: boolean;
};

/** In this browser, or app, which nobody has used. */
export type Way = (app: Installation, client: ApiClient) => Promise<Entry>;

/** What a client that keeps no cookies sends back of an answer. */
export function handlesOf({ json }: Answer): Record<string, string> {
  return {
    ...(json?.pendingToken && { "x-pending-token": json.pendingToken }),
    ...(json?.ceremonyToken && { "x-ceremony-token": json.ceremonyToken }),
  };
}

const login = "/api/auth/login";

async function byPassword(app: Installation, client: ApiClient): Promise<Entry> {
  const guarded = await makeGuarded(app);
  return { guarded, answer: await client.post(login, guarded.person) };
}

async function byReset(app: Installation, client: ApiClient): Promise<Entry> {
  const guarded = await makeGuarded(app);
  const { email } = guarded.person;
  const { token, code } = await askReset(app, email);
  const body = { token, password: newPassword };
  const reset = await client.post("/api/auth/password/reset", body);
  if (reset.json.status !== "password_changed") throw new Error(reset.text);
  const set = reset.headers.getSetCookie().join();
  if (/access|refresh/.test(set) || reset.json.tokens) throw new Error(reset.text);
  const answer = await client.post(login, { email, password: newPassword });
  return { guarded, answer, secrets: [token, code] };
}

/** As if it had come onto the list since this person chose it. */
export async function giveListedPassword(
  app: Installation,
  { email }: Pick<Person, "email">,
  listed: string,
): Promise<void> {
  const root = app.environment.APP_SECRET ?? "";
  const pepper = hkdfSync("sha256", root, "", "latchkey/password-pepper", 32);
  const options = { ...config.password.argon2, secret: Buffer.from(pepper) };
  await app.sql(`UPDATE "user" SET password_hash = $1 WHERE email = $2`, [
    await hash(listed, options),
    email,
  ]);
}

async function byListedPassword(app: Installation, client: ApiClient): Promise<Entry> {
  const guarded = await makeGuarded(app);
  const { email } = guarded.person;
  const listed = "stairwaytoheaven";
  await giveListedPassword(app, { email }, listed);
  const answer = await client.post(login, { email, password: listed, newPassword });
  return { guarded, answer };
}

function byLink(kind: "token" | "code"): Way {
  return async (app, client) => {
    const guarded = await makeGuarded(app);
    const { email } = guarded.person;
    const asked = await client.post(magicLink, { email });
    const mail = await app.mailbox.waitFor(email, linkSubjects.known);
    const secrets = { token: tokenIn(mail), code: codeIn(mail) };
    const body = { [kind]: secrets[kind] };
    const answer = await client.post(redeeming, body, { headers: handlesOf(asked) });
    return { guarded, answer, secrets: Object.values(secrets) };
  };
}

/** Left open from before the account was made in another browser. */
function byRegistration(kind: "token" | "code"): Way {
  return async (app, client) => {
    const person: Person = { email: newEmail(), password, name: "Pat Person" };
    const asked = await client.post("/api/auth/register", person);
    const mail = await app.mailbox.wait(person.email);
    const made = await makePerson(app, person);
    const guarded = { ...made, ...(await enrolApp(made.client)) };
    const secrets = { token: tokenIn(mail), code: codeIn(mail) };
    const body = { [kind]: secrets[kind], password };
    const headers = handlesOf(asked);
    const answer = await client.post("/api/auth/verify-email", body, { headers });
    return { guarded, answer, secrets: Object.values(secrets), isNone: true };
  };
}

/** Its user was verified when it was added, or is now, and not both. */
function byPasskey(verified: "once" | "now"): Way {
  return async (app, client) => {
    const guarded = await makeGuarded(app);
    const authenticator = newAuthenticator(app);
    const isUserVerified = verified === "once";
    await addPasskey(guarded.client, authenticator, { isUserVerified });
    const asked = await client.post(ceremonies.signIn.options);
    const response = authenticator.get(asked.json, { isUserVerified: !isUserVerified });
    const headers = handlesOf(asked);
    const answer = await client.post(ceremonies.signIn.verify, { response }, { headers });
    return { guarded, answer };
  };
}

export const ways: Record<FirstFactor, Record<string, Way>> = {
  password: {
    "the password": byPassword,
    "a password that was reset just now": byReset,
    "a listed password and a new one for it": byListedPassword,
  },
  magic_link: {
    "a sign-in link": byLink("token"),
    "the code of a sign-in link": byLink("code"),
  },
  email: {
    "the link of a registration": byRegistration("token"),
    "the code of a registration": byRegistration("code"),
  },
  passkey: {
    "a passkey that verifies nobody": byPasskey("once"),
    "a passkey that verified nobody when it was made": byPasskey("now"),
  },
};
