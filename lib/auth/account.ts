// The account itself: what its owner sees of it, changes, and deletes.
import { writeEvent } from "@/lib/audit";
import type { Client } from "@/lib/auth/client";
import { findPendingEmail } from "@/lib/auth/email-change";
import { requireOwner } from "@/lib/auth/owner";
import { mailNotice } from "@/lib/auth/owner-mail";
import { lockOwner } from "@/lib/auth/session";
import { spendConfirmation } from "@/lib/auth/step-up/confirmation";
import { clearFailures } from "@/lib/auth/throttle";
import { type Transaction, transaction } from "@/lib/db";
import { Refusal } from "@/lib/errors";
import { wakeWorker } from "@/lib/jobs";

type Owned = { id: string; userId: string };

export type Profile = {
  id: string;
  email: string;
  /** The address that waits to be confirmed. */
  pendingEmail: string | null;
  name: string | null;
  role: string;
  hasPassword: boolean;
  passwordChangedAt: Date | null;
  createdAt: Date;
};

export async function findProfile(userId: string): Promise<Profile> {
  const [user, pendingEmail] = await Promise.all([
    requireOwner(userId),
    findPendingEmail(userId),
  ]);
  const { id, email, name, role, passwordHash, passwordChangedAt, createdAt } = user;
  const hasPassword = passwordHash !== null;
  const shown = { id, email, pendingEmail, name, role, hasPassword };
  return { ...shown, passwordChangedAt, createdAt };
}

export async function changeName(
  { id: sessionId, userId }: Owned,
  name: string | null,
  client: Client,
): Promise<void> {
  const isThere = await transaction(async (tx) => {
    const { count } = await tx.user.updateMany({ where: { id: userId }, data: { name } });
    if (count === 0) return false;
    const event = { type: "profile_changed", result: "success" } as const;
    await writeEvent(tx, { ...event, userId, sessionId }, client);
    return true;
  });
  if (!isThere) throw new Refusal("unauthenticated");
}

/**
 * Everything of the person goes at once, and the record keeps an id that names
 * nobody. False without the confirmation that this act needs each time.
 */
export async function deleteAccount(session: Owned, client: Client): Promise<boolean> {
  const { id: sessionId, userId } = session;
  const isDeleted = await transaction(async (tx) => {
    // The lock comes first: a sign-in at the same time leaves nothing behind.
    const owner = await lockOwner(tx, session);
    if (!owner || !(await spendConfirmation(tx, session, "delete_account"))) return false;
    const { email } = owner;
    const event = { type: "account_deleted", result: "success" } as const;
    await writeEvent(tx, { ...event, userId, sessionId }, client);
    const former = await formerAddresses(tx, userId);
    await tx.user.delete({ where: { id: userId }, select: { id: true } });
    await clearTraces(tx, { userId, email });
    for (const to of new Set([email, ...former])) {
      await mailNotice(tx, { template: "farewell", email: to });
    }
    return true;
  });
  wakeWorker("mail");
  return isDeleted;
}

/**
 * The account may have been moved before it was deleted, by somebody who had no
 * right to either: the mailbox that could still have taken it back hears of it.
 */
async function formerAddresses(tx: Transaction, userId: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ email: string }[]>`
    SELECT DISTINCT email FROM challenge
    WHERE purpose = 'email-cancel' AND user_id = ${userId} AND email IS NOT NULL
      AND expires_at > clock_timestamp()`;
  return rows.map(({ email }) => email);
}

/**
 * What no foreign key takes along; sessions and browsers go with the user. Somebody
 * else's change to this address is theirs.
 */
async function clearTraces(
  tx: Transaction,
  { userId, email }: { userId: string; email: string },
): Promise<void> {
  await tx.challenge.deleteMany({
    where: { OR: [{ userId }, { email, userId: null }] },
  });
  await clearFailures(tx, "password", userId);
  await clearFailures(tx, "second_factor", userId);
}
