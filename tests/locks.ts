// Interleaving two transactions on purpose, without waiting for luck.
import { db } from "@/lib/db";

/** Until some statement waits for another's lock, or `work` is done without. */
export async function untilBlocked(work: Promise<unknown>): Promise<void> {
  let isDone = false;
  const done = () => {
    isDone = true;
  };
  work.then(done, done);
  while (!isDone) {
    const waiting = await db().$queryRaw<unknown[]>`
      SELECT 1 FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    if (waiting.length > 0) return;
  }
}

/** Those that were resolved by a second try count, too: their order was wrong. */
export async function countDeadlocks(): Promise<number> {
  await db()
    .$queryRaw`SELECT pg_stat_clear_snapshot()::text, pg_stat_force_next_flush()::text`;
  const [row] = await db().$queryRaw<{ deadlocks: number }[]>`
    SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()`;
  return row?.deadlocks ?? 0;
}
