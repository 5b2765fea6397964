// Taking a change of address back: while it waits, by whoever is signed in or by
// the old mailbox; once it has happened, by the old mailbox alone.
import { type CodeFailure, writeEvent } from "@/lib/audit";
import {
  consumeChallenge,
  findChallenge,
  readSecret,
  replaceChallenges,
} from "@/lib/auth/challenge";
import type { Client } from "@/lib/auth/client";
import type { Cancellation } from "@/lib/auth/email-change";
import { lockUser } from "@/lib/auth/lock-user";
import { type LinkState, readLink } from "@/lib/auth/mailed-link";
import { moveAddress } from "@/lib/auth/move-address";
import { mailNotice } from "@/lib/auth/owner-mail";
import { dropPasskeys } from "@/lib/auth/passkey/drop";
import { dropFactorsOf } from "@/lib/auth/second-factor/change";
import { endSessions } from "@/lib/auth/session";
import { endPending } from "@/lib/auth/store-password";
import { db, isTaken, type Transaction, transaction } from "@/lib/db";
import { Refusal } from "@/lib/errors";
import { wakeWorker } from "@/lib/jobs";

type Owned = { id: string; userId: string };

/** False when no change was waiting. */
export function cancelPendingEmail(
  { id: sessionId, userId }: Owned,
  client: Client,
): Promise<boolean> {
  return transaction(async (tx) => {
    if ((await replaceChallenges(tx, "email-change", { userId })) === 0) return false;
    await noteCancelled(tx, { userId, sessionId }, client);
    return true;
  });
}

export type CancelAbout = {
  oldEmail: string;
  newEmail: string;
  /** `over`: it was cancelled, replaced, or has expired; `gone`: to a third address. */
  change: "waiting" | "done" | "over" | "gone";
};

/** Which change the link takes back, and how far that has come. */
export function readCancelLink(token: string): Promise<LinkState<CancelAbout>> {
  return readLink<Cancellation, CancelAbout>("email-cancel", token, async (challenge) => {
    const { email, userId, data } = challenge;
    const change = await findChallenge("email-change", data.changeId);
    const user = await db().user.findUnique({
      where: { id: userId ?? "" },
      select: { email: true },
    });
    const addresses = { oldEmail: email ?? "", newEmail: data.newEmail };
    if (change.state === "open") return { ...addresses, change: "waiting" };
    if (user?.email === data.newEmail) return { ...addresses, change: "done" };
    return { ...addresses, change: user?.email === email ? "over" : "gone" };
  });
}

export type EmailCancelled =
  | { status: "cancelled" | "restored"; email: string }
  | { status: "refused"; reason: CodeFailure };

/**
 * With the link that the old address got. Once the change has happened it ends
 * every session. Throws `conflict` when the old address has another account.
 */
export async function cancelEmailChange(
  token: string,
  client: Client,
): Promise<EmailCancelled> {
  const id = readSecret("email-cancel", "link", token);
  const found = id ? await findChallenge<Cancellation>("email-cancel", id) : null;
  if (!id || found?.state !== "open") return refuse(found?.state ?? "unknown", client);
  const work = transaction(async (tx) => {
    // The lock comes first, as for whoever ends what is pending.
    await lockUser(tx, found.challenge.userId ?? "");
    return cancel(tx, id, client);
  });
  const cancelled = await work.catch((error) => {
    if (isTaken(error)) return "taken" as const;
    throw error;
  });
  wakeWorker("mail");
  if (cancelled === "taken") {
    await refuse("address_taken", client);
    throw new Refusal("conflict", {
      detail: "Your old address belongs to another account by now.",
      extra: { reason: cancelled },
    });
  }
  if (cancelled === "used" || cancelled === "changed") return refuse("used", client);
  return cancelled;
}

async function cancel(tx: Transaction, id: string, client: Client) {
  const consumed = await consumeChallenge<Cancellation>(tx, "email-cancel", id);
  if (!consumed?.userId || !consumed.email) return "used" as const;
  const { userId, email, data } = consumed;
  const waiting = await replaceChallenges(tx, "email-change", { id: data.changeId });
  if (waiting === 1) {
    await noteCancelled(tx, { userId }, client);
    return { status: "cancelled" as const, email };
  }
  const { createdAt: since, sessionId } = consumed;
  const restore = { userId, from: data.newEmail, to: email, since, sessionId };
  const restored = await restoreEmail(tx, restore, client);
  return typeof restored === "object"
    ? { status: "restored" as const, email: restored.email }
    : restored;
}

function noteCancelled(
  tx: Transaction,
  about: { userId: string; sessionId?: string },
  client: Client,
) {
  const event = { type: "email_change_cancelled", result: "success" } as const;
  return writeEvent(tx, { ...event, ...about }, client);
}

type Restore = {
  userId: string;
  from: string;
  to: string;
  /** When the change was asked for that is taken back. */
  since: Date;
  /** The session that asked: what it added before was a stranger's already. */
  sessionId?: string | null;
};

/** The account goes back to the address it was taken away from. */
export async function restoreEmail(tx: Transaction, restore: Restore, client: Client) {
  const moved = await moveAddress(tx, restore);
  if (moved !== "moved") return moved;
  const { userId, to: email } = restore;
  await endPending(tx, userId, restore.from);
  await endLinksOfStrangers(tx, restore);
  // Told to the addresses in between, if to anybody: ways back in.
  const { since } = restore;
  const sessionIds = restore.sessionId ? [restore.sessionId] : [];
  const theirs = { sessionId: { in: sessionIds } };
  const which = { OR: [{ createdAt: { gte: since } }, theirs] };
  const dropped = await dropPasskeys(tx, { userId, which }, client);
  const isUnguarded = await dropFactorsOf(tx, { userId, sessionIds, since }, client);
  await tx.$executeRaw`
    UPDATE "user" SET password_blocked_at = clock_timestamp()
    WHERE id = ${userId} AND password_blocked_at IS NULL
      AND (password_changed_at >= ${since} OR ${isUnguarded})`;
  const others = await endSessions(tx, { userId, reason: "security" }, client);
  const ended = others + dropped.ended;
  const event = { type: "email_restored", result: "success", userId } as const;
  await writeEvent(tx, event, client);
  await mailNotice(tx, { template: "email_restored", email, userId });
  return { email, ended };
}

/**
 * What was mailed to the addresses in between has no power any more: else whoever
 * moved the account twice could call it back to the first of them. Older links are
 * those of owners before, and stay.
 */
async function endLinksOfStrangers(tx: Transaction, { userId, to, since }: Restore) {
  await tx.$executeRaw`
    UPDATE challenge SET consumed_at = clock_timestamp(), replaced = true
    WHERE user_id = ${userId} AND purpose IN ('not-me', 'email-cancel') AND email <> ${to}
      AND created_at >= ${since} AND consumed_at IS NULL`;
}

async function refuse(
  state: CodeFailure | "unknown" | "open",
  client: Client,
): Promise<EmailCancelled> {
  const reason = state === "unknown" || state === "open" ? "wrong" : state;
  const event = { type: "email_change", result: "failure", reason } as const;
  await writeEvent(db(), event, client);
  return { status: "refused", reason };
}
