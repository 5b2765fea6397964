// Signing in with a password. One answer for a wrong password, an unknown or
// banned account, and one without a password, after the same work.
import { type SignInFailure, writeEvent } from "@/lib/audit";
import type { Client } from "@/lib/auth/client";
import { checkHash, checkNothing, hashPassword } from "@/lib/auth/password-hash";
import { normalizePassword } from "@/lib/auth/password-policy";
import { finishFirstFactor, type SignInResult } from "@/lib/auth/sign-in";
import { db, transaction } from "@/lib/db";
import { Refusal } from "@/lib/errors";
import { log } from "@/lib/log";

type Attempt = {
  /** Canonical (`lib/mail/address.ts`). */
  email: string;
  password: string;
  isPersistent: boolean;
  client: Client;
  previousToken: string | null;
};

/** Throws `invalid_credentials`. Does not count attempts: the edge has. */
export async function signInWithPassword(attempt: Attempt): Promise<SignInResult> {
  const { client, isPersistent, previousToken } = attempt;
  const user = await checkPassword(attempt);
  const result = await transaction((tx) =>
    finishFirstFactor(tx, {
      userId: user.id,
      securityVersion: user.securityVersion,
      method: "password",
      amr: ["pwd"],
      isPersistent,
      client,
      previousToken,
    }),
  );
  if (result.status === "refused") throw new Refusal("invalid_credentials");
  return result;
}

async function checkPassword({ email, password: typed, client }: Attempt) {
  const password = normalizePassword(typed);
  const user = await db().user.findUnique({
    where: { email },
    omit: { passwordHash: false },
  });
  if (!user?.passwordHash) {
    await checkNothing(password);
    return fail(user ? "no_password" : "unknown_account", user?.id, client);
  }
  const { isRight, isOutdated } = await checkHash(user.passwordHash, password);
  if (!isRight) return fail("wrong_password", user.id, client);
  if (user.bannedAt) return fail("banned", user.id, client);
  if (isOutdated) await renewHash(user.id, user.passwordHash, password);
  return user;
}

async function fail(
  reason: SignInFailure,
  userId: string | undefined,
  client: Client,
): Promise<never> {
  const event = {
    type: "sign_in",
    result: "failure",
    method: "password",
    reason,
  } as const;
  await writeEvent(db(), { ...event, userId }, client);
  throw new Refusal("invalid_credentials");
}

/** A hash that cannot be renewed today is no reason to refuse its owner. */
async function renewHash(
  userId: string,
  outdated: string,
  password: string,
): Promise<void> {
  try {
    const passwordHash = await hashPassword(password);
    await db().user.updateMany({
      where: { id: userId, passwordHash: outdated },
      data: { passwordHash },
    });
  } catch (error) {
    log.warn({ event: "rehash_failed", userId, reason: String(error) });
  }
}
