// Second factors as their owner sees and changes them. The edge has asked for a
// recent confirmation; what weakens the account is confirmed by name besides.
import { writeEvent } from "@/lib/audit";
import type { Client } from "@/lib/auth/client";
import { findFactors } from "@/lib/auth/factors";
import { mailOwner } from "@/lib/auth/owner-mail";
import { policy, type SecondFactor } from "@/lib/auth/policy";
import { type Reissued, reissueTokens } from "@/lib/auth/refresh-token/reissue";
import { replaceBackupCodes } from "@/lib/auth/second-factor/backup-codes";
import { type FactorsChanged, finishChange } from "@/lib/auth/second-factor/change";
import { lockOwner } from "@/lib/auth/session";
import { spendConfirmation } from "@/lib/auth/step-up/confirmation";
import { type Connection, db, type Transaction, transaction } from "@/lib/db";
import { Refusal } from "@/lib/errors";
import { type OwnerMail, wakeWorker } from "@/lib/jobs";

type Owned = { id: string; userId: string };

export type TwoFactor = {
  /** A second factor is asked for: its owner wants it, or the role demands it. */
  isOn: boolean;
  /** It cannot be turned off: the role demands it. */
  isDemanded: boolean;
  has: SecondFactor[];
  totp: { createdAt: Date; lastUsedAt: Date | null } | null;
  backupCodesLeft: number;
};

export async function findTwoFactor(
  userId: string,
  connection: Connection = db(),
): Promise<TwoFactor> {
  const { has, needsTwo, backupCodesLeft } = await findFactors(connection, userId);
  const user = await connection.user.findUnique({
    where: { id: userId },
    select: { role: true, totp: { select: { createdAt: true, lastUsedAt: true } } },
  });
  if (!user) throw new Refusal("unauthenticated");
  const isDemanded = policy.roles[user.role].demandsSecondFactor;
  return {
    isOn: needsTwo,
    isDemanded,
    has,
    totp: user.totp,
    backupCodesLeft,
  };
}

type Acting = { session: Owned; client: Client };

/**
 * With the passkeys that are there. Throws `conflict` without one that would do, and
 * where it is on: the codes of a second press would end those that the first showed.
 */
export function turnOnTwoFactor(acting: Acting): Promise<FactorsChanged> {
  return change(acting, async (tx) => {
    const { has, isOn, needsTwo } = await findFactors(tx, acting.session.userId);
    if (isOn && needsTwo) return new Refusal("conflict", { detail: onAlready });
    if (!has.includes("passkey")) return new Refusal("conflict", { detail: noFactor });
    return { isOn: true, makesCodes: true, template: "two_factor_on" };
  });
}

const onAlready = "Two-factor authentication is on already.";

const noFactor =
  "There is nothing to ask for yet. Set up an authenticator app, or add a passkey that asks for your fingerprint, face or screen lock.";

/** Removes app and codes. Spends its confirmation; throws `step_up_required` without. */
export function turnOffTwoFactor(acting: Acting): Promise<FactorsChanged> {
  return change(acting, async (tx) => {
    const { session } = acting;
    const { isOn, isDemanded } = await findTwoFactor(session.userId, tx);
    if (!isOn) return new Refusal("conflict", { detail: isOffAlready });
    if (isDemanded) return new Refusal("conflict", { detail: ofRole });
    if (!(await isConfirmed(tx, session))) return notConfirmed();
    await dropTotp(tx, acting);
    return { isOn: false, template: "two_factor_off" };
  });
}

/**
 * Two-factor authentication goes on with passkeys, where there are any, and is off
 * otherwise. Throws `not_found` without an app, and like `turnOffTwoFactor`.
 */
export async function removeTotp(acting: Acting): Promise<FactorsChanged> {
  const { userId } = acting.session;
  return change(acting, async (tx) => {
    const { has, totp, isDemanded } = await findTwoFactor(userId, tx);
    const isOn = has.includes("passkey");
    if (!totp) return new Refusal("not_found");
    if (isDemanded && !isOn) return new Refusal("conflict", { detail: ofRole });
    if (!(await isConfirmed(tx, acting.session))) return notConfirmed();
    await dropTotp(tx, acting);
    return { isOn, template: isOn ? "totp_removed" : "two_factor_off" };
  });
}

const isOffAlready = "Two-factor authentication is off already.";
const ofRole =
  "Your role in this site needs a second factor. You can replace it, but not do without.";

const isConfirmed = (tx: Transaction, session: Owned) =>
  spendConfirmation(tx, session, "disable_two_factor");

/** Another tab has spent it. */
function notConfirmed(): Refusal {
  return new Refusal("step_up_required", { extra: { for: "disable_two_factor" } });
}

async function dropTotp(tx: Transaction, { session, client }: Acting): Promise<void> {
  const { id: sessionId, userId } = session;
  const { count } = await tx.totp.deleteMany({ where: { userId } });
  if (count === 0) return;
  const event = { type: "totp_removed", result: "success" } as const;
  await writeEvent(tx, { ...event, userId, sessionId }, client);
}

type Changed = { isOn: boolean; makesCodes?: boolean; template: OwnerMail };

/** A refusal is returned, and nothing has changed by then. */
async function change(
  { session, client }: Acting,
  act: (tx: Transaction) => Promise<Changed | Refusal>,
): Promise<FactorsChanged> {
  const changed = await transaction(async (tx) => {
    if (!(await lockOwner(tx, session))) return new Refusal("unauthenticated");
    const done = await act(tx);
    if (done instanceof Refusal) return done;
    const { id: sessionId, userId } = session;
    const { template, ...factors } = done;
    await mailOwner(tx, { template, userId, sessionId });
    return finishChange(tx, { session, client, ...factors });
  });
  if (changed instanceof Refusal) throw changed;
  wakeWorker("mail");
  return changed;
}

/** The former ones end. Throws `conflict` where no second factor is asked for. */
export async function regenerateBackupCodes({
  session,
  client,
}: Acting): Promise<{ backupCodes: string[]; tokens: Reissued }> {
  const { id: sessionId, userId } = session;
  const made = await transaction(async (tx) => {
    if (!(await lockOwner(tx, session))) return new Refusal("unauthenticated");
    const { needsTwo } = await findFactors(tx, userId);
    if (!needsTwo) return new Refusal("conflict", { detail: noCodes });
    const backupCodes = await replaceBackupCodes(tx, session);
    const about = { userId, sessionId };
    await writeEvent(
      tx,
      { type: "backup_codes_made", result: "success", ...about },
      client,
    );
    await mailOwner(tx, { template: "backup_codes_made", ...about });
    const tokens = await reissueTokens(tx, sessionId);
    if (!tokens) throw new Error("a session that was locked has ended");
    return { backupCodes, tokens };
  });
  if (made instanceof Refusal) throw made;
  wakeWorker("mail");
  return made;
}

const noCodes =
  "Backup codes stand in for a second factor. Turn on two-factor authentication first.";
