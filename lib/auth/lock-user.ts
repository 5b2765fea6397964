// The account, locked until a transaction ends: what signs in, confirms or changes it
// comes one after the other.
import type { Transaction } from "@/lib/db";

export type LockedUser = {
  id: string;
  email: string;
  name: string | null;
  role: "user" | "admin";
  securityVersion: number;
  isBanned: boolean;
  isPasswordBlocked: boolean;
  /** The database's. */
  now: Date;
};

/**
 * The lock makes the order of a sign-in and a change of the account certain:
 * either the change sees the new session and ends it, or this sees the change.
 */
export async function lockUser(
  tx: Transaction,
  userId: string,
): Promise<LockedUser | undefined> {
  const [user] = await tx.$queryRaw<LockedUser[]>`
    SELECT id, email, name, role::text AS role, security_version AS "securityVersion",
      banned_at IS NOT NULL AS "isBanned",
      password_blocked_at IS NOT NULL AS "isPasswordBlocked",
      clock_timestamp() AS now
    FROM "user" WHERE id = ${userId} FOR NO KEY UPDATE`;
  return user;
}
