// Mails that tell the owner what happened to the account. They go to the address
// the account has at that moment, whatever it is changed to before they leave,
// and are never silenced by the limits of mail that strangers can cause.
import { createChallenge } from "@/lib/auth/challenge";
import { config } from "@/lib/config";
import type { Transaction } from "@/lib/db";
import { type ChallengeMail, queueMail } from "@/lib/jobs";

export type NotMe = {
  /** ISO time: what sessions begun since then did is undone. */
  since: string;
};

type SecurityMail = {
  template: ChallengeMail;
  userId: string;
  /** The session that did it, if one did. */
  sessionId?: string;
  /** Where to, when that is no longer the address of the account. */
  email?: string;
};

/** Queues the mail in `tx`, with a link that undoes it: "This wasn't me". */
export async function mailOwner(tx: Transaction, mail: SecurityMail): Promise<void> {
  const { template, userId, sessionId } = mail;
  const user = await tx.user.findUniqueOrThrow({
    where: { id: userId },
    select: { email: true },
  });
  const data: NotMe = { since: await beginning(tx, sessionId) };
  const challengeId = await createChallenge(tx, {
    purpose: "not-me",
    lifetime: config.challenge.notMe,
    email: mail.email ?? user.email,
    userId,
    sessionId,
    data,
  });
  await queueMail(tx, { template, challengeId });
}

/** Of the session where there is one; else of what is done now. */
async function beginning(tx: Transaction, sessionId?: string): Promise<string> {
  const [row] = await tx.$queryRaw<{ since: Date }[]>`
    SELECT COALESCE((SELECT created_at FROM session WHERE id = ${sessionId ?? null}),
      clock_timestamp()) AS since`;
  return (row?.since ?? new Date()).toISOString();
}
