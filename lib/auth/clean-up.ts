// Removes what nobody can use or ask about any more. Runs hourly, on one node, in
// batches: no statement holds its locks for long, however much has piled up.
import { config } from "@/lib/config";
import { db } from "@/lib/db";
import { log } from "@/lib/log";
import { Prisma } from "@/prisma/generated/client";

const { keepEnded, keepSpent, cleanUpBatch } = config.jobs;
const { forgetAfter, refuseAfter } = config.password.throttle;
const second = config.secondFactor.throttle;

/** Milliseconds ago, by the database's clock. */
const ago = (ms: number) =>
  Prisma.sql`clock_timestamp() - ${ms} * interval '1 millisecond'`;

/** Rows that somebody holds can wait for the next hour. */
const batch = Prisma.sql`LIMIT ${cleanUpBatch} FOR UPDATE SKIP LOCKED`;

/** Of an account that time must not give new guesses. */
const isRefused = Prisma.sql`(failures >=
    CASE kind WHEN 'password' THEN ${refuseAfter}::int ELSE ${second.refuseAfter}::int END
  AND EXISTS
  (SELECT 1 FROM "user" WHERE id = split_part(key, '.', 1)))`;

/** What has had its time, a batch at a time, by its table. */
const removals: Record<string, Prisma.Sql> = {
  // An interrupted form may hold what was typed into it, and a set-up the key of an
  // app: they go at once. So do the ceremonies, of which every visit of a sign-in page begins one.
  challenge: Prisma.sql`
    DELETE FROM challenge WHERE id IN (SELECT id FROM challenge
      WHERE LEAST(consumed_at, expires_at) < ${ago(keepSpent)}
        OR (purpose IN ('step-up', 'totp-enrolment') OR purpose LIKE 'passkey-%')
          AND expires_at < clock_timestamp() ${batch})`,
  session: Prisma.sql`
    DELETE FROM session WHERE id IN (SELECT id FROM session
      WHERE LEAST(ended_at, idle_expires_at, expires_at) < ${ago(keepEnded)} ${batch})`,
  known_browser: Prisma.sql`
    DELETE FROM known_browser WHERE ctid IN (SELECT ctid FROM known_browser
      WHERE last_seen_at < ${ago(config.deviceCookie.lifetime)} ${batch})`,
  throttle: Prisma.sql`
    DELETE FROM throttle WHERE ctid IN (SELECT ctid FROM throttle
      WHERE last_try_at < CASE kind WHEN 'password' THEN ${ago(forgetAfter)}
          ELSE ${ago(second.forgetAfter)} END
        AND NOT ${isRefused} ${batch})`,
  trusted_browser: Prisma.sql`
    DELETE FROM trusted_browser WHERE id IN (SELECT id FROM trusted_browser
      WHERE expires_at < clock_timestamp() ${batch})`,
  rate_limit: Prisma.sql`
    DELETE FROM rate_limit WHERE key IN (SELECT key FROM rate_limit
      WHERE expire < extract(epoch FROM clock_timestamp()) * 1000 ${batch})`,
};

export async function cleanUp(): Promise<void> {
  for (const [table, removal] of Object.entries(removals)) {
    let removed = 0;
    for (;;) {
      const count = await db().$executeRaw(removal);
      removed += count;
      if (count < cleanUpBatch) break;
    }
    log.info({ event: "clean_up", table, removed });
  }
}
