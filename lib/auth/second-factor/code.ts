// A typed second factor, of an app or from paper, wherever one is asked for: at the
// door and at a confirmation. All of them feed one count of the account, which goes
// on across sign-ins and methods.
import { type SecondFactorFailure, writeEvent } from "@/lib/audit";
import type { Client } from "@/lib/auth/client";
import { mailOwner } from "@/lib/auth/owner-mail";
import { policy } from "@/lib/auth/policy";
import { countBackupCodes, useBackupCode } from "@/lib/auth/second-factor/backup-codes";
import { useTotp } from "@/lib/auth/second-factor/totp";
import { countTry, forgetFailures, refundTry, type Try } from "@/lib/auth/throttle";
import { config } from "@/lib/config";
import { type Transaction, transaction } from "@/lib/db";
import { Refusal } from "@/lib/errors";

export const codeMethods = ["totp", "backup_code"] as const;
export type CodeMethod = (typeof codeMethods)[number];
export type GivenCode = { method: CodeMethod; code: string };

type About = { userId: string; sessionId?: string };

/** Uses the code up. The caller has locked the user and counted the try. */
export async function proveCode(
  tx: Transaction,
  userId: string,
  { method, code }: GivenCode,
): Promise<{ amr: string[] } | SecondFactorFailure> {
  const use = method === "totp" ? useTotp : useBackupCode;
  const isRight = await use(tx, userId, code);
  return isRight ? { amr: [...policy.secondFactors[method].amr] } : "wrong_code";
}

const { tellAfter, mailAfter } = config.secondFactor.throttle;

/**
 * Counts for the account before `judge` looks, and hands the try back only where our
 * own fault kept it from being judged. Throws `rate_limited`.
 */
export async function withCodeTry<Result>(
  { userId, method, client }: { userId: string; method: CodeMethod; client: Client },
  judge: (counted: Try) => Promise<Result>,
): Promise<Result> {
  const isUnguessable = !policy.secondFactors[method].isGuessable;
  const { deviceHash } = client;
  const counted = await countTry({
    kind: "second_factor",
    subject: userId,
    deviceHash,
    isUnguessable,
  });
  try {
    return await judge(counted);
  } catch (error) {
    if (!(error instanceof Refusal)) await refundTry(counted);
    throw error;
  }
}

/** In the transaction of what the right code has opened. */
export async function noteRightCode(
  tx: Transaction,
  counted: Try,
  { method, about, client }: { method: CodeMethod; about: About; client: Client },
): Promise<void> {
  await forgetFailures(counted, tx);
  if (counted.failures > tellAfter) {
    const template = "second_factor_after_failures";
    await writeEvent(tx, { type: template, result: "success", ...about }, client);
    await mailOwner(tx, { template, ...about });
  }
  if (method !== "backup_code") return;
  await writeEvent(tx, { type: "backup_code_used", result: "success", ...about }, client);
  const left = await countBackupCodes(tx, about.userId);
  await mailOwner(tx, { template: "backup_code_used", ...about, about: String(left) });
}

/** So many in a row that it is no slip: the owner hears of it, once. */
export async function noteWrongCode(
  { failures }: Try,
  about: About,
  client: Client,
): Promise<void> {
  if (failures !== mailAfter) return;
  const template = "second_factor_failures";
  await transaction(async (tx) => {
    await writeEvent(tx, { type: template, result: "success", ...about }, client);
    await mailOwner(tx, { template, ...about, about: String(failures) });
  });
}

export function wrongSecondFactor(): Refusal {
  return new Refusal("invalid_code", {
    detail: "That code is wrong or was used before. Try the next one.",
  });
}
