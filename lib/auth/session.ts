// Sessions: one row each, started through `sign-in.ts` alone and never deleted
// while somebody may ask why it ended. Only the database's clock decides.
import { type RequestFacts, writeEvent } from "@/lib/audit";
import type { Client } from "@/lib/auth/client";
import { describeDevice } from "@/lib/auth/device";
import { policy } from "@/lib/auth/policy";
import { forgetOtherTrust, forgetTrustOf } from "@/lib/auth/trusted-browser";
import { config } from "@/lib/config";
import { newId, randomSecret } from "@/lib/crypto";
import { type Connection, db, type Transaction, transaction } from "@/lib/db";
import { placeOf } from "@/lib/geo";
import { queueMail } from "@/lib/jobs";
import { Prisma } from "@/prisma/generated/client";

export type EndReason =
  | "signed_out"
  | "signed_out_elsewhere"
  | "replaced"
  | "session_limit"
  | "reuse"
  | "unbound"
  | "idle"
  | "expired"
  | "security";

/** Why the session in `s`, of the user in `u`, is no longer alive; null if it is. */
export const endReason = Prisma.sql`CASE
  WHEN s.ended_at IS NOT NULL THEN COALESCE(s.end_reason, 'security')
  WHEN u.banned_at IS NOT NULL OR u.security_version <> s.security_version THEN 'security'
  WHEN s.expires_at <= clock_timestamp() THEN 'expired'
  WHEN s.idle_expires_at <= clock_timestamp() THEN 'idle'
END`;

/**
 * The level of a session as it is now, within any statement on its row: two factors
 * count for a while, and not after a long pause (NIST SP 800-63B-4 §2.2.3).
 */
export const currentAal = Prisma.sql`CASE WHEN aal >= 2
    AND multi_factor_at > clock_timestamp() - ${policy.aal2.lifetime} * interval '1 millisecond'
    AND last_seen_at > clock_timestamp() - ${policy.aal2.idle} * interval '1 millisecond'
  THEN 2 ELSE 1 END`;

/** What a session that begins with a passkey remembers of it. */
export type UsedPasskey = { id: string; isCrossDevice: boolean };

export type NewSession = {
  userId: string;
  securityVersion: number;
  method: string;
  amr: string[];
  aal: 1 | 2;
  passkey?: UsedPasskey;
  isPersistent: boolean;
  client: Client;
  /** The database's time. */
  now: Date;
};

/**
 * Called by `sign-in.ts` alone, which has locked the user's row: the count of
 * sessions is exact, and a password that was just changed opens nothing.
 */
export async function startSession(tx: Transaction, start: NewSession) {
  await makeRoom(tx, start.userId, start.client);
  const { client, now } = start;
  const id = newId();
  const { absolute, unkept } = config.session;
  const lifetime = start.isPersistent ? absolute : unkept;
  const expiresAt = new Date(now.getTime() + lifetime);
  return tx.session.create({
    data: {
      id,
      userId: start.userId,
      channel: client.channel,
      deviceHash: client.deviceHash && Uint8Array.from(client.deviceHash),
      secret: Uint8Array.from(randomSecret()),
      securityVersion: start.securityVersion,
      method: start.method,
      aal: start.aal,
      amr: start.amr,
      passkeyId: start.passkey?.id ?? null,
      isCrossDevice: start.passkey?.isCrossDevice ?? false,
      isPersistent: start.isPersistent,
      ...describeDevice(client),
      userAgent: client.userAgent,
      ip: client.ip,
      location: placeOf(client.ip),
      rotatedAt: now,
      authenticatedAt: now,
      multiFactorAt: start.aal === 2 ? now : null,
      createdAt: now,
      lastSeenAt: now,
      idleExpiresAt: new Date(
        Math.min(now.getTime() + config.session.idle, expiresAt.getTime()),
      ),
      expiresAt,
    },
    omit: { secret: false },
  });
}

/** The longest idle sessions end first, so that a new one fits (ASVS 7.1.2). */
async function makeRoom(tx: Transaction, userId: string, client: Client): Promise<void> {
  const live = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM session
    WHERE user_id = ${userId} AND ended_at IS NULL
      AND idle_expires_at > clock_timestamp() AND expires_at > clock_timestamp()
    ORDER BY last_seen_at DESC, id
    OFFSET ${config.session.maxPerUser - 1}`;
  for (const { id } of live) {
    const ended = await endRow(
      tx,
      { sessionId: id, userId, reason: "session_limit" },
      client,
    );
    if (ended) await queueMail(tx, { template: "session_limit", sessionId: id });
  }
}

type Ending = { sessionId: string; userId: string; reason: EndReason; actorId?: string };

/** Once: whoever ends it first writes the event. False when it had ended. */
export async function endRow(
  tx: Connection,
  { sessionId, userId, reason, actorId }: Ending,
  facts: RequestFacts,
): Promise<boolean> {
  const ended = await tx.$executeRaw`
    UPDATE session SET ended_at = clock_timestamp(), end_reason = ${reason}
    WHERE id = ${sessionId} AND user_id = ${userId} AND ended_at IS NULL
      AND idle_expires_at > clock_timestamp() AND expires_at > clock_timestamp()`;
  if (ended === 0) return false;
  const event =
    reason === "signed_out"
      ? ({ type: "sign_out", result: "success" } as const)
      : ({ type: "session_ended", result: "success", reason } as const);
  await writeEvent(tx, { ...event, userId, sessionId, actorId }, facts);
  return true;
}

/**
 * Ends one of the user's own sessions; false when there is no such live one. From
 * elsewhere it ends the trust in that browser, too.
 */
export function endSession(ending: Ending, facts: RequestFacts): Promise<boolean> {
  return transaction(async (tx) => {
    const hasEnded = await endRow(tx, ending, facts);
    const isElsewhere = ending.reason === "signed_out_elsewhere";
    if (hasEnded && isElsewhere) await forgetTrustOf(tx, ending.sessionId);
    return hasEnded;
  });
}

type Endings = {
  userId: string;
  reason: EndReason;
  keepSessionId?: string;
  /** Only sessions that began then or later. */
  since?: Date;
  /** Only sessions that began with it. */
  passkeyId?: string;
};

/** Ends every live session of the user, or all but one, and answers how many. */
export async function endSessions(
  tx: Transaction,
  { userId, reason, keepSessionId, since, passkeyId }: Endings,
  facts: RequestFacts,
): Promise<number> {
  const ended = await tx.$queryRaw<{ id: string }[]>`
    UPDATE session SET ended_at = clock_timestamp(), end_reason = ${reason}
    WHERE user_id = ${userId} AND id <> ${keepSessionId ?? ""} AND ended_at IS NULL
      AND created_at >= ${since ?? new Date(0)}
      AND (${passkeyId ?? null}::text IS NULL OR passkey_id = ${passkeyId ?? null})
      AND idle_expires_at > clock_timestamp() AND expires_at > clock_timestamp()
    RETURNING id`;
  for (const { id: sessionId } of ended) {
    const event = { type: "session_ended", result: "success", reason } as const;
    await writeEvent(tx, { ...event, userId, sessionId }, facts);
  }
  return ended.length;
}

/**
 * The account of a live session, both locked until `tx` ends: nothing of them
 * changes meanwhile, and what was decided before the lock is decided again. Null
 * when the session has ended. Two statements, because a row joined to the one that
 * is waited for would be stale.
 */
export async function lockOwner(
  tx: Transaction,
  { id, userId }: { id: string; userId: string },
): Promise<{ email: string } | null> {
  const [owner] = await tx.$queryRaw<{ email: string }[]>`
    SELECT email FROM "user" WHERE id = ${userId} FOR NO KEY UPDATE`;
  const alive = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM session s JOIN "user" u ON u.id = s.user_id
    WHERE s.id = ${id} AND s.user_id = ${userId} AND ${endReason} IS NULL
    FOR NO KEY UPDATE OF s`;
  return owner && alive.length > 0 ? owner : null;
}

/** At the user's own wish, with the trust in those browsers. */
export function endOtherSessions(
  { userId, keepSessionId }: { userId: string; keepSessionId: string },
  facts: RequestFacts,
): Promise<number> {
  const reason = "signed_out_elsewhere";
  return transaction(async (tx) => {
    await forgetOtherTrust(tx, keepSessionId);
    return endSessions(tx, { userId, keepSessionId, reason }, facts);
  });
}

export type ListedSession = {
  id: string;
  browser: string | null;
  os: string | null;
  deviceType: "desktop" | "phone" | "tablet" | "other";
  ip: string | null;
  location: string | null;
  method: string;
  aal: number;
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
  idleExpiresAt: Date;
};

/** The user's live sessions, the most recently seen first, `limit` at a time. */
export async function listSessions(
  userId: string,
  page: { limit: number; after: string | null } = { limit: 100, after: null },
): Promise<ListedSession[]> {
  return db().$queryRaw<ListedSession[]>`
    SELECT id, browser, os, device_type AS "deviceType", ip, location, method,
      ${currentAal} AS aal, created_at AS "createdAt", last_seen_at AS "lastSeenAt",
      expires_at AS "expiresAt", idle_expires_at AS "idleExpiresAt"
    FROM session
    WHERE user_id = ${userId} AND ended_at IS NULL
      AND idle_expires_at > clock_timestamp() AND expires_at > clock_timestamp()
      AND (${page.after}::text IS NULL OR (last_seen_at, id) <
        (SELECT last_seen_at, id FROM session WHERE id = ${page.after} AND user_id = ${userId}))
    ORDER BY last_seen_at DESC, id DESC
    LIMIT ${page.limit}`;
}
