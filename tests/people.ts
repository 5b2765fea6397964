// Users and callers for tests: real rows, made in one line.
import type { Client } from "@/lib/auth/client";
import { deviceHashOf, newDeviceCookie } from "@/lib/auth/client";
import { hashPassword } from "@/lib/auth/password-hash";
import type { SecondFactor } from "@/lib/auth/policy";
import { replaceBackupCodes } from "@/lib/auth/second-factor/backup-codes";
import { finishFirstFactor, type SignInResult } from "@/lib/auth/sign-in";
import { newId } from "@/lib/crypto";
import { db, transaction } from "@/lib/db";
import { ageSession } from "@/tests/ageing";
import { makePasskeyRow } from "@/tests/passkey-rows";
import { makeTotp } from "@/tests/totp";

const chromeOnLinux =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";

/** A browser with a device cookie of its own. */
export function makeClient(over: Partial<Client> = {}): Client {
  return {
    ip: "192.0.2.1",
    userAgent: chromeOnLinux,
    requestId: newId(),
    channel: "browser",
    deviceHash: deviceHashOf(newDeviceCookie()),
    hints: {},
    ...over,
  };
}

type Person = { email?: string; password?: string; secondFactors?: SecondFactor[] };

export async function makeUser({ email, password, secondFactors = [] }: Person = {}) {
  const user = await db().user.create({
    data: {
      id: newId(),
      email:
        email ??
        `${newId()
          .toLowerCase()
          .replaceAll(/[^a-z0-9]/g, "x")}@example.com`,
      name: "Test Person",
      passwordHash: password === undefined ? null : await hashPassword(password),
      emailVerifiedAt: new Date(),
    },
  });
  await enrol(user.id, secondFactors);
  return user;
}

/**
 * Until then a first factor alone was enough for the account. Answers the app's key
 * and the codes on paper, where there are any.
 */
export async function enrol(userId: string, methods: SecondFactor[]) {
  if (methods.length === 0) return { secret: "", backupCodes: [] };
  const owned = { id: newId(), userId };
  if (methods.includes("passkey")) await makePasskeyRow(owned);
  const secret = methods.includes("totp") ? await makeTotp(owned) : "";
  const backupCodes = methods.includes("backup_code")
    ? await transaction((tx) => replaceBackupCodes(tx, owned))
    : [];
  const data = { twoFactorAt: new Date() };
  await db().user.update({ where: { id: userId }, data });
  return { secret, backupCodes };
}

type SignedIn = Extract<SignInResult, { status: "signed_in" }>;

type Entering = { id: string; securityVersion: number };

/** Through the one door, as every real sign-in goes; the browser is no news. */
export function signIn(user: Entering, client = makeClient()): Promise<SignedIn> {
  return enter(user, client, true);
}

/** From a browser that the account may never have seen: then its owner is mailed. */
export function signInAsNews(user: Entering, client = makeClient()): Promise<SignedIn> {
  return enter(user, client, false);
}

type FirstFactor = Parameters<typeof finishFirstFactor>[1];

/** What the door hears of a password that was found right. */
export function firstFactor(
  { id: userId, securityVersion }: Entering,
  client = makeClient(),
): FirstFactor {
  const who = { userId, securityVersion, client, previousToken: null };
  return { ...who, method: "password", amr: ["pwd"], isPersistent: true };
}

/** The door's answer to it: whoever is let in, asked for more, or refused. */
export function proveFirst(
  user: Entering,
  client = makeClient(),
  over: Partial<FirstFactor> = {},
) {
  return transaction((tx) =>
    finishFirstFactor(tx, { ...firstFactor(user, client), ...over }),
  );
}

async function enter(user: Entering, client: Client, isNewAccount: boolean) {
  const result = await proveFirst(user, client, { isNewAccount });
  if (result.status !== "signed_in") throw new Error(`not signed in: ${result.status}`);
  return result;
}

export async function age(sessionId: string, ms: number): Promise<void> {
  await db().$executeRawUnsafe(ageSession, sessionId, ms);
}

/** The row as it is, secrets and all. */
export function readSession(id: string) {
  return db().session.findUniqueOrThrow({
    where: { id },
    omit: { secret: false, deviceHash: false },
  });
}

/** A user with a session, and the browser it is bound to. */
export async function makeSignedIn(over: Partial<Client> = {}) {
  const user = await makeUser();
  const client = makeClient(over);
  const result = await signIn(user, client);
  return { user, client, sessionId: result.session.id, first: result };
}
