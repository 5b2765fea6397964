// Signing in with a password. One answer for a wrong password, an unknown or
// banned account, and one without a password, after the same work.
import { type SignInFailure, writeEvent } from "@/lib/audit";
import type { Client } from "@/lib/auth/client";
import { findFactors } from "@/lib/auth/factors";
import { acceptNewPassword } from "@/lib/auth/new-password";
import { mailOwner } from "@/lib/auth/owner-mail";
import { checkPassword, type PasswordVerdict } from "@/lib/auth/password-check";
import { hashPassword } from "@/lib/auth/password-hash";
import { isListedPassword, normalizePassword } from "@/lib/auth/password-policy";
import { isEnabled } from "@/lib/auth/policy";
import { finishFirstFactor, type SignInResult } from "@/lib/auth/sign-in";
import { storePassword } from "@/lib/auth/store-password";
import { isThrottled } from "@/lib/auth/throttle";
import { config } from "@/lib/config";
import { db, type Transaction, transaction } from "@/lib/db";
import { invalid, Refusal } from "@/lib/errors";
import { wakeWorker } from "@/lib/jobs";
import { log } from "@/lib/log";
import type { User } from "@/prisma/generated/client";

type Attempt = {
  /** Canonical (`lib/mail/address.ts`). */
  email: string;
  password: string;
  /** In place of one that has come onto the list of common passwords. */
  newPassword?: string;
  isPersistent: boolean;
  client: Client;
  previousToken: string | null;
};

/**
 * Throws `invalid_credentials`; `rate_limited` after many wrong passwords for this
 * account; `invalid_request` with `newPassword` while the right one is on the list
 * of common passwords. Attempts of an address are counted at the edge.
 */
export async function signInWithPassword(attempt: Attempt): Promise<SignInResult> {
  const { client, isPersistent, previousToken } = attempt;
  const { user, failuresBefore } = await proveUser(attempt);
  const passwordHash = await replaceListed(user, attempt);
  const result = await transaction(async (tx) => {
    const { id: userId, securityVersion: known } = user;
    const change = { userId, securityVersion: known, isProvedByPassword: true };
    const stored =
      passwordHash && (await storePassword(tx, { ...change, passwordHash }, client));
    const finished = await finishFirstFactor(tx, {
      userId,
      securityVersion: stored ? stored.securityVersion : known,
      method: "password",
      amr: ["pwd"],
      isPersistent,
      client,
      previousToken,
    });
    if (finished.status === "refused") return finished;
    // Between the factors there is no session yet; whoever guessed the first is news.
    const session = finished.status === "signed_in" ? finished.session : null;
    const about = { userId, sessionId: session?.id };
    if (stored) await tell(tx, "password_changed", about, client);
    if (failuresBefore >= config.password.throttle.tellAfter) {
      await tell(tx, "sign_in_after_failures", about, client);
    }
    return finished;
  });
  if (result.status === "refused") throw new Refusal("invalid_credentials");
  wakeWorker("mail");
  return result;
}

type Proved = { user: User; failuresBefore: number };

async function proveUser({ email, password, client }: Attempt): Promise<Proved> {
  const user = await db().user.findUnique({
    where: { email },
    omit: { passwordHash: false },
  });
  const check = { account: user, email, password, client };
  const verdict = await checkPassword(check).catch(async (error) => {
    if (isThrottled(error)) await noteFailure("throttled", user?.id, client);
    throw error;
  });
  if (!user || verdict.status !== "right") {
    await noteFailure(user ? failureOf(verdict) : "unknown_account", user?.id, client);
    throw new Refusal("invalid_credentials");
  }
  if (verdict.isOutdated) await renewHash(user, password);
  return { user, failuresBefore: verdict.failuresBefore };
}

function failureOf({ status }: PasswordVerdict): SignInFailure {
  return status === "wrong" || status === "right" ? "wrong_password" : status;
}

async function noteFailure(
  reason: SignInFailure,
  userId: string | undefined,
  client: Client,
): Promise<void> {
  const event = { type: "sign_in", result: "failure", method: "password" } as const;
  await writeEvent(db(), { ...event, reason, userId }, client);
}

/**
 * The list may have grown since the password was chosen. Where the password alone
 * opens the account it has to go first (ASVS 6.2.10); where it does not, for a second
 * factor is asked for or passwords are switched off, it must not change anything.
 */
async function replaceListed(
  user: User,
  { password, newPassword, client }: Attempt,
): Promise<string | null> {
  if (!isEnabled("password") || !isListedPassword(password)) return null;
  if ((await findFactors(db(), user.id)).needsTwo) {
    await noteListed(user);
    return null;
  }
  if (newPassword !== undefined)
    return acceptNewPassword(newPassword, user, "newPassword");
  await noteFailure("listed_password", user.id, client);
  const fault =
    "Your password is right, but it is now among those that others try first. " +
    "Type it once more, and choose a new one.";
  throw invalid("newPassword", fault);
}

/** Its owner is told at the check-up. */
async function noteListed({ id: userId, passwordHash }: User): Promise<void> {
  await db().$executeRaw`
    UPDATE "user" SET password_listed_at = COALESCE(password_listed_at, clock_timestamp())
    WHERE id = ${userId} AND password_hash = ${passwordHash}`;
}

/** Recorded, and mailed with a link that undoes it. */
async function tell(
  tx: Transaction,
  type: "password_changed" | "sign_in_after_failures",
  about: { userId: string; sessionId: string | undefined },
  client: Client,
): Promise<void> {
  await writeEvent(tx, { type, result: "success", ...about }, client);
  await mailOwner(tx, { template: type, ...about });
}

/** A hash that cannot be renewed today is no reason to refuse its owner. */
async function renewHash(
  { id: userId, passwordHash: outdated }: User,
  password: string,
): Promise<void> {
  try {
    const passwordHash = await hashPassword(normalizePassword(password));
    await db().user.updateMany({
      where: { id: userId, passwordHash: outdated },
      data: { passwordHash },
    });
  } catch (error) {
    log.warn({ event: "rehash_failed", userId, reason: String(error) });
  }
}
