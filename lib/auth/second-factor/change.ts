// How every change of an account's second factors ends: what the former ones opened
// is over, but for the session that made the change.
import { type RequestFacts, writeEvent } from "@/lib/audit";
import type { Client } from "@/lib/auth/client";
import { findFactors } from "@/lib/auth/factors";
import { rememberBrowser } from "@/lib/auth/known-browser";
import {
  type Proof,
  type Reissued,
  reissueTokens,
} from "@/lib/auth/refresh-token/reissue";
import { replaceBackupCodes } from "@/lib/auth/second-factor/backup-codes";
import { endSessions } from "@/lib/auth/session";
import { forgetConfirmations } from "@/lib/auth/step-up/confirmation";
import { endPending } from "@/lib/auth/store-password";
import { clearFailures } from "@/lib/auth/throttle";
import type { Transaction } from "@/lib/db";

type Change = {
  session: { id: string; userId: string };
  client: Client;
  /** Whether a second factor is asked for from now on. */
  isOn: boolean;
  /** The former ones end. */
  makesCodes?: boolean;
  /** That the new factor is there, where the change has shown it. */
  proof?: { amr: string[] };
};

export type FactorsChanged = {
  tokens: Reissued;
  /** New ones, where the change has made any; shown once. */
  backupCodes: string[];
  /** Other sessions. */
  ended: number;
};

/** The caller has locked the user, and changed the factors in `tx`. */
export async function finishChange(
  tx: Transaction,
  { session, client, isOn, makesCodes, proof }: Change,
): Promise<FactorsChanged> {
  const { id: sessionId, userId } = session;
  const wasOn = await turn(tx, userId, isOn);
  const about = { userId, sessionId };
  if (wasOn !== isOn) {
    const type = isOn ? "two_factor_on" : "two_factor_off";
    await writeEvent(tx, { type, result: "success", ...about }, client);
  }
  const backupCodes = makesCodes ? await replaceBackupCodes(tx, session) : [];
  if (!isOn) await tx.backupCode.deleteMany({ where: { userId } });
  await clearFailures(tx, "second_factor", userId);
  // Its owner is at this one, whatever signed in from elsewhere before.
  if (isOn) await rememberBrowser(tx, userId, client);
  await endPending(tx, userId);
  const ending = { userId, keepSessionId: sessionId, reason: "security" } as const;
  const ended = await endSessions(tx, ending, client);
  const both: Proof | undefined = proof && { ...proof, aal: 2 };
  const tokens = await reissueTokens(tx, sessionId, both, true);
  if (!tokens) throw new Error("a session that was locked has ended");
  return { tokens, backupCodes, ended };
}

/** Answers how it was. What was proved before it counts for nothing after it. */
async function turn(tx: Transaction, userId: string, isOn: boolean): Promise<boolean> {
  const before = await tx.user.findUniqueOrThrow({
    where: { id: userId },
    select: { twoFactorAt: true },
  });
  await forgetConfirmations(tx, userId);
  await tx.$executeRaw`
    UPDATE "user" SET security_version = security_version + 1,
      two_factor_at = CASE WHEN ${isOn} THEN COALESCE(two_factor_at, clock_timestamp()) END
    WHERE id = ${userId}`;
  return before.twoFactorAt !== null;
}

type Strange = {
  userId: string;
  sessionIds: string[];
  /** Whoever set up something then or later is a stranger, too. */
  since?: Date;
};

/**
 * What these sessions set up, so that it does not keep the owner out. Older backup
 * codes go on, or a mailbox alone would open the account. Where nothing is left to be
 * asked for, nothing is, and it answers true: the caller, who has locked the user, sees
 * to it that the password is blocked.
 */
export async function dropFactorsOf(
  tx: Transaction,
  { userId, sessionIds, since }: Strange,
  facts: RequestFacts,
): Promise<boolean> {
  const later = since ? [{ createdAt: { gte: since } }] : [];
  const where = { userId, OR: [{ sessionId: { in: sessionIds } }, ...later] };
  const dropped = await tx.totp.deleteMany({ where });
  await tx.backupCode.deleteMany({ where });
  if (dropped.count > 0) {
    await writeEvent(tx, { type: "totp_removed", result: "success", userId }, facts);
  }
  const { isOn, needsTwo } = await findFactors(tx, userId);
  if (!isOn || needsTwo) return false;
  // Not as the owner's own change: older sessions, who gave both factors, go on.
  await tx.$executeRaw`UPDATE "user" SET two_factor_at = NULL WHERE id = ${userId}`;
  await tx.backupCode.deleteMany({ where: { userId } });
  await writeEvent(tx, { type: "two_factor_off", result: "success", userId }, facts);
  return true;
}
