// The runner against a real server. Each test has a database and a folder of its own.
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { directUrl, ensureDatabase, withAdmin, withDatabase } from "./database-url.mjs";
import { migrate } from "./migrate.mjs";

let databaseUrl: string;
let migrationsDir: string;

beforeEach(async () => {
  const name = `migrate_test_${randomBytes(6).toString("hex")}`;
  databaseUrl = withDatabase(await directUrl(), name);
  await ensureDatabase(databaseUrl);
  migrationsDir = fs.mkdtempSync(path.join(os.tmpdir(), "migrations-"));
  write("1_users", "CREATE TABLE users (id text PRIMARY KEY);");
  write("2_names", "ALTER TABLE users ADD name text;\nCREATE INDEX ON users (name);");
});

afterEach(async () => {
  fs.rmSync(migrationsDir, { recursive: true });
  const name = new URL(databaseUrl).pathname.slice(1);
  await withAdmin(databaseUrl, (admin) =>
    admin.query(`DROP DATABASE ${name} WITH (FORCE)`),
  );
});

function write(name: string, sql: string) {
  fs.mkdirSync(path.join(migrationsDir, name), { recursive: true });
  fs.writeFileSync(path.join(migrationsDir, name, "migration.sql"), sql);
}

function run(log?: (line: string) => void) {
  return migrate(databaseUrl, { migrationsDir, log });
}

async function query(sql: string) {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test("applies every migration in order to an empty database", async () => {
  expect(await run()).toEqual({ applied: ["1_users", "2_names"], missing: [] });
  expect(await query("SELECT name FROM users")).toEqual([]);
});

test("records what it applied as Prisma would", async () => {
  await run();
  const records = await query("SELECT * FROM _prisma_migrations ORDER BY migration_name");
  expect(records).toMatchObject([
    {
      migration_name: "1_users",
      // printf 'CREATE TABLE users (id text PRIMARY KEY);' | sha256sum
      checksum: "b09bcf9e511ffb90888fcef33959d6e77a6005a2c2a7bef0d42675ed6bb045d8",
      finished_at: expect.any(Date),
      rolled_back_at: null,
      logs: null,
      applied_steps_count: 1,
    },
    { migration_name: "2_names", applied_steps_count: 1 },
  ]);
});

test("does nothing the second time", async () => {
  await run();
  const before = await query("SELECT * FROM _prisma_migrations");
  expect(await run()).toEqual({ applied: [], missing: [] });
  expect(await query("SELECT * FROM _prisma_migrations")).toEqual(before);
});

test("applies only what is new to a database that has the rest", async () => {
  await run();
  write("3_emails", "ALTER TABLE users ADD email text;");
  expect((await run()).applied).toEqual(["3_emails"]);
});

test("refuses a migration that was edited after it was applied, by name", async () => {
  await run();
  write("1_users", "CREATE TABLE users (id uuid PRIMARY KEY);");
  write("3_emails", "ALTER TABLE users ADD email text;");
  await expect(run()).rejects.toThrow(/1_users was edited after it was applied/);
  expect(await query("SELECT 1 FROM _prisma_migrations")).toHaveLength(2);
});

test("does not take other line ends for an edit", async () => {
  await run();
  write("2_names", "ALTER TABLE users ADD name text;\r\nCREATE INDEX ON users (name);");
  expect((await run()).applied).toEqual([]);
});

test("reports an applied migration that is missing on disk, and goes on", async () => {
  await run();
  fs.rmSync(path.join(migrationsDir, "1_users"), { recursive: true });
  const lines: string[] = [];
  expect((await run((line) => lines.push(line))).missing).toEqual(["1_users"]);
  expect(lines).toEqual([
    "The database has migration 1_users, which is not in prisma/migrations",
  ]);
});

test("rolls a failing file back whole, and names the file and the place", async () => {
  write("3_broken", "CREATE TABLE halves (id text);\nSELECT 'ä' FROM nowhere;");
  await expect(run()).rejects.toThrow(
    /3_broken\/migration\.sql:2:17: relation "nowhere" does not exist/,
  );
  expect(await query("SELECT to_regclass('halves') AS found")).toEqual([{ found: null }]);
  expect(await query("SELECT 1 FROM _prisma_migrations")).toHaveLength(2);
});

test("keeps the files before a failing one, and applies it once it is mended", async () => {
  write("3_mended", "SELECT * FROM nowhere;");
  await expect(run()).rejects.toThrow("nowhere");
  write("3_mended", "CREATE TABLE somewhere (id text);");
  expect((await run()).applied).toEqual(["3_mended"]);
});

test("refuses a database in which Prisma's CLI left a failed migration", async () => {
  await run();
  await query("UPDATE _prisma_migrations SET finished_at = NULL");
  await expect(run()).rejects.toThrow(/1_users, 2_names was begun and never finished/);
});

test("applies once when four runners start at the same time", async () => {
  const reports = await Promise.all([run(), run(), run(), run()]);
  expect(reports.flatMap(({ applied }) => applied)).toEqual(["1_users", "2_names"]);
  expect(await query("SELECT 1 FROM _prisma_migrations")).toHaveLength(2);
});

test("takes a URL with parameters that only Prisma knows", async () => {
  databaseUrl += "?schema=public&connection_limit=5&pgbouncer=true";
  expect((await run()).applied).toHaveLength(2);
});
