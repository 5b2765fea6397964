// How many wrong passwords or second factors an account stands, whoever asks and
// wherever: every place that compares one counts here first (Keycloak
// CVE-2026-9798: one oracle outside the lockout). A browser that has signed in
// before has a count of its own, so that strangers cannot lock the owner out of it.
import { config } from "@/lib/config";
import { mac } from "@/lib/crypto";
import { type Connection, db } from "@/lib/db";
import { Refusal, rateLimited } from "@/lib/errors";

const kinds = {
  password: {
    ...config.password.throttle,
    wait: "Too many wrong passwords. You can reset yours at once.",
    end: "Too many wrong passwords. Reset your password to use it here again.",
  },
  second_factor: {
    ...config.secondFactor.throttle,
    wait: "Too many wrong codes.",
    end: "Too many wrong codes. Use a passkey or a backup code, or a browser that you have signed in with before.",
  },
};

export type ThrottleKind = keyof typeof kinds;

export type Try = {
  kind: ThrottleKind;
  key: string;
  /** This one included, as if it were wrong. */
  failures: number;
  isKnownBrowser: boolean;
};

/** An address without an account is counted like one that has one. */
export function throttleSubject(userId: string | undefined, email: string): string {
  return userId ?? mac("rate-limit-key", email);
}

type Count = {
  kind: ThrottleKind;
  subject: string;
  deviceHash: Buffer | null;
  /** Too long to be guessed: it counts and waits, but is never refused for good. */
  isUnguessable?: boolean;
};

/**
 * Counts a try before it is made, in one statement: parallel guesses cannot slip
 * past. Throws `rate_limited` while the subject has to wait, and after
 * `refuseAfter` failures.
 */
export async function countTry(count: Count): Promise<Try> {
  const { kind, subject, deviceHash } = count;
  const { freeFailures, firstDelay, maxDelay, refuseAfter } = kinds[kind];
  const isKnownBrowser = await isKnown(count);
  const key = isKnownBrowser
    ? `${subject}.${deviceHash?.toString("base64url")}`
    : subject;
  // The nth failure costs `firstDelay` doubled for each one beyond the free. Those
  // do not look at the clock: the column is rounded, and may be just ahead of it.
  const [counted] = await db().$queryRaw<{ failures: number }[]>`
    INSERT INTO throttle AS t (kind, key, next_try_at)
    VALUES (${kind}, ${key}, clock_timestamp())
    ON CONFLICT (kind, key) DO UPDATE SET
      failures = t.failures + 1,
      last_try_at = clock_timestamp(),
      next_try_at = clock_timestamp() + interval '1 millisecond' *
        CASE WHEN t.failures + 1 < ${freeFailures} THEN 0 ELSE
          LEAST(${maxDelay}, ${firstDelay} * power(2, LEAST(t.failures + 1 - ${freeFailures}, 30)))
        END
    WHERE (t.failures < ${freeFailures} OR t.next_try_at <= clock_timestamp())
      AND (t.failures < ${refuseAfter} OR ${count.isUnguessable ?? false})
    RETURNING failures`;
  if (counted) return { kind, key, failures: counted.failures, isKnownBrowser };
  throw await refusal(kind, key, count.isUnguessable ?? false);
}

/** For a second factor only since one is asked for: before, a password was enough. */
async function isKnown({ kind, subject, deviceHash }: Count): Promise<boolean> {
  const found = await db().$queryRaw<unknown[]>`
    SELECT 1 FROM known_browser k JOIN "user" u ON u.id = k.user_id
    WHERE k.user_id = ${subject} AND k.device_hash = ${deviceHash}
      AND (${kind} = 'password'
        OR k.last_seen_at >= COALESCE(u.two_factor_at, '-infinity'))`;
  return found.length > 0;
}

async function refusal(kind: ThrottleKind, key: string, isUnguessable: boolean) {
  const { refuseAfter, maxDelay, firstDelay, wait, end } = kinds[kind];
  const [row] = await db().$queryRaw<{ failures: number; wait: number }[]>`
    SELECT failures, (extract(epoch FROM next_try_at - clock_timestamp()) * 1000)::float8 AS wait
    FROM throttle WHERE kind = ${kind} AND key = ${key}`;
  const isRefused = !isUnguessable && (row?.failures ?? 0) >= refuseAfter;
  if (isRefused) {
    return new Refusal("rate_limited", { detail: end, retryAfter: maxDelay });
  }
  return rateLimited(wait, Math.max(1000, row?.wait ?? firstDelay));
}

/** Had to wait, and so was not judged. */
export function isThrottled(error: unknown): boolean {
  return error instanceof Refusal && error.code === "rate_limited";
}

/** It was right: failures are counted in a row. */
export async function forgetFailures({ kind, key }: Try, connection: Connection = db()) {
  await connection.$executeRaw`
    DELETE FROM throttle WHERE kind = ${kind} AND key = ${key}`;
}

/** Our own fault kept it from being checked. */
export async function refundTry({ kind, key }: Try): Promise<void> {
  await db().$executeRaw`
    UPDATE throttle SET failures = failures - 1, next_try_at = clock_timestamp()
    WHERE kind = ${kind} AND key = ${key} AND failures > 0`;
}

/** A new password, or factor, begins without a past, in every browser. */
export async function clearFailures(
  connection: Connection,
  kind: ThrottleKind,
  userId: string,
): Promise<void> {
  await connection.$executeRaw`
    DELETE FROM throttle WHERE kind = ${kind}
      AND (key = ${userId} OR starts_with(key, ${userId} || '.'))`;
}
