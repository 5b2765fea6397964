// Gives an account its new password, and ends everything that the old one opened
// or was about to: sessions, pending sign-ins, links and changes under way.
import { replaceChallenges } from "@/lib/auth/challenge";
import type { Client } from "@/lib/auth/client";
import { endSessions } from "@/lib/auth/session";
import { clearFailures } from "@/lib/auth/throttle";
import { forgetTrust } from "@/lib/auth/trusted-browser";
import type { Transaction } from "@/lib/db";

type NewPassword = {
  userId: string;
  /** As it was when the right to change it was proved. */
  securityVersion: number;
  /** Null removes the password. */
  passwordHash: string | null;
  /** The session that goes on; its tokens have to be issued anew. */
  keepSessionId?: string;
  /** Proved by the present password alone, which may have been blocked since. */
  isProvedByPassword?: boolean;
};

export type Stored = { securityVersion: number; ended: number };

/** Null when the account was changed, secured or banned meanwhile; then does nothing. */
export async function storePassword(
  tx: Transaction,
  fresh: NewPassword,
  client: Client,
): Promise<Stored | null> {
  const { userId, securityVersion, passwordHash, keepSessionId } = fresh;
  const [user] = await tx.$queryRaw<{ securityVersion: number }[]>`
    UPDATE "user" SET
      password_hash = ${passwordHash},
      password_changed_at = clock_timestamp(),
      password_blocked_at = NULL,
      password_listed_at = NULL,
      security_version = security_version + 1
    WHERE id = ${userId} AND security_version = ${securityVersion} AND banned_at IS NULL
      AND (password_blocked_at IS NULL OR ${!fresh.isProvedByPassword})
    RETURNING security_version AS "securityVersion"`;
  if (!user) return null;
  await clearFailures(tx, "password", userId);
  await endPending(tx, userId);
  const ended = await endSessions(
    tx,
    { userId, keepSessionId, reason: "security" },
    client,
  );
  return { ...user, ended };
}

/** What sets up a factor stands for the confirmation that was given before it. */
const ofAccount = [
  "sign-in",
  "email-change",
  "step-up-code",
  "passkey-registration",
  "totp-enrolment",
] as const;

/**
 * What was begun before an account was secured must not be finished after. A reset
 * or sign-in link is asked for by address and its row names no account: it ends by
 * the address that the account has, and by the one it has just left.
 */
export async function endPending(
  tx: Transaction,
  userId: string,
  formerEmail?: string,
): Promise<void> {
  await forgetTrust(tx, userId);
  for (const purpose of ofAccount) await replaceChallenges(tx, purpose, { userId });
  const user = await tx.user.findUnique({
    where: { id: userId },
    select: { email: true },
  });
  for (const email of [user?.email, formerEmail]) {
    if (!email) continue;
    await replaceChallenges(tx, "reset", { email });
    await replaceChallenges(tx, "magic-link", { email });
  }
}
