// Passkeys as people add and use them: each ceremony whole, through the domain, with
// an authenticator in software. What a forger would alter is altered in its answer.
import type { Client } from "@/lib/auth/client";
import { askForPasskey } from "@/lib/auth/passkey/assertion";
import { removePasskey } from "@/lib/auth/passkey/credentials";
import { beginRegistration, finishRegistration } from "@/lib/auth/passkey/register";
import { signInWithPasskey } from "@/lib/auth/passkey/sign-in";
import type { SignInResult } from "@/lib/auth/sign-in";
import { confirm } from "@/lib/auth/step-up/confirm";
import type { DestructiveAct } from "@/lib/auth/step-up/confirmation";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { Refusal } from "@/lib/errors";
import {
  type AlteredAnswer,
  type AlteredCreation,
  makeAuthenticator,
} from "@/tests/authenticator";
import { makeClient, makeUser, signIn } from "@/tests/people";

export type Authenticator = ReturnType<typeof makeAuthenticator>;
type Make = Omit<Parameters<typeof makeAuthenticator>[0], "origin">;
type Owned = { id: string; userId: string };
type SignedIn = Extract<SignInResult, { status: "signed_in" }>;

/** Of this site; without further words a synced one that verifies its user. */
export function newAuthenticator(make: Make = {}): Authenticator {
  return makeAuthenticator({ origin: env().appUrl, ...make });
}

/** Bound to the device, and counts: what people carry on a key ring. */
export function newSecurityKey(make: Make = {}): Authenticator {
  const key = { isBackupEligible: false, hasCounter: true } as const;
  const attachment = "cross-platform";
  const aaguid = "00000000-0000-0000-0000-000000000000";
  return newAuthenticator({
    ...key,
    attachment,
    transports: ["usb", "nfc"],
    aaguid,
    ...make,
  });
}

type Account = { session: Owned; client?: Client };

export async function askToAdd({ session }: Account, isConditional = false) {
  return beginRegistration({ session, isConditional, rpName: "Latchkey" });
}

type Asked = Awaited<ReturnType<typeof askToAdd>>;
type Added = { authenticator?: Authenticator; altered?: AlteredCreation };

/** The browser's answer to what was asked, sent from this session. */
export function answerToAdd(
  { session, client = makeClient() }: Account,
  { options, handle }: Asked,
  { authenticator = newAuthenticator(), altered }: Added = {},
) {
  const response = authenticator.create(options, altered);
  return finishRegistration({ session, response, handle, client });
}

/** The session counts as confirmed: that was asked for before the options. */
export async function addPasskey(account: Account, added: Added = {}) {
  const passkey = await answerToAdd(account, await askToAdd(account), added);
  if (!passkey) throw new Error("the ceremony was not open");
  return passkey;
}

type Person = Parameters<typeof makeUser>[0];

/** A signed-in person who has just added a passkey. */
export async function makeHolder(
  person: Person = {},
  authenticator = newAuthenticator(),
) {
  const user = await makeUser(person);
  const client = makeClient();
  const first = await signIn(user, client);
  const session = { id: first.session.id, userId: user.id };
  const passkey = await addPasskey({ session, client }, { authenticator });
  return { user, client, first, session, authenticator, passkey };
}

type Answer = ReturnType<Authenticator["get"]>;

export const askToEnter = () => askForPasskey("passkey-sign-in");
export const askToConfirm = (session: Owned) => askForPasskey("passkey-step-up", session);

/** From the button on the sign-in page, and not sent yet. */
export async function answerToEnter(
  authenticator: Authenticator,
  altered?: AlteredAnswer,
) {
  const asked = await askToEnter();
  return { ...asked, response: authenticator.get(asked.options, altered) };
}

type Entering = { client?: Client; previousToken?: string | null };

export function enter(
  response: Answer,
  handle: string | null,
  { client = makeClient(), previousToken = null }: Entering = {},
) {
  const attempt = { response, handle, client, previousToken };
  return signInWithPasskey({ ...attempt, isPersistent: true });
}

/** However it ends. */
export async function enterWith(
  authenticator: Authenticator,
  { altered, ...over }: Entering & { altered?: AlteredAnswer } = {},
) {
  const { response, handle } = await answerToEnter(authenticator, altered);
  return enter(response, handle, over);
}

/** Signed in; anything else is a fault of the test. */
export async function signInWith(
  ...entering: Parameters<typeof enterWith>
): Promise<SignedIn> {
  const result = await enterWith(...entering);
  if (result.status !== "signed_in") throw new Error(`not signed in: ${result.status}`);
  return result;
}

type Confirming = { act?: DestructiveAct; client?: Client };

export function prove(
  session: Owned,
  response: Answer,
  handle: string | null,
  { act, client = makeClient() }: Confirming = {},
) {
  return confirm({ session, client, act }, { method: "passkey", response, handle });
}

/** An authenticator of somebody else answers, too: it is not told what is allowed. */
export async function confirmWith(
  session: Owned,
  authenticator: Authenticator,
  { altered, ...over }: Confirming & { altered?: AlteredAnswer } = {},
) {
  const { options, handle } = await askToConfirm(session);
  const response = authenticator.get({ ...options, allowCredentials: [] }, altered);
  return prove(session, response, handle, over);
}

export function remove(session: Owned, passkeyId: string, client = makeClient()) {
  return removePasskey({ session, passkeyId, client });
}

/** What the row of a ceremony is called. */
export const idOf = (handle: string) => handle.slice(0, 22);

export async function isConsumed(handle: string): Promise<boolean> {
  const where = { id: idOf(handle) };
  return (await db().challenge.findUniqueOrThrow({ where })).consumedAt !== null;
}

/** `done`, or why not: the reason where it has one, else the code. */
export async function outcomeOf(attempt: Promise<unknown>): Promise<string> {
  try {
    return (await attempt) === null ? "no_ceremony" : "done";
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return String(error.extra.reason ?? error.code);
  }
}

export function readPasskey(id: string) {
  return db().passkey.findUniqueOrThrow({ where: { id } });
}

export const passkeysOf = (userId: string) => db().passkey.count({ where: { userId } });

export function liveSessionsOf(userId: string) {
  return db().session.findMany({
    where: { userId, endedAt: null },
    orderBy: { createdAt: "asc" },
  });
}
