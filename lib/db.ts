// The one Prisma client. Secret columns are omitted unless asked for by name,
// so that no row travels further than meant.
import { PrismaPg } from "@prisma/adapter-pg";
import { config, seconds } from "@/lib/config";
import { env } from "@/lib/env";
import { Prisma, PrismaClient } from "@/prisma/generated/client";

function connect() {
  const adapter = new PrismaPg(
    {
      connectionString: env().databaseUrl,
      max: 10,
      connectionTimeoutMillis: config.database.connectTimeout,
      query_timeout: config.database.queryTimeout,
    },
    { statementNameGenerator: ({ sql }) => statementName(sql) },
  );
  return new PrismaClient({
    adapter,
    errorFormat: "minimal",
    omit: {
      user: { passwordHash: true },
      session: { secret: true, deviceHash: true },
      totp: { secret: true },
      backupCode: { hash: true },
      trustedBrowser: { deviceHash: true },
    },
    transactionOptions: { maxWait: seconds(5), timeout: seconds(10) },
  });
}

const names = new Map<string, string>();

/** One prepared statement a text; the texts of this application are few. */
function statementName(sql: string): string {
  const known = names.get(sql);
  if (known) return known;
  const name = `latchkey${names.size}`;
  names.set(sql, name);
  return name;
}

type Client = ReturnType<typeof connect>;
export type Transaction = Parameters<Parameters<Client["$transaction"]>[0]>[0];
/** Where a statement may run: by itself, or within a caller's transaction. */
export type Connection = Client | Transaction;

// Next loads modules once for the proxy and once for the pages.
const shared = globalThis as { latchkeyDb?: Client };

export function db(): Client {
  shared.latchkeyDb ??= connect();
  return shared.latchkeyDb;
}

const maxTries = 4;

/**
 * READ COMMITTED. The callback returns; it never throws to signal, because what
 * a refusal has to record must commit. A serialization failure or deadlock
 * (40001, 40P01) is tried again here and nowhere else.
 */
export async function transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await db().$transaction(work);
    } catch (error) {
      if (tries >= maxTries || !isConflict(error)) throw error;
    }
  }
}

function isConflict(error: unknown): boolean {
  return (
    error instanceof Prisma.PrismaClientKnownRequestError &&
    codesOf(error).some((code) => /^(P2034|40001|40P01)$/.test(code))
  );
}

/** Prisma's code, and the database's own where a raw statement hides it. */
function codesOf(error: Error): string[] {
  const { code, meta } = error as Error & {
    code?: unknown;
    meta?: { driverAdapterError?: { cause?: { originalCode?: unknown } } };
  };
  const codes = [code, meta?.driverAdapterError?.cause?.originalCode];
  return codes.filter((one) => typeof one === "string");
}

/** Somebody else was first to take what may be there once. */
export function isTaken(error: unknown): boolean {
  return (
    error instanceof Error && codesOf(error).some((code) => /^(P2002|23505)$/.test(code))
  );
}

const connectionCodes =
  /^(P1\d{3}|P2024|P2028|08...|57P0.|53300|ECONN\w+|EPIPE|ETIMEDOUT)$/;
const connectionWords =
  /can't reach database|connection (terminated|ended|refused|timeout)|timeout exceeded when trying to connect|query read timeout|server has closed the connection|ECONNREFUSED|ECONNRESET/i;

/** Whether the database is out of reach, which is a 503 and no bug. */
export function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { cause } = error;
  if (codesOf(error).some((code) => connectionCodes.test(code))) return true;
  if (connectionWords.test(error.message)) return true;
  return cause !== undefined && isUnreachable(cause);
}

/** For libraries that bring their own SQL; they expect numbers, not BigInt. */
export async function runSql(connection: Connection, text: string, values: unknown[]) {
  const given = values.map((value) => (value === undefined ? null : value));
  const found = await connection.$queryRawUnsafe<Record<string, unknown>[]>(
    text,
    ...given,
  );
  const rows = found.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([column, v]) => [
        column,
        typeof v === "bigint" ? Number(v) : v,
      ]),
    ),
  );
  return { rows, rowCount: rows.length };
}
