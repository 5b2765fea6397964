// Everything that is held about a person, as one document. Columns are named one
// by one: a new one is in it when somebody decides so, and no secret by accident.
// Nothing of others: not who acted on the account, nor from where they did.
import { type RequestFacts, writeEvent } from "@/lib/audit";
import type { ThrottleKind } from "@/lib/auth/throttle";
import { type Transaction, transaction } from "@/lib/db";

/** Raised when a member changes its meaning or goes; new ones may come anytime. */
const format = 1;

/** Null when there is no such account. The export itself is among its events. */
export function exportAccount(userId: string, facts: RequestFacts) {
  return transaction(async (tx) => {
    const account = await readAccount(tx, userId);
    const [clock] = await tx.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`;
    if (!account || !clock) return null;
    const event = { type: "account_exported", result: "success", userId } as const;
    await writeEvent(tx, event, facts);
    return {
      format,
      exportedAt: clock.now,
      account,
      sessions: await readSessions(tx, userId),
      passkeys: await readPasskeys(tx, userId),
      knownBrowsers: await readBrowsers(tx, userId),
      events: await readEvents(tx, userId),
      trustedBrowsers: await readTrusted(tx, userId),
      authenticatorApp: await readTotp(tx, userId),
      backupCodes: await readBackupCodes(tx, userId),
      wrongPasswords: await readFailures(tx, "password", userId),
      wrongSecondFactors: await readFailures(tx, "second_factor", userId),
      confirmations: await readConfirmations(tx, userId, account.email),
    };
  });
}

async function readAccount(tx: Transaction, userId: string) {
  const found = await tx.user.findUnique({
    where: { id: userId },
    select: {
      id: true,
      email: true,
      name: true,
      role: true,
      twoFactorAt: true,
      createdAt: true,
      emailVerifiedAt: true,
      passwordChangedAt: true,
      passwordBlockedAt: true,
      passwordListedAt: true,
      passkeyHandle: true,
      passkeyOfferAt: true,
      bannedAt: true,
    },
  });
  if (!found) return null;
  // Asked of the database, so that the hash itself goes nowhere.
  const where = { id: userId, passwordHash: { not: null } };
  const hasPassword = (await tx.user.count({ where })) > 0;
  const { passkeyHandle: handle } = found;
  return { ...found, passkeyHandle: handle && base64url(handle), hasPassword };
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}

/** Those that have ended, too, for as long as they are kept. */
function readSessions(tx: Transaction, userId: string) {
  return tx.session.findMany({
    where: { userId },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    select: {
      id: true,
      channel: true,
      method: true,
      amr: true,
      aal: true,
      isPersistent: true,
      passkeyId: true,
      isCrossDevice: true,
      browser: true,
      os: true,
      deviceType: true,
      userAgent: true,
      ip: true,
      location: true,
      createdAt: true,
      authenticatedAt: true,
      multiFactorAt: true,
      lastSeenAt: true,
      idleExpiresAt: true,
      expiresAt: true,
      endedAt: true,
      endReason: true,
    },
  });
}

/** Public keys and all: they open nothing. */
async function readPasskeys(tx: Transaction, userId: string) {
  const passkeys = await tx.passkey.findMany({
    where: { userId },
    orderBy: { createdAt: "asc" },
    select: {
      id: true,
      credentialId: true,
      publicKey: true,
      counter: true,
      transports: true,
      aaguid: true,
      name: true,
      isBackupEligible: true,
      isBackedUp: true,
      isVerifiable: true,
      sessionId: true,
      createdAt: true,
      lastUsedAt: true,
    },
  });
  return passkeys.map(({ credentialId, publicKey, counter, ...passkey }) => ({
    ...passkey,
    credentialId: base64url(credentialId),
    publicKey: base64url(publicKey),
    counter: Number(counter),
  }));
}

function readBrowsers(tx: Transaction, userId: string) {
  return tx.knownBrowser.findMany({
    where: { userId },
    orderBy: { createdAt: "asc" },
    select: { createdAt: true, lastSeenAt: true },
  });
}

function readTrusted(tx: Transaction, userId: string) {
  return tx.trustedBrowser.findMany({
    where: { userId },
    orderBy: { createdAt: "asc" },
    select: {
      browser: true,
      os: true,
      deviceType: true,
      ip: true,
      location: true,
      createdAt: true,
      lastUsedAt: true,
      expiresAt: true,
    },
  });
}

/** That there is one; its key stays here. */
function readTotp(tx: Transaction, userId: string) {
  const select = { createdAt: true, lastUsedAt: true };
  return tx.totp.findUnique({ where: { userId }, select });
}

function readBackupCodes(tx: Transaction, userId: string) {
  const select = { createdAt: true, usedAt: true };
  return tx.backupCode.findMany({ where: { userId }, select });
}

/** Of the account and of each known browser, whose name is left out. */
function readFailures(tx: Transaction, kind: ThrottleKind, userId: string) {
  return tx.$queryRaw<{ failures: number; lastTryAt: Date; nextTryAt: Date }[]>`
    SELECT failures, last_try_at AS "lastTryAt", next_try_at AS "nextTryAt"
    FROM throttle WHERE kind = ${kind} AND split_part(key, '.', 1) = ${userId} ORDER BY key`;
}

async function readEvents(tx: Transaction, userId: string) {
  const events = await tx.auditEvent.findMany({
    where: { userId },
    orderBy: [{ at: "asc" }, { id: "asc" }],
    select: {
      at: true,
      type: true,
      result: true,
      reason: true,
      method: true,
      factors: true,
      sessionId: true,
      actorId: true,
      ip: true,
      userAgent: true,
    },
  });
  return events.map(({ actorId, ip, userAgent, ...event }) => {
    const isOwnAct = actorId === null || actorId === userId;
    const from = isOwnAct ? { ip, userAgent } : { ip: null, userAgent: null };
    return { ...event, ...from };
  });
}

/**
 * Links and codes that were sent or wait, without what they are made of. Those
 * that others have sent to this address are no more than a mail in its inbox;
 * they are here where nobody's account stands behind them.
 */
function readConfirmations(tx: Transaction, userId: string, email: string) {
  return tx.challenge.findMany({
    where: { OR: [{ userId }, { userId: null, email }] },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    select: {
      purpose: true,
      email: true,
      createdAt: true,
      expiresAt: true,
      consumedAt: true,
    },
  });
}
