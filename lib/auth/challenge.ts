// One-time secrets. A row holds no secret: its link, code and cookie are derived
// from its id by a sub-key of its purpose, so that a secret made for one purpose
// can never be redeemed for another (better-auth GHSA-965c-763c-88jm), and
// neither the database nor a log can leak one.
import { config } from "@/lib/config";
import { type ChallengePurpose, mac, newId, open, seal, verifyMac } from "@/lib/crypto";
import { type Connection, db } from "@/lib/db";
import { Prisma } from "@/prisma/generated/client";

type NewChallenge = {
  purpose: ChallengePurpose;
  /** Milliseconds. */
  lifetime: number;
  /** Where its mail goes, whatever becomes of the account meanwhile. */
  email?: string;
  userId?: string;
  sessionId?: string;
  /** The browser in which its code counts. */
  deviceHash?: Buffer | null;
  data: object;
};

export async function createChallenge(connection: Connection, fresh: NewChallenge) {
  const id = newId();
  const data = seal(
    "challenge-data",
    JSON.stringify(fresh.data),
    `${fresh.purpose}.${id}`,
  );
  await connection.$executeRaw`
    INSERT INTO challenge (id, purpose, email, user_id, session_id, device_hash, data, expires_at)
    VALUES (${id}, ${fresh.purpose}, ${fresh.email ?? null}, ${fresh.userId ?? null},
      ${fresh.sessionId ?? null}, ${fresh.deviceHash ?? null}, ${data},
      clock_timestamp() + ${fresh.lifetime} * interval '1 millisecond')`;
  return id;
}

/** The secret of a mailed link. */
export function linkToken(purpose: ChallengePurpose, id: string): string {
  return `${id}.${mac(`${purpose}-link`, id)}`;
}

/** The handle that binds a challenge to the browser that asked for it. */
export function cookieHandle(purpose: ChallengePurpose, id: string): string {
  return `${id}.${mac(`${purpose}-cookie`, id)}`;
}

/** The challenge's id, or null when the secret is not ours or not for this. */
export function readSecret(
  purpose: ChallengePurpose,
  kind: "link" | "cookie",
  secret: string,
): string | null {
  const [, id, given] = /^([\w-]{22})\.([\w-]{43})$/.exec(secret) ?? [];
  return id && given && verifyMac(`${purpose}-${kind}`, id, given) ? id : null;
}

/**
 * Before anything is compared, in one statement: parallel guesses get no more than
 * five between them. Null when they are used up, or it is not open.
 */
export async function countChallengeTry(purpose: ChallengePurpose, id: string) {
  const [counted] = await db().$queryRaw<{ email: string | null; attempts: number }[]>`
    UPDATE challenge SET attempts = attempts + 1
    WHERE id = ${id} AND purpose = ${purpose} AND attempts < ${config.challenge.maxAttempts}
      AND consumed_at IS NULL AND expires_at > clock_timestamp()
    RETURNING email, attempts`;
  return counted ?? null;
}

/** It was no guess after all. */
export async function refundChallengeTry(id: string): Promise<void> {
  await db().$executeRaw`
    UPDATE challenge SET attempts = attempts - 1 WHERE id = ${id} AND attempts > 0`;
}

export type Challenge<Data> = {
  id: string;
  email: string | null;
  userId: string | null;
  sessionId: string | null;
  createdAt: Date;
  data: Data;
};

type Row = Omit<Challenge<unknown>, "data"> & { data: string | null };

const rowColumns = Prisma.sql`id, email, user_id AS "userId", session_id AS "sessionId",
  created_at AS "createdAt", data`;

function unseal<Data>(
  purpose: ChallengePurpose,
  { data, ...row }: Row,
): Challenge<Data> | null {
  const opened = open("challenge-data", data ?? "", `${purpose}.${row.id}`);
  return opened === null ? null : { ...row, data: JSON.parse(opened) as Data };
}

/** Once, whoever asks and however many at a time; null for every other caller. */
export async function consumeChallenge<Data>(
  connection: Connection,
  purpose: ChallengePurpose,
  id: string,
): Promise<Challenge<Data> | null> {
  const [row] = await connection.$queryRaw<Row[]>`
    UPDATE challenge SET consumed_at = clock_timestamp()
    WHERE id = ${id} AND purpose = ${purpose}
      AND consumed_at IS NULL AND expires_at > clock_timestamp()
    RETURNING ${rowColumns}`;
  return row ? unseal(purpose, row) : null;
}

/** False when it is not open; else nobody uses or replaces it before `tx` ends. */
export async function holdChallenge(
  tx: Connection,
  purpose: ChallengePurpose,
  id: string,
): Promise<boolean> {
  const held = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM challenge
    WHERE id = ${id} AND purpose = ${purpose}
      AND consumed_at IS NULL AND expires_at > clock_timestamp()
    FOR NO KEY UPDATE`;
  return held.length > 0;
}

export type ChallengeState<Data> =
  | { state: "open"; challenge: Challenge<Data>; attemptsLeft: number }
  | { state: "replaced" | "used" | "expired"; challenge: Challenge<Data> }
  | { state: "unknown" };

/**
 * Reads without consuming: what to show, and why a link no longer works. With a
 * `deviceHash` it is unknown in every other browser.
 */
export async function findChallenge<Data>(
  purpose: ChallengePurpose,
  id: string,
  deviceHash?: Buffer | null,
): Promise<ChallengeState<Data>> {
  type Read = Row & {
    attempts: number;
    replaced: boolean;
    used: boolean;
    expired: boolean;
  };
  const [row] = await db().$queryRaw<Read[]>`
    SELECT ${rowColumns}, attempts, replaced,
      consumed_at IS NOT NULL AS used, expires_at <= clock_timestamp() AS expired
    FROM challenge WHERE id = ${id} AND purpose = ${purpose} ${ofDevice(deviceHash)}`;
  if (!row) return { state: "unknown" };
  const challenge = unseal<Data>(purpose, row);
  if (!challenge) return { state: "unknown" };
  if (row.replaced) return { state: "replaced", challenge };
  if (row.used) return { state: "used", challenge };
  if (row.expired) return { state: "expired", challenge };
  const attemptsLeft = config.challenge.maxAttempts - row.attempts;
  return { state: "open", challenge, attemptsLeft };
}

/** Which open challenges: one, or all of an address, a user or a session. */
type Which =
  | { id: string }
  | { email: string }
  | { userId: string }
  | { sessionId: string };

function matches(which: Which): Prisma.Sql {
  if ("id" in which) return Prisma.sql`id = ${which.id}`;
  if ("email" in which) return Prisma.sql`email = ${which.email}`;
  if ("userId" in which) return Prisma.sql`user_id = ${which.userId}`;
  return Prisma.sql`session_id = ${which.sessionId}`;
}

function ofDevice(deviceHash: Buffer | null | undefined): Prisma.Sql {
  return deviceHash === undefined
    ? Prisma.empty
    : Prisma.sql`AND device_hash IS NOT DISTINCT FROM ${deviceHash}`;
}

/**
 * They end unused: a newer one takes their place, or their account has changed.
 * `newerId` is the one that goes on.
 */
export async function replaceChallenges(
  connection: Connection,
  purpose: ChallengePurpose,
  which: Which,
  newerId = "",
): Promise<number> {
  return connection.$executeRaw`
    UPDATE challenge SET consumed_at = clock_timestamp(), replaced = true
    WHERE purpose = ${purpose} AND consumed_at IS NULL AND expires_at > clock_timestamp()
      AND ${matches(which)} AND id <> ${newerId}`;
}

/** The newest that is open; codes and forms are looked up by where they belong. */
export async function newestChallenge(
  purpose: ChallengePurpose,
  which: Which,
  deviceHash?: Buffer | null,
): Promise<string | null> {
  const [row] = await db().$queryRaw<{ id: string }[]>`
    SELECT id FROM challenge
    WHERE purpose = ${purpose} AND consumed_at IS NULL AND expires_at > clock_timestamp()
      AND ${matches(which)} ${ofDevice(deviceHash)}
    ORDER BY created_at DESC, id LIMIT 1`;
  return row?.id ?? null;
}
