// The passkeys of an account, as their owner sees and names them.
import type { AuthenticatorTransport } from "@simplewebauthn/server";
import { writeEvent } from "@/lib/audit";
import type { Client } from "@/lib/auth/client";
import { findFactors } from "@/lib/auth/factors";
import { requireOwner } from "@/lib/auth/owner";
import { mailOwner } from "@/lib/auth/owner-mail";
import { relyingParty } from "@/lib/auth/passkey/ceremony";
import { dropPasskeys } from "@/lib/auth/passkey/drop";
import { type Reissued, reissueTokens } from "@/lib/auth/refresh-token/reissue";
import { lockOwner } from "@/lib/auth/session";
import { waysIn } from "@/lib/auth/ways-in";
import { db, type Transaction, transaction } from "@/lib/db";
import { Refusal } from "@/lib/errors";
import { wakeWorker } from "@/lib/jobs";

type Owned = { id: string; userId: string };

export type ListedPasskey = {
  id: string;
  /** base64url, as browsers name it. */
  credentialId: string;
  name: string;
  aaguid: string;
  transports: string[];
  isBackupEligible: boolean;
  isBackedUp: boolean;
  /** Can be a second factor and a confirmation. */
  isVerifiable: boolean;
  createdAt: Date;
  lastUsedAt: Date | null;
};

/** The oldest first, which is the order of their numbered names. */
export async function listPasskeys(userId: string): Promise<ListedPasskey[]> {
  const passkeys = await db().passkey.findMany({
    where: { userId },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    select: {
      id: true,
      credentialId: true,
      name: true,
      aaguid: true,
      transports: true,
      isBackupEligible: true,
      isBackedUp: true,
      isVerifiable: true,
      createdAt: true,
      lastUsedAt: true,
    },
  });
  return passkeys.map(({ credentialId, ...passkey }) => ({
    ...passkey,
    credentialId: Buffer.from(credentialId).toString("base64url"),
  }));
}

/** As options name credentials to a browser. */
export async function findDescriptors(userId: string) {
  return describeAll(await listPasskeys(userId));
}

/** Those that can verify their user, where nothing less will do. */
export async function findVerifiable(userId: string) {
  const passkeys = await listPasskeys(userId);
  return describeAll(passkeys.filter(({ isVerifiable }) => isVerifiable));
}

function describeAll(passkeys: ListedPasskey[]) {
  return passkeys.map(({ credentialId: id, transports }) => ({
    id,
    // Kept as the browser gave them; what it does not know it leaves aside.
    transports: transports as AuthenticatorTransport[],
  }));
}

/** What browsers are told, so that they offer no passkey that is gone (Signal API). */
export type PasskeySignal = {
  rpId: string;
  /** base64url of the user handle. */
  userId: string;
  name: string;
  displayName: string;
  credentialIds: string[];
};

/** Null for whoever never had a passkey. */
export async function findSignal(userId: string): Promise<PasskeySignal | null> {
  const { passkeyHandle, email, name } = await requireOwner(userId);
  if (!passkeyHandle) return null;
  const passkeys = await listPasskeys(userId);
  return {
    rpId: relyingParty().rpId,
    userId: Buffer.from(passkeyHandle).toString("base64url"),
    name: email,
    displayName: name ?? email,
    credentialIds: passkeys.map(({ credentialId }) => credentialId),
  };
}

type Change = { session: Owned; passkeyId: string; client: Client };

/** Throws `not_found` for what is not the owner's, and `unauthenticated`. */
export async function renamePasskey(change: Change & { name: string }): Promise<void> {
  const { session, passkeyId: id, name, client } = change;
  const { id: sessionId, userId } = session;
  const renamed = await transaction(async (tx) => {
    if (!(await lockOwner(tx, session))) return "ended";
    const where = { id, userId };
    const { count } = await tx.passkey.updateMany({ where, data: { name } });
    if (count === 0) return "not_found";
    const event = { type: "passkey_renamed", result: "success" } as const;
    await writeEvent(tx, { ...event, userId, sessionId }, client);
    return "done";
  });
  if (renamed === "ended") throw new Refusal("unauthenticated");
  if (renamed === "not_found") throw new Refusal("not_found");
}

export type PasskeyRemoved = { tokens: Reissued; ended: number };

/**
 * Ends the sessions that began with it, but for the one that removes it. Throws
 * `not_found` for what is not the owner's, `conflict` when it is the last way in or
 * the last second factor where one is demanded, and `unauthenticated`. Does not ask for a confirmation: the edge has.
 */
export async function removePasskey(change: Change): Promise<PasskeyRemoved> {
  const { session, passkeyId, client } = change;
  const { id: sessionId, userId } = session;
  const removed = await transaction(async (tx) => {
    // The lock comes first: of two that are removed at once one may be the last.
    if (!(await lockOwner(tx, session))) return "ended";
    const which = { id: passkeyId };
    const isThere = (await tx.passkey.count({ where: { ...which, userId } })) > 0;
    if (!isThere) return "not_found";
    const owner = await requireOwner(userId, tx);
    const passkeys = owner._count.passkeys - 1;
    if (waysIn({ ...owner, _count: { passkeys } }).length === 0) return "last_way";
    if (await isLastFactor(tx, userId, passkeyId)) return "last_factor";
    const { names, ended } = await dropPasskeys(tx, { userId, which, sessionId }, client);
    const mail = { template: "passkey_removed", about: names[0] } as const;
    await mailOwner(tx, { ...mail, userId, sessionId });
    const tokens = await reissueTokens(tx, sessionId);
    if (!tokens) throw new Error("a session that was locked has ended");
    return { tokens, ended };
  });
  if (removed === "ended") throw new Refusal("unauthenticated");
  if (removed === "not_found") throw new Refusal("not_found");
  if (removed === "last_way") throw new Refusal("conflict", { detail: onlyWay });
  if (removed === "last_factor") throw new Refusal("conflict", { detail: onlyFactor });
  wakeWorker("mail");
  return removed;
}

const onlyWay =
  "This passkey is the only way into your account. Add another passkey or a password first.";

/** Of an account that demands one: turning that off is confirmed by its own name. */
async function isLastFactor(tx: Transaction, userId: string, id: string) {
  const { demanded } = await findFactors(tx, userId);
  if (!demanded.includes("passkey") || demanded.includes("totp")) return false;
  const others = { userId, isVerifiable: true, id: { not: id } };
  return (await tx.passkey.count({ where: others })) === 0;
}

const onlyFactor =
  "This passkey is the only second factor of your account. Add another one, or turn off two-factor authentication first.";
