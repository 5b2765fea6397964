// The one place where a typed password is compared with an account's. It counts
// before it compares and does the same work whether there is an account or not.
import { writeEvent } from "@/lib/audit";
import type { Client } from "@/lib/auth/client";
import { mailNotice } from "@/lib/auth/owner-mail";
import { checkHash, checkNothing } from "@/lib/auth/password-hash";
import { normalizePassword } from "@/lib/auth/password-policy";
import {
  countTry,
  forgetFailures,
  refundTry,
  type Try,
  throttleSubject,
} from "@/lib/auth/throttle";
import { config } from "@/lib/config";
import { transaction } from "@/lib/db";

type Account = {
  id: string;
  email: string;
  passwordHash: string | null;
  passwordBlockedAt: Date | null;
  bannedAt: Date | null;
};

type Check = {
  /** Null for an address without an account. */
  account: Account | null;
  /** Canonical (`lib/mail/address.ts`). */
  email: string;
  password: string;
  client: Client;
};

export type PasswordVerdict =
  | { status: "right"; isOutdated: boolean; failuresBefore: number }
  | { status: "wrong" | "blocked" | "banned" | "no_password" };

/** Throws `rate_limited` (after many wrong ones) and `unavailable` (no core free). */
export async function checkPassword(check: Check): Promise<PasswordVerdict> {
  const { account, client, email } = check;
  const subject = throttleSubject(account?.id, email);
  const { deviceHash } = client;
  const counted = await countTry({ kind: "password", subject, deviceHash });
  const verdict = await compare(check, counted);
  if (verdict.status === "right") await forgetFailures(counted);
  else if (account?.passwordHash) await noteLastFailure(account, counted, client);
  return verdict;
}

async function compare(
  { account, password: typed }: Check,
  counted: Try,
): Promise<PasswordVerdict> {
  const password = normalizePassword(typed);
  try {
    if (!account?.passwordHash) {
      await checkNothing(password);
      return { status: "no_password" };
    }
    const { isRight, isOutdated } = await checkHash(account.passwordHash, password);
    if (!isRight) return { status: "wrong" };
    // Right, but of no use: it counts, and costs, like a wrong one.
    if (account.bannedAt) return { status: "banned" };
    if (account.passwordBlockedAt) return { status: "blocked" };
    return { status: "right", isOutdated, failuresBefore: counted.failures - 1 };
  } catch (error) {
    await refundTry(counted);
    throw error;
  }
}

/** The failure after which strangers are refused until a reset: its owner hears. */
async function noteLastFailure(
  { id: userId, email }: Account,
  { failures, isKnownBrowser }: Try,
  client: Client,
): Promise<void> {
  if (isKnownBrowser || failures < config.password.throttle.refuseAfter) return;
  const event = { type: "password_blocked", result: "success" } as const;
  await transaction(async (tx) => {
    await writeEvent(tx, { ...event, reason: "failures", userId }, client);
    await mailNotice(tx, { template: "password_blocked", email, userId });
  });
}
