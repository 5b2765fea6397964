// Who gets mail. What tells the owner what happened to the account goes to the
// address it has at that moment, whatever it is changed to before the mail leaves,
// and is never silenced by the limits of mail that strangers can cause.
import { createChallenge } from "@/lib/auth/challenge";
import { config } from "@/lib/config";
import type { Transaction } from "@/lib/db";
import { type NoticeMail, type OwnerMail, queueMail } from "@/lib/jobs";

export type NotMe = {
  /** ISO time: what sessions begun since then did is undone. */
  since: string;
  /** The name of what it is about, where that has one. */
  about?: string;
};

type SecurityMail = {
  template: OwnerMail;
  userId: string;
  /** The session that did it, if one did. */
  sessionId?: string;
  /** Where to, when that is no longer the address of the account. */
  email?: string;
  about?: string;
};

/** Queues the mail in `tx`, with a link that undoes it: "This wasn't me". */
export async function mailOwner(tx: Transaction, mail: SecurityMail): Promise<void> {
  const { template, userId, sessionId, about } = mail;
  const user = await tx.user.findUniqueOrThrow({
    where: { id: userId },
    select: { email: true },
  });
  const data: NotMe = { since: await beginning(tx, sessionId), about };
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

type Notice = {
  template: NoticeMail;
  email: string;
  userId?: string;
  sessionId?: string;
};

/** Queues a mail that carries no power: its row only keeps where it goes. */
export async function mailNotice(tx: Transaction, notice: Notice): Promise<void> {
  const { template, ...about } = notice;
  const lifetime = config.jobs.mail.giveUpAfter;
  const fresh = { purpose: "notice", lifetime, data: {}, ...about } as const;
  await queueMail(tx, { template, challengeId: await createChallenge(tx, fresh) });
}

/** Of the session where there is one; else of what is done now. */
async function beginning(tx: Transaction, sessionId?: string): Promise<string> {
  const [row] = await tx.$queryRaw<{ since: Date }[]>`
    SELECT COALESCE((SELECT created_at FROM session WHERE id = ${sessionId ?? null}),
      clock_timestamp()) AS since`;
  return (row?.since ?? new Date()).toISOString();
}
