// "Trust this browser": for a month the first factor alone signs in there. A row of
// ours and no cookie of its own; the device cookie says which browser it is, and
// whoever changes a password or a factor ends them all.
import { writeEvent } from "@/lib/audit";
import type { Client } from "@/lib/auth/client";
import { describeDevice } from "@/lib/auth/device";
import { policy } from "@/lib/auth/policy";
import { newId } from "@/lib/crypto";
import { db, type Transaction, transaction } from "@/lib/db";
import { placeOf } from "@/lib/geo";

type Role = keyof typeof policy.roles;

/** An app keeps its session and asks for no trust. */
export function mayTrust(role: Role, { deviceHash }: Client): boolean {
  return policy.roles[role].mayTrustBrowsers && deviceHash !== null;
}

/** Whether the account has trusted this very browser, and noting that it came back. */
export async function isTrusted(
  tx: Transaction,
  { id: userId, role }: { id: string; role: Role },
  client: Client,
): Promise<boolean> {
  if (!mayTrust(role, client)) return false;
  const { ip, deviceHash } = client;
  const known = await tx.$executeRaw`
    UPDATE trusted_browser SET last_used_at = clock_timestamp(),
      ip = ${ip}, location = ${placeOf(ip)}
    WHERE user_id = ${userId} AND device_hash = ${deviceHash}
      AND expires_at > clock_timestamp()`;
  return known === 1;
}

type Trust = { userId: string; sessionId: string; client: Client };

/** Does nothing for whoever may not; the caller has seen both factors. */
export async function trustBrowser(
  tx: Transaction,
  role: Role,
  { userId, sessionId, client }: Trust,
): Promise<void> {
  if (!mayTrust(role, client)) return;
  const { browser, os, deviceType } = describeDevice(client);
  const { ip, deviceHash } = client;
  await tx.$executeRaw`
    INSERT INTO trusted_browser (id, user_id, device_hash, browser, os, device_type, ip,
      location, created_at, last_used_at, expires_at)
    VALUES (${newId()}, ${userId}, ${deviceHash}, ${browser}, ${os}, ${deviceType}, ${ip},
      ${placeOf(ip)}, clock_timestamp(), clock_timestamp(),
      clock_timestamp() + ${policy.trustedBrowser.lifetime} * interval '1 millisecond')
    ON CONFLICT (user_id, device_hash) DO UPDATE SET
      browser = excluded.browser, os = excluded.os, device_type = excluded.device_type,
      ip = excluded.ip, location = excluded.location, created_at = excluded.created_at,
      last_used_at = excluded.last_used_at, expires_at = excluded.expires_at`;
  const event = { type: "browser_trusted", result: "success" } as const;
  await writeEvent(tx, { ...event, userId, sessionId }, client);
}

export type TrustedBrowser = {
  id: string;
  browser: string | null;
  os: string | null;
  deviceType: "desktop" | "phone" | "tablet" | "other";
  ip: string | null;
  location: string | null;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
  /** The browser that asks. */
  isThis: boolean;
};

/** Those that are trusted still, the last one used first. */
export function listTrustedBrowsers(
  userId: string,
  { deviceHash }: Client,
): Promise<TrustedBrowser[]> {
  return db().$queryRaw<TrustedBrowser[]>`
    SELECT id, browser, os, device_type AS "deviceType", ip, location,
      created_at AS "createdAt", last_used_at AS "lastUsedAt", expires_at AS "expiresAt",
      device_hash IS NOT DISTINCT FROM ${deviceHash} AS "isThis"
    FROM trusted_browser
    WHERE user_id = ${userId} AND expires_at > clock_timestamp()
    ORDER BY last_used_at DESC, id`;
}

type Removal = { session: { id: string; userId: string }; browserId: string };

/** False when the account has trusted no such browser. */
export function removeTrustedBrowser(
  { session, browserId: id }: Removal,
  client: Client,
): Promise<boolean> {
  const { id: sessionId, userId } = session;
  return transaction(async (tx) => {
    const { count } = await tx.trustedBrowser.deleteMany({ where: { id, userId } });
    if (count === 0) return false;
    const event = { type: "trust_removed", result: "success" } as const;
    await writeEvent(tx, { ...event, userId, sessionId }, client);
    return true;
  });
}

/** With a session that its owner ends from elsewhere: that device may be lost. */
export async function forgetTrustOf(tx: Transaction, sessionId: string): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM trusted_browser t USING session s
    WHERE s.id = ${sessionId} AND t.user_id = s.user_id AND t.device_hash = s.device_hash`;
}

/** But for the browser of this session, which ends all others. */
export async function forgetOtherTrust(
  tx: Transaction,
  sessionId: string,
): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM trusted_browser t USING session s
    WHERE s.id = ${sessionId} AND t.user_id = s.user_id
      AND t.device_hash IS DISTINCT FROM s.device_hash`;
}

/** After a password or a factor has changed, every browser is asked for both again. */
export async function forgetTrust(tx: Transaction, userId: string): Promise<void> {
  await tx.trustedBrowser.deleteMany({ where: { userId } });
}
