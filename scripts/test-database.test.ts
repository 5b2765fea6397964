// A copy must be fresh, complete and its own, however many are made at once.
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { directUrl, withAdmin } from "./database-url.mjs";
import { buildTemplate, cloneDatabase } from "./test-database.mjs";

const name = `copy_${randomBytes(4).toString("hex")}`;
let serverUrl: string;

beforeAll(async () => {
  serverUrl = await directUrl();
});

afterAll(async () => {
  const sql = `SELECT datname AS name FROM pg_database WHERE datname LIKE '%\\_${name}%'`;
  await withAdmin(serverUrl, async (admin) => {
    const { rows } = await admin.query<{ name: string }>(sql);
    for (const row of rows) await admin.query(`DROP DATABASE ${row.name} WITH (FORCE)`);
  });
});

async function query(url: string, sql: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

test("copies a database with every migration applied", async () => {
  const url = await cloneDatabase(name, { serverUrl });
  const migrations = fs.readdirSync("prisma/migrations", { withFileTypes: true });
  const folders = migrations.filter((entry) => entry.isDirectory());
  expect(await query(url, "SELECT 1 FROM _prisma_migrations")).toHaveLength(
    folders.length,
  );
  expect(await query(url, "SHOW synchronous_commit")).toEqual([
    { synchronous_commit: "off" },
  ]);
});

test("hands out a fresh copy under a name that was used before", async () => {
  const url = await cloneDatabase(name, { serverUrl });
  await query(url, "CREATE TABLE leftover ()");
  expect(await cloneDatabase(name, { serverUrl })).toBe(url);
  const found = await query(url, "SELECT to_regclass('leftover') AS leftover");
  expect(found).toEqual([{ leftover: null }]);
});

test("makes four copies at once that share nothing", async () => {
  const names = ["a", "b", "c", "d"].map((letter) => name + letter);
  const urls = await Promise.all(names.map((copy) => cloneDatabase(copy, { serverUrl })));
  await query(urls[0] ?? "", "CREATE TABLE mine ()");
  for (const url of urls.slice(1)) {
    expect(await query(url, "SELECT to_regclass('mine') AS mine")).toEqual([
      { mine: null },
    ]);
  }
});

test("lets nobody into the template, where a stay would block every copy", async () => {
  const template = await buildTemplate(serverUrl);
  const url = new URL(serverUrl);
  url.pathname = template;
  await expect(query(url.href, "SELECT 1")).rejects.toThrow(/not currently accepting/);
});

test("names the template by its migrations, so that a change makes another", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "migrations-"));
  fs.mkdirSync(path.join(folder, "1_only"));
  fs.writeFileSync(
    path.join(folder, "1_only/migration.sql"),
    "CREATE TABLE only_here ();",
  );
  const url = await cloneDatabase(`${name}_other`, { serverUrl, migrationsDir: folder });
  fs.rmSync(folder, { recursive: true });
  const found = await query(url, "SELECT to_regclass('only_here')::text AS found");
  expect(found).toEqual([{ found: "only_here" }]);
});
