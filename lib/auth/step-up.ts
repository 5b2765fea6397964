// Confirming once more that it is the owner, before what would hurt. A sign-in at
// the account's highest level counts for ten minutes, and so does a confirmation;
// a destructive act names itself and is confirmed for that one time. All of it is
// asked of the database, never of a token (ASVS 7.5.3).
import { type ConfirmationFailure, writeEvent } from "@/lib/audit";
import {
  consumeChallenge,
  countAttempt,
  createChallenge,
  newestChallenge,
  replaceChallenges,
} from "@/lib/auth/challenge";
import type { Client } from "@/lib/auth/client";
import { requireOwner } from "@/lib/auth/owner";
import { type PasskeyAnswer, refusePasskey } from "@/lib/auth/passkey/assertion";
import { proveInSession } from "@/lib/auth/passkey/step-up";
import { checkPassword } from "@/lib/auth/password-check";
import {
  type Proof,
  type Reissued,
  reissueTokens,
} from "@/lib/auth/refresh-token/reissue";
import { lockOwner } from "@/lib/auth/session";
import { waysIn } from "@/lib/auth/ways-in";
import { config } from "@/lib/config";
import { db, type Transaction, transaction } from "@/lib/db";
import { Refusal } from "@/lib/errors";
import { queueMail, wakeWorker } from "@/lib/jobs";
import { Prisma } from "@/prisma/generated/client";

/** What cannot be undone, and so is confirmed by name and once. */
export type DestructiveAct = "delete_account";

type Owned = { id: string; userId: string };

type Account = {
  id: string;
  email: string;
  passwordHash: string | null;
  passwordBlockedAt: Date | null;
  bannedAt: Date | null;
  secondFactors: string[];
  _count: { passkeys: number };
};

/** The strongest comes first; mail only where there is nothing else. */
function methodsOf(account: Account): string[] {
  if (account.secondFactors.length > 0) return account.secondFactors;
  const ways = waysIn(account);
  return ways.length > 0 ? ways : ["email_code"];
}

/** What was proved before the owner said "This wasn't me" may be a stranger's proof. */
const blockedAt = Prisma.sql`(SELECT COALESCE(password_blocked_at, '-infinity')
  FROM "user" WHERE id = user_id)`;

export type Confirmation = { isConfirmed: boolean; methods: string[]; email: string };

/**
 * Whether the session may go on to `act`, or how its owner can confirm it. A mailbox
 * or a passkey that verified nobody opens a session, and confirms none that could be
 * confirmed by more: who found the key must not pass for its owner.
 */
export async function findConfirmation(
  session: Owned,
  act?: DestructiveAct,
): Promise<Confirmation> {
  const account = await requireOwner(session.userId);
  const since = Math.round(config.stepUp.lifetime);
  const found = await db().$queryRaw<unknown[]>`
    SELECT 1 FROM session
    WHERE id = ${session.id} AND CASE
      WHEN ${act ?? null}::text IS NULL THEN
        authenticated_at > clock_timestamp() - ${since} * interval '1 millisecond'
        AND authenticated_at > ${blockedAt}
        AND aal >= ${account.secondFactors.length > 0 ? 2 : 1}
        AND (${methodsOf(account).includes("email_code")}
          OR aal >= 2 OR 'pwd' = ANY(amr))
      ELSE confirmed_for = ${act ?? null}
        AND confirmed_for_at > clock_timestamp() - ${since} * interval '1 millisecond'
        AND confirmed_for_at > ${blockedAt}
      END`;
  const { email } = account;
  return { isConfirmed: found.length > 0, methods: methodsOf(account), email };
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
        clock_timestamp() - ${config.stepUp.lifetime} * interval '1 millisecond'
      AND confirmed_for_at > ${blockedAt} AND ended_at IS NULL`;
  return spent === 1;
}

/** Mails a code that counts in this session alone; the older ones end. */
export async function sendConfirmationCode(
  session: Owned,
  client: Client,
): Promise<void> {
  const account = await requireOwner(session.userId);
  requireMethod(account, "email_code");
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

type Given = { session: Owned; client: Client; act?: DestructiveAct };
export type GivenProof =
  | { method: "password"; password: string }
  | { method: "email_code"; code: string }
  | ({ method: "passkey" } & PasskeyAnswer);

/**
 * New tokens for the confirmed session. Throws `invalid_credentials` or
 * `invalid_code`, `rate_limited` after many wrong passwords, and `step_up_required`
 * for a method that is not the account's strongest.
 */
export async function confirm(given: Given, proof: GivenProof): Promise<Reissued> {
  return record(given, await prove(given, proof), proof.method);
}

/**
 * For an act that brings its own proof along and issues tokens itself: had `confirm`
 * made some before and the act were refused, nobody would ever get them. Throws alike.
 */
export async function prove(given: Given, proof: GivenProof): Promise<Proof> {
  const account = await requireOwner(given.session.userId);
  const isEnough = methodsOf(account).includes(proof.method);
  if (!isEnough) await fail(given, proof.method, "not_enough");
  requireMethod(account, proof.method);
  return { ...(await proveBy(given, account, proof)), confirmedFor: given.act };
}

async function proveBy(given: Given, account: Account, proof: GivenProof) {
  switch (proof.method) {
    case "password":
      await provePassword(given, account, proof.password);
      return { amr: ["pwd"] };
    case "email_code":
      await proveCode(given, proof.code);
      return { amr: ["email"] };
    case "passkey":
      return proveByPasskey(given, proof);
  }
}

function requireMethod(account: Account, method: string): void {
  const methods = methodsOf(account);
  if (methods.includes(method)) return;
  const detail = "This account needs a stronger confirmation.";
  throw new Refusal("step_up_required", { detail, extra: { methods } });
}

async function provePassword(given: Given, account: Account, password: string) {
  const { email } = account;
  const { client } = given;
  const check = { account, email, password, client };
  const verdict = await checkPassword(check).catch(async (error) => {
    const isThrottled = error instanceof Refusal && error.code === "rate_limited";
    if (isThrottled) await fail(given, "password", "throttled");
    throw error;
  });
  if (verdict.status === "right") return;
  if (verdict.status === "banned") throw new Refusal("unauthenticated");
  const reason = verdict.status === "no_password" ? verdict.status : "wrong_password";
  await fail(given, "password", reason);
  throw new Refusal("invalid_credentials", {
    detail: "That is not your password. Try again, or reset it.",
  });
}

async function proveCode(given: Given, code: string): Promise<void> {
  const { id: sessionId } = given.session;
  const id = await newestChallenge("step-up-code", { sessionId });
  const isRight = id !== null && (await countAttempt("step-up-code", id, code));
  if (isRight && (await consumeChallenge(db(), "step-up-code", id))) return;
  await fail(given, "email_code", "wrong_code");
  throw new Refusal("invalid_code", {
    detail: "That code is wrong, used or expired. Ask for a new one.",
  });
}

async function proveByPasskey(given: Given, answer: PasskeyAnswer) {
  const proved = await proveInSession(given.session, answer);
  if (!("refused" in proved)) return proved;
  await fail(given, "passkey", proved.refused);
  throw refusePasskey(proved.refused);
}

async function fail(
  { session, client }: Given,
  method: string,
  reason: ConfirmationFailure,
): Promise<void> {
  const event = { type: "confirmation", result: "failure", method, reason } as const;
  const about = { userId: session.userId, sessionId: session.id };
  await writeEvent(db(), { ...event, ...about }, client);
}

async function record(given: Given, proof: Proof, method: string) {
  const reissued = await transaction(async (tx) => {
    const tokens = await reissueTokens(tx, given.session.id, proof);
    if (tokens) await noteConfirmation(tx, given, proof, method);
    return tokens;
  });
  if (!reissued) throw new Refusal("unauthenticated");
  return reissued;
}

export async function noteConfirmation(
  tx: Transaction,
  { session, client }: Given,
  { amr: factors }: Proof,
  method: string,
): Promise<void> {
  const event = { type: "confirmation", result: "success", method, factors } as const;
  const about = { userId: session.userId, sessionId: session.id };
  await writeEvent(tx, { ...event, ...about }, client);
}
