// How the clean-up works: in batches, past what others hold, and counted.
import { spawnSync } from "node:child_process";
import { beforeEach, describe, expect, it } from "vitest";
import { cleanUp } from "@/lib/auth/clean-up";
import { config } from "@/lib/config";
import { db, transaction } from "@/lib/db";
import { makeUser } from "@/tests/people";
import { statementsOf } from "@/tests/statements";

const { cleanUpBatch } = config.jobs;
const tables = [
  "challenge",
  "session",
  "known_browser",
  "throttle",
  "trusted_browser",
  "rate_limit",
] as const;
type Table = (typeof tables)[number];

/** So many rows whose time is over, their keys beginning with `key`. */
async function makeOver(table: Table, rows: number, key = "over"): Promise<void> {
  const { id: userId } = await makeUser();
  const columns: Record<Table, string> = {
    challenge: `(id, purpose, expires_at)
      SELECT $1 || n, 'reset', now() - interval '2 days'`,
    session: `(id, user_id, channel, secret, rotated_at, security_version, method, aal,
        is_persistent, device_type, authenticated_at, created_at, last_seen_at,
        idle_expires_at, expires_at)
      SELECT $1 || n, '${userId}', 'native', '', past, 0, 'password', 1, true, 'other',
        past, past, past, past, past`,
    known_browser: `(user_id, device_hash, last_seen_at)
      SELECT '${userId}', ($1 || n)::bytea, now() - interval '401 days'`,
    throttle: `(kind, key, last_try_at, next_try_at)
      SELECT CASE WHEN n % 2 = 0 THEN 'password' ELSE 'second_factor' END, $1 || n,
        now() - interval '31 days', now()`,
    trusted_browser: `(id, user_id, device_hash, device_type, created_at, last_used_at,
        expires_at)
      SELECT $1 || n, '${userId}', ($1 || n)::bytea, 'desktop', past, past,
        now() - interval '1 second'`,
    rate_limit: "(key, points, expire) SELECT $1 || n, 1, 1",
  };
  await db().$executeRawUnsafe(
    `INSERT INTO ${table} ${columns[table]}
     FROM generate_series(1, ${rows}) AS n, (SELECT now() - interval '91 days' AS past) AS p`,
    key,
  );
}

async function countOf(table: Table): Promise<number> {
  const [row] = await db().$queryRawUnsafe<{ n: number }[]>(
    `SELECT count(*)::int AS n FROM ${table}`,
  );
  return row?.n ?? 0;
}

const deletionsOf = (table: Table, sent: string[]) =>
  sent.filter((text) => text.includes(`DELETE FROM ${table} `));

beforeEach(async () => {
  for (const table of tables) await db().$executeRawUnsafe(`DELETE FROM ${table}`);
});

describe.each(tables)("%s", (table) => {
  it("removes what has piled up in batches, and all of it", async () => {
    await makeOver(table, 2 * cleanUpBatch + 1);
    const sent = await statementsOf(cleanUp);
    expect(await countOf(table)).toBe(0);
    expect(deletionsOf(table, sent)).toHaveLength(3);
  });

  it("leaves a row that somebody holds for the next time, and waits for nobody", async () => {
    await makeOver(table, 5);
    await transaction(async (tx) => {
      await tx.$executeRawUnsafe(`SELECT 1 FROM ${table} LIMIT 1 FOR UPDATE`);
      await cleanUp();
      expect(await countOf(table)).toBe(1);
    });
    await cleanUp();
    expect(await countOf(table)).toBe(0);
  });

  it("two nodes at once remove each row once and fail at none", async () => {
    await makeOver(table, cleanUpBatch + 10);
    await Promise.all([cleanUp(), cleanUp()]);
    expect(await countOf(table)).toBe(0);
  });
});

describe("the log", () => {
  it("counts what was removed from each table, nothing too", async () => {
    await makeOver("challenge", cleanUpBatch + 2);
    await makeOver("rate_limit", 3);
    const script = `
      const { cleanUp } = await import("./lib/auth/clean-up.ts");
      const { db } = await import("./lib/db.ts");
      await cleanUp();
      await db().$disconnect();`;
    const args = ["--import", "tsx", "--input-type=module", "--eval", script];
    const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
    const lines = stdout.split("\n").slice(0, -1);
    const counted = lines.map((line) => JSON.parse(line));
    expect(counted).toMatchObject(
      tables.map((name) => ({ event: "clean_up", table: name })),
    );
    expect(counted.map(({ removed }) => removed)).toEqual([
      cleanUpBatch + 2,
      ...[0, 0, 0, 0],
      3,
    ]);
  });
});
