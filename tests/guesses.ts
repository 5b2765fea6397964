// Signing in with a password as anybody may try to, and the waits between.
import { linkToken } from "@/lib/auth/challenge";
import type { Client } from "@/lib/auth/client";
import { signInWithPassword } from "@/lib/auth/password";
import { hashPassword } from "@/lib/auth/password-hash";
import { requestReset, resetPassword } from "@/lib/auth/reset";
import type { ThrottleKind } from "@/lib/auth/throttle";
import { db } from "@/lib/db";
import type { Refusal } from "@/lib/errors";
import { makeClient } from "@/tests/people";

export const goodPassword = "correct horse battery";
export const wrongPassword = "not the right password";

type Try = {
  email: string;
  password?: string;
  newPassword?: string;
  client?: Client;
  isPersistent?: boolean;
};

export function tryPassword({
  password = goodPassword,
  client = makeClient(),
  isPersistent = true,
  ...given
}: Try) {
  const attempt = { ...given, password, client, isPersistent, previousToken: null };
  return signInWithPassword(attempt);
}

/** How it was answered: `signed_in`, `second_factor_required`, or the refusal's code. */
export function answerTo(attempt: Promise<{ status: string }>): Promise<string> {
  return attempt.then(
    ({ status }) => status,
    (refusal: Refusal) => refusal.code,
  );
}

/** As if everybody had waited as long as they were told to. */
export async function letWaitsPass(): Promise<void> {
  await db().$executeRaw`
    UPDATE throttle SET next_try_at = clock_timestamp() - interval '1 second'`;
}

type Count = { failures: number; lastTryAt: Date; nextTryAt: Date };

/** The counts of an account: its own first, then those of its browsers. */
export function countsOf(
  userId: string,
  kind: ThrottleKind = "password",
): Promise<Count[]> {
  return db().$queryRaw<Count[]>`
    SELECT failures, last_try_at AS "lastTryAt", next_try_at AS "nextTryAt"
    FROM throttle WHERE kind = ${kind} AND starts_with(key, ${userId})
    ORDER BY length(key), key`;
}

/** As if so many wrong ones had come from browsers the account does not know. */
export async function failBefore(
  userId: string,
  failures: number,
  kind: ThrottleKind = "password",
): Promise<void> {
  await db().$executeRaw`
    INSERT INTO throttle (kind, key, failures, next_try_at)
    VALUES (${kind}, ${userId}, ${failures}, clock_timestamp() - interval '1 second')
    ON CONFLICT (kind, key) DO UPDATE SET failures = ${failures}, next_try_at = excluded.next_try_at`;
}

/** From asking for the mail to pressing its link. */
export async function resetTo(email: string, password: string) {
  const client = makeClient();
  await requestReset(email, client);
  const where = { email, purpose: "reset", consumedAt: null };
  const { id } = await db().challenge.findFirstOrThrow({
    where,
    orderBy: { createdAt: "desc" },
  });
  return resetPassword({ proof: { token: linkToken("reset", id) }, password, client });
}

/**
 * So many hashes at any time for as long as `work` takes: a new one is queued as
 * each ends. Answers how many ended meanwhile.
 */
export async function amongHashes(
  count: number,
  work: () => Promise<unknown>,
): Promise<number> {
  let ended = 0;
  let isOver = false;
  const queue = async (): Promise<void> => {
    await hashPassword(goodPassword);
    if (isOver) return;
    ended++;
    return queue();
  };
  // Those that do not fit are refused, and that is as full as it gets.
  const hashes = Array.from({ length: count }, () => queue().catch(() => {}));
  await work().finally(() => {
    isOver = true;
  });
  await Promise.all(hashes);
  return ended;
}
