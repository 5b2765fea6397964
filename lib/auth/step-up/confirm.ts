// Confirming that it is the owner, with what the account has that is strongest.
import { type ConfirmationFailure, writeEvent } from "@/lib/audit";
import { consumeChallenge, newestChallenge } from "@/lib/auth/challenge";
import type { Client } from "@/lib/auth/client";
import { countAttempt } from "@/lib/auth/mailed-code";
import { type PasskeyAnswer, refusePasskey } from "@/lib/auth/passkey/assertion";
import { proveInSession } from "@/lib/auth/passkey/step-up";
import { checkPassword } from "@/lib/auth/password-check";
import {
  type Proof,
  type Reissued,
  reissueTokens,
} from "@/lib/auth/refresh-token/reissue";
import {
  type GivenCode,
  noteRightCode,
  noteWrongCode,
  proveCode,
  withCodeTry,
  wrongSecondFactor,
} from "@/lib/auth/second-factor/code";
import { lockOwner } from "@/lib/auth/session";
import {
  type Account,
  type DestructiveAct,
  methodsOf,
  notEnough,
  type Owned,
  requireAccount,
} from "@/lib/auth/step-up/confirmation";
import { isThrottled } from "@/lib/auth/throttle";
import { db, type Transaction, transaction } from "@/lib/db";
import { Refusal } from "@/lib/errors";
import { wakeWorker } from "@/lib/jobs";

type Given = { session: Owned; client: Client; act?: DestructiveAct };
type FirstProof =
  | { method: "password"; password: string }
  | { method: "email_code"; code: string }
  | ({ method: "passkey" } & PasskeyAnswer);
export type GivenProof = FirstProof | GivenCode;

/**
 * New tokens for the confirmed session. Throws `invalid_credentials` or
 * `invalid_code`, `rate_limited` after many wrong passwords, and `step_up_required`
 * for a method that is not the account's strongest.
 */
export async function confirm(given: Given, proof: GivenProof): Promise<Reissued> {
  if (isCode(proof)) return confirmByCode(given, proof);
  return record(given, await prove(given, proof), proof.method);
}

/**
 * For an act that brings its own proof along and issues tokens itself: had `confirm`
 * made some before and the act were refused, nobody would ever get them. Throws alike.
 */
export async function prove(given: Given, proof: FirstProof): Promise<Proof> {
  const account = await requireEnough(given, proof.method);
  return { ...(await proveBy(given, account, proof)), confirmedFor: given.act };
}

function isCode(proof: GivenProof): proof is GivenCode {
  return proof.method === "totp" || proof.method === "backup_code";
}

async function requireEnough(given: Given, method: string): Promise<Account> {
  const account = await requireAccount(given.session.userId);
  return methodsOf(account).includes(method)
    ? account
    : refuseWeak(given, account, method);
}

/** Used up in the transaction of the new tokens: a code is not lost to a fault. */
async function confirmByCode(given: Given, proof: GivenCode): Promise<Reissued> {
  const { session, client, act: confirmedFor } = given;
  const { method } = proof;
  const { userId } = session;
  await requireEnough(given, method);
  const about = { userId, sessionId: session.id };
  const answer = await withCodeTry({ userId, method, client }, async (counted) => {
    const done = await transaction(async (tx) => {
      if (!(await lockOwner(tx, session))) return "ended";
      const proved = await proveCode(tx, userId, proof);
      if (typeof proved === "string") return "wrong_code";
      const strong: Proof = { ...proved, aal: 2, confirmedFor };
      const tokens = await reissueTokens(tx, session.id, strong);
      if (!tokens) throw new Error("a session that was locked has ended");
      await noteRightCode(tx, counted, { method, about, client });
      await noteConfirmation(tx, given, strong, method);
      return tokens;
    });
    if (done === "wrong_code") await noteWrongCode(counted, about, client);
    return done;
  }).catch((error) => failThrottled(given, method, error));
  if (answer === "ended") throw new Refusal("unauthenticated");
  wakeWorker("mail");
  if (answer !== "wrong_code") return answer;
  await fail(given, method, answer);
  throw wrongSecondFactor();
}

async function failThrottled(
  given: Given,
  method: string,
  error: unknown,
): Promise<never> {
  if (isThrottled(error)) await fail(given, method, "throttled");
  throw error;
}

async function proveBy(given: Given, account: Account, proof: FirstProof) {
  switch (proof.method) {
    case "password":
      await provePassword(given, account, proof.password);
      return { amr: ["pwd"] };
    case "email_code":
      await proveMailedCode(given, proof.code);
      return { amr: ["email"] };
    case "passkey":
      return proveByPasskey(given, proof);
  }
}

async function provePassword(given: Given, account: Account, password: string) {
  const { email } = account;
  const { client } = given;
  const check = { account, email, password, client };
  const verdict = await checkPassword(check).catch((error) =>
    failThrottled(given, "password", error),
  );
  if (verdict.status === "right") return;
  if (verdict.status === "banned") throw new Refusal("unauthenticated");
  const reason = verdict.status === "no_password" ? verdict.status : "wrong_password";
  await fail(given, "password", reason);
  throw new Refusal("invalid_credentials", {
    detail: "That is not your password. Try again, or reset it.",
  });
}

async function proveMailedCode(given: Given, code: string): Promise<void> {
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

/**
 * What is enough is asked again under the lock: a second factor may have been turned
 * on in this very session while a lesser proof was looked at.
 */
async function record(given: Given, proof: Proof, method: string) {
  const { id, userId } = given.session;
  const reissued = await transaction(async (tx) => {
    if (!(await lockOwner(tx, given.session))) return null;
    const account = await requireAccount(userId, tx);
    if (!methodsOf(account).includes(method)) return account;
    const tokens = await reissueTokens(tx, id, proof);
    if (tokens) await noteConfirmation(tx, given, proof, method);
    return tokens;
  });
  if (!reissued) throw new Refusal("unauthenticated");
  if ("accessToken" in reissued) return reissued;
  return refuseWeak(given, reissued, method);
}

async function refuseWeak(
  given: Given,
  account: Account,
  method: string,
): Promise<never> {
  await fail(given, method, "not_enough");
  throw notEnough(account);
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
