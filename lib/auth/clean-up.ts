// Removes what nobody can use or ask about any more. Runs hourly, on one node.
import { config, days } from "@/lib/config";
import { db } from "@/lib/db";

export async function cleanUp(): Promise<void> {
  const { keepEnded } = config.jobs;
  await db().$executeRaw`
    DELETE FROM challenge
    WHERE expires_at < clock_timestamp() - ${days(1)} * interval '1 millisecond'`;
  await db().$executeRaw`
    DELETE FROM session
    WHERE LEAST(ended_at, idle_expires_at, expires_at)
      < clock_timestamp() - ${keepEnded} * interval '1 millisecond'`;
  await db().$executeRaw`
    DELETE FROM rate_limit
    WHERE expire < extract(epoch FROM clock_timestamp()) * 1000`;
}
