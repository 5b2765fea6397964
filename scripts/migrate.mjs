// Applies `prisma/migrations` without Prisma's CLI or its engine, and keeps the
// same records, so that `prisma migrate status` agrees. Needs only `pg`.
// It does not look at the schema: drift made by hand goes unnoticed.
import { createHash, randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { PROJECT_ROOT } from "./child-process.mjs";
import { connect, directUrl, nameDatabase } from "./database-url.mjs";
import { loadSettings } from "./settings.mjs";
import { isMain, runScript } from "./step.mjs";

// Prisma's own lock, so that a `prisma migrate deploy` at the same time waits.
const LOCK = 72_707_369;
const MIGRATIONS_DIR = path.join(PROJECT_ROOT, "prisma/migrations");

// As Prisma creates it.
const RECORDS = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`;

/**
 * Applies what is new, in order, each file whole or not at all. Returns the names
 * `applied`, and those `missing` on disk although the database has them.
 */
export async function migrate(databaseUrl, { migrationsDir = MIGRATIONS_DIR, log } = {}) {
  const migrations = readMigrations(migrationsDir);
  const client = await connect(databaseUrl);
  try {
    await takeLock(client, log);
    await client.query(RECORDS);
    const records = await readRecords(client);
    refuseUnfinished(records);
    refuseEdited(migrations, records);

    const pending = migrations.filter(({ name }) => !records.has(name));
    for (const migration of pending) {
      await apply(client, migration);
      log?.(`Applied migration ${migration.name}`);
    }
    return {
      applied: namesOf(pending),
      missing: reportMissing(migrations, records, log),
    };
  } finally {
    // Ends the session, and with it the lock and a transaction that failed.
    await client.end();
  }
}

/** Reads the folder in the order of application. */
export function readMigrations(migrationsDir = MIGRATIONS_DIR) {
  const entries = fs.readdirSync(migrationsDir, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return folders.sort().map((name) => {
    const file = path.join(migrationsDir, name, "migration.sql");
    return { name, file, sql: fs.readFileSync(file, "utf8") };
  });
}

async function takeLock(client, log) {
  const { rows } = await client.query("SELECT pg_try_advisory_lock($1) AS taken", [LOCK]);
  if (rows[0].taken) return;
  log?.("Waiting for another migration to end");
  await client.query("SELECT pg_advisory_lock($1)", [LOCK]);
}

async function readRecords(client) {
  const { rows } = await client.query(
    `SELECT migration_name, checksum, finished_at FROM _prisma_migrations
     WHERE rolled_back_at IS NULL`,
  );
  return new Map(rows.map((row) => [row.migration_name, row]));
}

// Only Prisma's CLI leaves such records: this runner rolls them back.
function refuseUnfinished(records) {
  const names = [...records]
    .filter(([, record]) => !record.finished_at)
    .map(([name]) => name);
  if (names.length === 0) return;
  const remedy = "Repair the database, then use `prisma migrate resolve`.";
  throw new Error(
    `Migration ${names.join(", ")} was begun and never finished. ${remedy}`,
  );
}

function refuseEdited(migrations, records) {
  const edited = migrations.filter(({ name, sql }) => {
    const record = records.get(name);
    return record && !checksums(sql).includes(record.checksum);
  });
  if (edited.length === 0) return;
  const remedy = "Undo the edit and write a new migration instead.";
  throw new Error(
    `Migration ${namesOf(edited).join(", ")} was edited after it was applied. ${remedy}`,
  );
}

function reportMissing(migrations, records, log) {
  const known = new Set(namesOf(migrations));
  const missing = [...records.keys()].filter((name) => !known.has(name)).sort();
  // Not refused: an older release must start on the database of a newer one.
  for (const name of missing) {
    log?.(`The database has migration ${name}, which is not in prisma/migrations`);
  }
  return missing;
}

async function apply(client, { name, file, sql }) {
  await client.query("BEGIN");
  try {
    await client.query(sql);
    await client.query(
      `INSERT INTO _prisma_migrations
         (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), 1)`,
      [randomUUID(), checksum(sql), name],
    );
    await client.query("COMMIT");
  } catch (cause) {
    throw new Error(`${file}${placeOf(cause, sql)}: ${cause.message}`, { cause });
  }
}

// PostgreSQL counts characters from 1; it names no place for a fault in the data.
function placeOf({ position }, sql) {
  if (!position) return "";
  const before = [...sql].slice(0, Number(position) - 1).join("");
  const lines = before.split("\n");
  return `:${lines.length}:${lines.at(-1).length + 1}`;
}

function checksum(sql) {
  return createHash("sha256").update(sql).digest("hex");
}

// Git may have changed the line ends on the way, as Prisma also allows for.
function checksums(sql) {
  const unix = sql.replaceAll("\r\n", "\n");
  return [sql, unix, unix.replaceAll("\n", "\r\n")].map(checksum);
}

function namesOf(migrations) {
  return migrations.map(({ name }) => name);
}

if (isMain(import.meta.url)) {
  await runScript(async () => {
    loadSettings();
    const url = await directUrl();
    const { applied } = await migrate(url, { log: console.log });
    if (applied.length === 0) console.log(`${nameDatabase(url)} is up to date`);
  });
}
