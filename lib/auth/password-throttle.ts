// How many wrong passwords an account stands, whoever asks and wherever: every
// place that compares one counts here first (Keycloak CVE-2026-9798: one oracle
// outside the lockout). A browser that has signed in before has a count of its
// own, so that strangers cannot lock the owner out of it.
import { config } from "@/lib/config";
import { mac } from "@/lib/crypto";
import { type Connection, db } from "@/lib/db";
import { Refusal, rateLimited } from "@/lib/errors";

const { freeFailures, firstDelay, maxDelay, refuseAfter } = config.password.throttle;

export type PasswordTry = {
  key: string;
  /** This one included, as if it were wrong. */
  failures: number;
  isKnownBrowser: boolean;
};

/** An address without an account is counted like one that has one. */
export function throttleSubject(userId: string | undefined, email: string): string {
  return userId ?? mac("rate-limit-key", email);
}

/**
 * Counts a try before it is made, in one statement: parallel guesses cannot slip
 * past. Throws `rate_limited` while the subject has to wait, and after
 * `refuseAfter` failures until a reset.
 */
export async function countPasswordTry(
  subject: string,
  deviceHash: Buffer | null,
): Promise<PasswordTry> {
  const isKnownBrowser = await isKnown(subject, deviceHash);
  const key = isKnownBrowser
    ? `${subject}.${deviceHash?.toString("base64url")}`
    : subject;
  // The nth failure costs `firstDelay` doubled for each one beyond the free. Those
  // do not look at the clock: the column is rounded, and may be just ahead of it.
  const [counted] = await db().$queryRaw<{ failures: number }[]>`
    INSERT INTO password_throttle AS t (key, next_try_at)
    VALUES (${key}, clock_timestamp())
    ON CONFLICT (key) DO UPDATE SET
      failures = t.failures + 1,
      last_try_at = clock_timestamp(),
      next_try_at = clock_timestamp() + interval '1 millisecond' *
        CASE WHEN t.failures + 1 < ${freeFailures} THEN 0 ELSE
          LEAST(${maxDelay}, ${firstDelay} * power(2, LEAST(t.failures + 1 - ${freeFailures}, 30)))
        END
    WHERE (t.failures < ${freeFailures} OR t.next_try_at <= clock_timestamp())
      AND t.failures < ${refuseAfter}
    RETURNING failures`;
  if (counted) return { key, failures: counted.failures, isKnownBrowser };
  throw await refusal(key);
}

async function isKnown(subject: string, deviceHash: Buffer | null): Promise<boolean> {
  const found = await db().$queryRaw<unknown[]>`
    SELECT 1 FROM known_browser WHERE user_id = ${subject} AND device_hash = ${deviceHash}`;
  return found.length > 0;
}

async function refusal(key: string): Promise<Refusal> {
  const [row] = await db().$queryRaw<{ failures: number; wait: number }[]>`
    SELECT failures, (extract(epoch FROM next_try_at - clock_timestamp()) * 1000)::float8 AS wait
    FROM password_throttle WHERE key = ${key}`;
  const isRefused = (row?.failures ?? 0) >= refuseAfter;
  if (isRefused) {
    const detail = "Too many wrong passwords. Reset your password to use it here again.";
    return new Refusal("rate_limited", { detail, retryAfter: maxDelay });
  }
  const why = "Too many wrong passwords. You can reset yours at once.";
  return rateLimited(why, Math.max(1000, row?.wait ?? firstDelay));
}

/** The password was right: failures are counted in a row. */
export async function forgetFailures({ key }: PasswordTry): Promise<void> {
  await db().$executeRaw`DELETE FROM password_throttle WHERE key = ${key}`;
}

/** Our own fault kept it from being checked. */
export async function refundPasswordTry({ key }: PasswordTry): Promise<void> {
  await db().$executeRaw`
    UPDATE password_throttle SET failures = failures - 1, next_try_at = clock_timestamp()
    WHERE key = ${key} AND failures > 0`;
}

/** A new password begins without a past, in every browser. */
export async function clearFailures(
  connection: Connection,
  userId: string,
): Promise<void> {
  await connection.$executeRaw`
    DELETE FROM password_throttle WHERE key = ${userId} OR starts_with(key, ${userId} || '.')`;
}
