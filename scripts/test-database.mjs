// Databases for tests: one migrated template, and a copy of it in a twentieth of
// a second for whoever asks. On the server of DATABASE_URL, else the embedded one.
import { createHash } from "node:crypto";
import { PROJECT_ROOT } from "./child-process.mjs";
import { directUrl, withAdmin, withDatabase } from "./database-url.mjs";
import { migrate, readMigrations } from "./migrate.mjs";

// Building takes it alone, copying takes it shared: nobody copies a template
// that another is still building or about to drop.
const TEMPLATE_LOCK = 7_237_001;
// Checkouts that share a server do not share test databases.
const PREFIX = `test_${digest(PROJECT_ROOT).slice(0, 8)}_`;

/** Returns the name of a template with today's migrations, made if there is none. */
export async function buildTemplate(serverUrl, { migrationsDir } = {}) {
  const name = `${PREFIX}template_${hashOf(readMigrations(migrationsDir))}`;
  await withAdmin(serverUrl, async (admin) => {
    if (await isTemplate(admin, name)) return;
    // Held until the connection ends.
    await admin.query("SELECT pg_advisory_lock($1)", [TEMPLATE_LOCK]);
    if (await isTemplate(admin, name)) return;

    await dropStale(admin);
    await admin.query(`CREATE DATABASE ${name}`);
    await migrate(withDatabase(serverUrl, name), { migrationsDir });
    // Nobody may connect: a database in use cannot be copied.
    await admin.query(
      `ALTER DATABASE ${name} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false`,
    );
  });
  return name;
}

/** Returns the URL of a fresh, migrated database; an older one of that name is dropped. */
export async function cloneDatabase(name, { serverUrl, migrationsDir } = {}) {
  const server = serverUrl ?? (await directUrl());
  const clone = PREFIX + name;
  let isCopied = false;
  while (!isCopied) {
    const template = await buildTemplate(server, { migrationsDir });
    isCopied = await withAdmin(server, (admin) => copy(admin, template, clone));
  }
  return withDatabase(server, clone);
}

/** False when the template went before it could be held, for one of other migrations. */
async function copy(admin, template, clone) {
  await admin.query("SELECT pg_advisory_lock_shared($1)", [TEMPLATE_LOCK]);
  if (!(await isTemplate(admin, template))) return false;
  const quoted = admin.escapeIdentifier(clone);
  await admin.query(`DROP DATABASE IF EXISTS ${quoted} WITH (FORCE)`);
  // Copying through the log spares the two checkpoints of the other strategy.
  await admin.query(`CREATE DATABASE ${quoted} TEMPLATE ${template} STRATEGY WAL_LOG`);
  // What a crash loses is of no interest here; the order of commits is kept.
  await admin.query(`ALTER DATABASE ${quoted} SET synchronous_commit = off`);
  return true;
}

function hashOf(migrations) {
  const contents = migrations.map(({ name, sql }) => `${name}\0${sql}\0`);
  return digest(contents.join("")).slice(0, 16);
}

function digest(text) {
  return createHash("sha256").update(text).digest("hex");
}

async function isTemplate(admin, name) {
  const query = "SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate";
  return (await admin.query(query, [name])).rowCount > 0;
}

// Templates of older migrations, and half-built ones. Copies stay: another test
// may be about to connect to one, and the next of its name replaces it.
async function dropStale(admin) {
  const { rows } = await admin.query(
    `SELECT datname AS name, datistemplate AS "isTemplate" FROM pg_database
     WHERE starts_with(datname, $1)`,
    [`${PREFIX}template_`],
  );
  for (const { name, isTemplate } of rows) {
    const quoted = admin.escapeIdentifier(name);
    if (isTemplate) await admin.query(`ALTER DATABASE ${quoted} WITH IS_TEMPLATE false`);
    await admin.query(`DROP DATABASE IF EXISTS ${quoted} WITH (FORCE)`);
  }
}
