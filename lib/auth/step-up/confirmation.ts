// Whether it was confirmed once more that it is the owner, before what would hurt. A
// sign-in at the account's highest level counts for ten minutes, and so does a
// confirmation; a destructive act names itself and is confirmed for that one time.
// All of it is asked of the database, never of a token (ASVS 7.5.3).
import { writeEvent } from "@/lib/audit";
import {
  createChallenge,
  newestChallenge,
  replaceChallenges,
} from "@/lib/auth/challenge";
import type { Client } from "@/lib/auth/client";
import { type Factors, findFactors } from "@/lib/auth/factors";
import { requireOwner } from "@/lib/auth/owner";
import { policy, proofsOf } from "@/lib/auth/policy";
import { currentAal, lockOwner } from "@/lib/auth/session";
import { waysIn } from "@/lib/auth/ways-in";
import { config } from "@/lib/config";
import { type Connection, db, type Transaction, transaction } from "@/lib/db";
import { Refusal } from "@/lib/errors";
import { queueMail, wakeWorker } from "@/lib/jobs";
import { Prisma } from "@/prisma/generated/client";

/** What cannot be undone, and so is confirmed by name and once. */
export const destructiveActs = ["delete_account", "disable_two_factor"] as const;
export type DestructiveAct = (typeof destructiveActs)[number];

export type Owned = { id: string; userId: string };

export type Account = {
  id: string;
  email: string;
  passwordHash: string | null;
  passwordBlockedAt: Date | null;
  bannedAt: Date | null;
  factors: Factors;
  _count: { passkeys: number };
};

export async function requireAccount(
  userId: string,
  connection: Connection = db(),
): Promise<Account> {
  const owner = await requireOwner(userId, connection);
  return { ...owner, factors: await findFactors(connection, userId) };
}

/** The strongest comes first: a second factor alone where one is demanded. */
export function methodsOf({ factors, ...account }: Account): string[] {
  if (factors.needsTwo) return factors.demanded;
  return proofsOf([...factors.has, ...waysIn(account), "email_code"]);
}

/** What was proved before the owner said "This wasn't me" may be a stranger's proof. */
const blockedAt = Prisma.sql`(SELECT COALESCE(password_blocked_at, '-infinity')
  FROM "user" WHERE id = user_id)`;

export type Confirmation = {
  isConfirmed: boolean;
  methods: string[];
  /** A password would not do. */
  needsTwo: boolean;
  email: string;
};

/**
 * Whether the session may go on to `act`, or how its owner can confirm it. A mailbox
 * or a passkey that verified nobody opens a session, and confirms none that could be
 * confirmed by more: who found the key must not pass for its owner.
 */
export async function findConfirmation(
  session: Owned,
  act?: DestructiveAct,
): Promise<Confirmation> {
  const account = await requireAccount(session.userId);
  const since = policy.stepUp.lifetime;
  const { needsTwo } = account.factors;
  const found = await db().$queryRaw<unknown[]>`
    SELECT 1 FROM session
    WHERE id = ${session.id} AND CASE
      WHEN ${act ?? null}::text IS NULL THEN
        CASE WHEN ${needsTwo} THEN multi_factor_at ELSE authenticated_at END
          > GREATEST(clock_timestamp() - ${since} * interval '1 millisecond', ${blockedAt})
        AND (${currentAal} >= 2 OR NOT ${needsTwo}
          AND (${methodsOf(account).includes("email_code")} OR 'pwd' = ANY(amr)))
      ELSE confirmed_for = ${act ?? null}
        AND confirmed_for_at > clock_timestamp() - ${since} * interval '1 millisecond'
        AND confirmed_for_at > ${blockedAt}
      END`;
  const { email } = account;
  return { isConfirmed: found.length > 0, methods: methodsOf(account), needsTwo, email };
}

/** Once, in the transaction of the act itself. */
export async function spendConfirmation(
  tx: Transaction,
  session: Owned,
  act: DestructiveAct,
): Promise<boolean> {
  const spent = await tx.$executeRaw`
    UPDATE session SET confirmed_for = NULL
    WHERE id = ${session.id} AND user_id = ${session.userId} AND confirmed_for = ${act}
      AND confirmed_for_at >
        clock_timestamp() - ${policy.stepUp.lifetime} * interval '1 millisecond'
      AND confirmed_for_at > ${blockedAt} AND ended_at IS NULL`;
  return spent === 1;
}

/** What was confirmed by name with less than is asked for from now on. */
export async function forgetConfirmations(
  tx: Transaction,
  userId: string,
): Promise<void> {
  await tx.$executeRaw`UPDATE session SET confirmed_for = NULL WHERE user_id = ${userId}`;
}

/** Mails a code that counts in this session alone; the older ones end. */
export async function sendConfirmationCode(
  session: Owned,
  client: Client,
): Promise<void> {
  const account = await requireAccount(session.userId);
  if (!methodsOf(account).includes("email_code")) throw notEnough(account);
  const isAlive = await transaction(async (tx) => {
    const owner = await lockOwner(tx, session);
    if (!owner) return false;
    await replaceChallenges(tx, "step-up-code", { sessionId: session.id });
    const challengeId = await createChallenge(tx, {
      purpose: "step-up-code",
      lifetime: config.challenge.stepUp,
      // The account may have moved while this waited for it.
      email: owner.email,
      userId: account.id,
      sessionId: session.id,
      data: {},
    });
    const event = { type: "confirmation_requested", result: "success" } as const;
    const about = { userId: account.id, sessionId: session.id, method: "email_code" };
    await writeEvent(tx, { ...event, ...about }, client);
    await queueMail(tx, { template: "step_up_code", challengeId });
    return true;
  });
  if (!isAlive) throw new Refusal("unauthenticated");
  wakeWorker("mail");
}

export function findConfirmationCode({ id }: Owned): Promise<string | null> {
  return newestChallenge("step-up-code", { sessionId: id });
}

/** With what would be. */
export function notEnough(account: Account): Refusal {
  const detail = "This account needs a stronger confirmation.";
  const extra = { methods: methodsOf(account) };
  return new Refusal("step_up_required", { detail, extra });
}
