// Here, and nowhere else, a user begins to exist: for an address that was proved in
// this very transaction.
import { type RequestFacts, writeEvent } from "@/lib/audit";
import { replaceChallenges } from "@/lib/auth/challenge";
import { newId } from "@/lib/crypto";
import type { Transaction } from "@/lib/db";

type NewAccount = {
  /** Canonical (`lib/mail/address.ts`). */
  email: string;
  name: string | null;
  passwordHash: string | null;
};

/**
 * The user's id, or null when somebody has the address. Every registration that
 * waits for this address ends: what a stranger prepared for it is of no use (account
 * pre-hijacking, better-auth GHSA-qq9h-g4jm-xgf3).
 */
export async function createAccount(
  tx: Transaction,
  { email, name, passwordHash }: NewAccount,
  facts: RequestFacts,
): Promise<string | null> {
  const userId = newId();
  const created = await tx.$executeRaw`
    INSERT INTO "user" (id, email, name, password_hash, password_changed_at, email_verified_at)
    VALUES (${userId}, ${email}, ${name}, ${passwordHash},
      CASE WHEN ${passwordHash}::text IS NULL THEN NULL ELSE clock_timestamp() END,
      clock_timestamp())
    ON CONFLICT (email) DO NOTHING`;
  if (created === 0) return null;
  await replaceChallenges(tx, "registration", { email });
  await writeEvent(tx, { type: "address_verified", result: "success", userId }, facts);
  return userId;
}
