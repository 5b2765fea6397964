// Mail that anybody can ask for by naming an address.
import { closeCode } from "@/lib/auth/mailed-code";
import { config } from "@/lib/config";
import type { Transaction } from "@/lib/db";
import { Refusal } from "@/lib/errors";
import { type MailJob, queueMail } from "@/lib/jobs";
import { countAttempt } from "@/lib/rate-limit";

type AskedMail = Extract<MailJob, { challengeId: string }>;

/**
 * Over these limits the
 * answer is the same and no mail leaves (decided silently). Its code counts no
 * more: else every new one would give five guesses at somebody else's mailbox.
 */
export async function queueAskedMail(
  tx: Transaction,
  email: string,
  job: AskedMail,
): Promise<boolean> {
  const isQueued =
    (await countAttempt("mailPerRecipient", email, tx)).isAllowed &&
    (await countAttempt("mailForSite", "all", tx)).isAllowed;
  if (isQueued) await queueMail(tx, job);
  else await closeCode(tx, job.challengeId);
  return isQueued;
}

/** When another mail may be asked for: the first one gets a head start. */
export function resendAt(createdAt: Date): Date {
  return new Date(createdAt.getTime() + config.challenge.resendAfter);
}

/** Throws `rate_limited` until then. */
export function requireHeadStart(resendAt: Date): void {
  const wait = resendAt.getTime() - Date.now();
  if (wait <= 0) return;
  const detail = `Give the first mail ${Math.ceil(wait / 1000)} more seconds to arrive.`;
  throw new Refusal("rate_limited", { detail, retryAfter: wait });
}
