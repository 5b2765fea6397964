// Which database the scripts talk to, and how. The application itself reads
// DATABASE_URL through `lib/env.ts`. Needs `pg` only once a connection is made.
import { startPostgres } from "./embedded-postgres.mjs";

/** Names that Prisma understands in a URL and a PostgreSQL client does not. */
const PRISMA_PARAMETERS = [
  "schema",
  "connection_limit",
  "pool_timeout",
  "socket_timeout",
  "pgbouncer",
  "statement_cache_size",
  "single_use_connections",
  "sslaccept",
  "sslidentity",
  "sslpassword",
];

const LOCAL_HOSTS = [
  "",
  "localhost",
  "127.0.0.1",
  "[::1]",
  "::1",
  "host.docker.internal",
];
const CONNECT_WITHIN_MS = 10_000;
const DATABASE_EXISTS_ALREADY = ["42P04", "23505"];

/**
 * Returns the URL for work that needs a session of its own, such as migrations:
 * past the pooler when there is one, the embedded server when nothing is set.
 */
export async function directUrl(env = process.env) {
  const url = env.DATABASE_DIRECT_URL || env.DATABASE_URL;
  if (url) return url;
  if (env.NODE_ENV === "production") throw new Error("DATABASE_URL is not set.");
  return embeddedUrl();
}

/** Returns the URL of a database on the embedded server; starts and creates both. */
export async function embeddedUrl(database = "latchkey") {
  const server = await startPostgres({ log: console.log });
  await ensureDatabase(server.url(database));
  return server.url(database);
}

/** True when the database is on this machine, so that losing it hurts nobody else. */
export function isLocalDatabase(databaseUrl) {
  const url = new URL(databaseUrl);
  // A `host` parameter wins over the host of the URL; a path is a unix socket.
  const host = url.searchParams.get("host") ?? url.hostname;
  return host.startsWith("/") || LOCAL_HOSTS.includes(host);
}

/** Names a database without its password. */
export function nameDatabase(databaseUrl) {
  const { hostname, port, pathname } = new URL(databaseUrl);
  return `${hostname}${port && `:${port}`}${pathname}`;
}

/** The same server and credentials, another database. */
export function withDatabase(databaseUrl, database) {
  const url = new URL(databaseUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}

export function databaseOf(databaseUrl) {
  return decodeURIComponent(new URL(databaseUrl).pathname.slice(1));
}

/** Returns a connected client; whoever asks must end it. */
export async function connect(databaseUrl) {
  const { default: pg } = await import("pg");
  const client = new pg.Client({
    connectionString: withoutPrismaParameters(databaseUrl),
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
  });
  try {
    await client.connect();
  } catch (cause) {
    // Node's error for several refused addresses has a code but no message.
    const reason = cause.message || cause.code;
    throw new Error(`Cannot connect to ${nameDatabase(databaseUrl)}: ${reason}`, {
      cause,
    });
  }
  return client;
}

/** Runs `work` with a connection to the server's own `postgres` database. */
export async function withAdmin(serverUrl, work) {
  const client = await connect(withDatabase(serverUrl, "postgres"));
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export async function ensureDatabase(databaseUrl) {
  const name = databaseOf(databaseUrl);
  await withAdmin(databaseUrl, async (admin) => {
    const query = "SELECT 1 FROM pg_database WHERE datname = $1";
    if ((await admin.query(query, [name])).rowCount) return;
    try {
      await admin.query(`CREATE DATABASE ${admin.escapeIdentifier(name)}`);
    } catch (error) {
      // Another process created it between the look and the leap.
      if (!DATABASE_EXISTS_ALREADY.includes(error.code)) throw error;
    }
  });
}

function withoutPrismaParameters(databaseUrl) {
  const url = new URL(databaseUrl);
  for (const name of PRISMA_PARAMETERS) url.searchParams.delete(name);
  return url.href;
}
