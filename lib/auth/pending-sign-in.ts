// A sign-in between its factors: a record, and not half a session. It counts in the
// browser that gave the first factor, for the account that one named, for a while,
// and for five tries.
import {
  cookieHandle,
  countChallengeTry,
  createChallenge,
  findChallenge,
  readSecret,
} from "@/lib/auth/challenge";
import type { Client } from "@/lib/auth/client";
import type { FirstFactor, SecondFactor } from "@/lib/auth/policy";
import type { UsedPasskey } from "@/lib/auth/session";
import { mayTrust } from "@/lib/auth/trusted-browser";
import { config } from "@/lib/config";
import { db, type Transaction } from "@/lib/db";

/** What the first factor said, for when the second has been given. */
export type Begun = {
  securityVersion: number;
  method: FirstFactor;
  amr: string[];
  passkey?: UsedPasskey;
  isPersistent: boolean;
};

type Kept = Begun & { methods: SecondFactor[] };

export type PendingSignIn = Kept & { id: string; userId: string; expiresAt: Date };

/** Answers the handle that this browser keeps. */
export async function beginPending(
  tx: Transaction,
  userId: string,
  kept: Kept,
  { deviceHash }: Client,
): Promise<string> {
  const lifetime = config.challenge.signIn;
  const fresh = { purpose: "sign-in", lifetime, userId, deviceHash, data: kept } as const;
  return cookieHandle("sign-in", await createChallenge(tx, fresh));
}

/** Null where this browser has none that is open, or has used up its tries. */
export async function findPendingSignIn(
  handle: string | null,
  { channel, deviceHash }: Client,
): Promise<PendingSignIn | null> {
  // A browser that has lost its own is not the app that never had one.
  if (channel === "browser" && !deviceHash) return null;
  const id = handle ? readSecret("sign-in", "cookie", handle) : null;
  const found = id ? await findChallenge<Kept>("sign-in", id, deviceHash) : null;
  if (found?.state !== "open" || found.attemptsLeft <= 0) return null;
  const { challenge } = found;
  if (!challenge.userId) return null;
  const expiresAt = new Date(challenge.createdAt.getTime() + config.challenge.signIn);
  return { ...challenge.data, id: challenge.id, userId: challenge.userId, expiresAt };
}

export type PendingOwner = { email: string; mayTrustBrowser: boolean };

/** Whose it is: for a password manager that asks, and a person who wonders. */
export async function findPendingOwner(
  { userId }: PendingSignIn,
  client: Client,
): Promise<PendingOwner | null> {
  const where = { id: userId };
  const select = { email: true, role: true };
  const user = await db().user.findUnique({ where, select });
  return user && { email: user.email, mayTrustBrowser: mayTrust(user.role, client) };
}

/** How many are left after this try, which counts before it is judged; null for none. */
export async function countPendingTry({ id }: PendingSignIn): Promise<number | null> {
  const counted = await countChallengeTry("sign-in", id);
  return counted && config.challenge.maxAttempts - counted.attempts;
}
