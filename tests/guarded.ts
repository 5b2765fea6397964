// Accounts that ask for a second factor, and both halves of a sign-in to them.
import type { Client } from "@/lib/auth/client";
import type { FirstFactor } from "@/lib/auth/policy";
import { replaceBackupCodes } from "@/lib/auth/second-factor/backup-codes";
import type { CodeMethod } from "@/lib/auth/second-factor/code";
import { signInWithCode } from "@/lib/auth/second-factor/sign-in";
import type { SignInResult } from "@/lib/auth/sign-in";
import { newId } from "@/lib/crypto";
import { db, transaction } from "@/lib/db";
import { countsOf, failBefore } from "@/tests/guesses";
import { makeClient, makeUser, proveFirst } from "@/tests/people";
import { proveSecond } from "@/tests/second-factors";
import { codeNow, makeTotp } from "@/tests/totp";

type Person = { password?: string; role?: "user" | "admin" };
type SignedIn = Extract<SignInResult, { status: "signed_in" }>;

/** With an app and ten codes, both in the tester's hands; nobody is signed in. */
export async function makeGuarded({ role = "user", ...person }: Person = {}) {
  const made = await makeUser(person);
  const owned = { id: newId(), userId: made.id };
  const secret = await makeTotp(owned);
  const backupCodes = await transaction((tx) => replaceBackupCodes(tx, owned));
  const user = await db().user.update({
    where: { id: made.id },
    data: { twoFactorAt: new Date(), role },
  });
  return { user, secret, backupCodes };
}

type First = { method?: FirstFactor; previousToken?: string | null };

/** What the account, as it is now, answers to a first factor that was right. */
export async function enterFirst(
  userId: string,
  client: Client = makeClient(),
  { method = "password", previousToken = null }: First = {},
) {
  const user = await db().user.findUniqueOrThrow({ where: { id: userId } });
  const amr = [method === "password" ? "pwd" : method];
  return proveFirst(user, client, { method, amr, previousToken });
}

/** The handle of a sign-in that waits for its second factor. */
export async function begin(
  ...first: Parameters<typeof enterFirst>
): Promise<{ pending: string; client: Client }> {
  const [userId, client = makeClient(), over] = first;
  const answer = await enterFirst(userId, client, over);
  if (answer.status !== "second_factor_required") throw new Error(answer.status);
  return { pending: answer.pending, client };
}

type Entering = {
  pending: string | null;
  client: Client;
  code: string;
  method?: CodeMethod;
  trustsBrowser?: boolean;
};

export function enterCode({
  method = "totp",
  trustsBrowser = false,
  ...entering
}: Entering) {
  return signInWithCode({ ...entering, method, trustsBrowser, previousToken: null });
}

/** Both factors, without any code being used up for it. */
export async function signInFully(
  userId: string,
  client: Client = makeClient(),
): Promise<{ session: { id: string; userId: string }; first: SignedIn; client: Client }> {
  const { pending } = await begin(userId, client);
  const first = await proveSecond(pending, client);
  if (first.status !== "signed_in") throw new Error(first.status);
  return { session: { id: first.session.id, userId }, first, client };
}

/** Six digits that the app shows neither now nor soon, others for each `n`. */
export function wrongNow(secret: string, n = 0): string {
  const near = [-2, -1, 0, 1, 2].map((steps) => codeNow(secret, steps));
  const others = Array.from({ length: n + 6 }, (_, at) => String(at).padStart(6, "0"));
  return others.filter((code) => !near.includes(code))[n] ?? "";
}

/** As if the code that was used last had been used long ago. */
export async function letStepsPass(userId: string): Promise<void> {
  await db().totp.update({ where: { userId }, data: { lastStep: 0 } });
}

/** Again where a code's half minute has ended meanwhile, and with it what it was. */
export async function withinOneStep<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    const step = Math.floor(Date.now() / 30_000);
    const done = await work();
    if (Math.floor(Date.now() / 30_000) === step) return done;
  }
}

/** Wrong second factors in a row: of the account first, then of its browsers. */
export async function failuresOf(userId: string): Promise<number[]> {
  return (await countsOf(userId, "second_factor")).map(({ failures }) => failures);
}

/** As if so many wrong ones had come from browsers that the account does not know. */
export const failSecondBefore = (userId: string, failures: number) =>
  failBefore(userId, failures, "second_factor");

/** The sessions that are alive, and what each was begun or confirmed with. */
export function liveLevelsOf(userId: string) {
  return db().$queryRaw<{ id: string; aal: number }[]>`
    SELECT s.id, s.aal FROM session s JOIN "user" u ON u.id = s.user_id
    WHERE u.id = ${userId} AND s.ended_at IS NULL AND u.banned_at IS NULL
      AND s.security_version = u.security_version`;
}
