// Signing up. Until its address is proved a registration is a one-time row and
// no user, so that nobody can prepare an account for somebody else's address
// (account pre-hijacking, 2022 study). Asking for a known address does the same
// work and gives the same answer; what mail leaves is decided when it is sent.
import { type CodeFailure, writeEvent } from "@/lib/audit";
import {
  consumeChallenge,
  cookieHandle,
  countAttempt as countCode,
  createChallenge,
  findChallenge,
  readSecret,
  replaceChallenges,
} from "@/lib/auth/challenge";
import type { Client } from "@/lib/auth/client";
import { checkHash, hashPassword } from "@/lib/auth/password-hash";
import { judgeNewPassword, normalizePassword } from "@/lib/auth/password-policy";
import { finishFirstFactor, type SignInResult } from "@/lib/auth/sign-in";
import { appName } from "@/lib/brand";
import { config } from "@/lib/config";
import { newId } from "@/lib/crypto";
import { db, type Transaction, transaction } from "@/lib/db";
import { invalid, Refusal } from "@/lib/errors";
import { queueMail, wakeWorker } from "@/lib/jobs";
import { countAttempt } from "@/lib/rate-limit";

export type Registration = {
  name: string | null;
  passwordHash: string | null;
  next: string | null;
};

type Request = {
  email: string;
  name: string | null;
  password: string | null;
  next: string | null;
  client: Client;
};

/** Answers the handle for the browser; throws `invalid_request` for a weak password. */
export async function register({
  email,
  name,
  password,
  next,
  client,
}: Request): Promise<string> {
  const passwordHash = await acceptPassword(password, { email, name });
  const isAllowed = await mayMail(email);
  const id = await transaction(async (tx) => {
    const created = await begin(tx, email, { name, passwordHash, next });
    const event = { type: "registration_requested", result: "success" } as const;
    await writeEvent(tx, event, client);
    if (isAllowed)
      await queueMail(tx, { template: "registration", challengeId: created });
    return created;
  });
  wakeWorker("mail");
  return cookieHandle("registration", id);
}

export function begin(
  tx: Transaction,
  email: string,
  data: Registration,
): Promise<string> {
  const lifetime = config.challenge.registration;
  return createChallenge(tx, { purpose: "registration", lifetime, email, data });
}

async function acceptPassword(
  password: string | null,
  owner: { email: string; name: string | null },
): Promise<string | null> {
  if (password === null) return null;
  const fault = judgeNewPassword(password, {
    email: owner.email,
    name: owner.name ?? undefined,
    appName: appName(),
  });
  if (fault) throw invalid("password", fault);
  return hashPassword(normalizePassword(password));
}

/** Over these limits the answer is the same and no mail leaves (decided silently). */
export async function mayMail(email: string): Promise<boolean> {
  const recipient = await countAttempt("mailPerRecipient", email);
  if (!recipient.isAllowed) return false;
  return (await countAttempt("mailForSite", "all")).isAllowed;
}

/**
 * Mails again with a new link and a new code; the older ones end. Answers the
 * new handle, or null when this browser has no registration to repeat.
 */
export async function resendRegistration(
  handle: string,
  client: Client,
): Promise<string | null> {
  const id = readSecret("registration", "cookie", handle);
  const found = id ? await findChallenge<Registration>("registration", id) : null;
  if (!id || found?.state !== "open") return null;
  const wait = resendAt(found.createdAt).getTime() - Date.now();
  if (wait > 0) {
    const detail = `Give the first mail ${Math.ceil(wait / 1000)} more seconds to arrive.`;
    throw new Refusal("rate_limited", { detail, retryAfter: wait });
  }
  const email = found.challenge.email ?? "";
  const fresh = await transaction(async (tx) => {
    // Whoever replaces it first mails: a double click gets one mail and counts
    // as one, so that the loser cannot use up what the winner may send.
    if ((await replaceChallenges(tx, "registration", { id })) === 0) return null;
    const isAllowed = await mayMail(email);
    const created = await begin(tx, email, found.challenge.data);
    await writeEvent(tx, { type: "registration_resent", result: "success" }, client);
    if (isAllowed) {
      await queueMail(tx, { template: "registration", challengeId: created });
    }
    return created;
  });
  wakeWorker("mail");
  return fresh && cookieHandle("registration", fresh);
}

function resendAt(createdAt: Date): Date {
  return new Date(createdAt.getTime() + config.challenge.resendAfter);
}

/** What this browser waits for; null when there is nothing. */
export async function findRegistration(handle: string | null) {
  const id = handle ? readSecret("registration", "cookie", handle) : null;
  const found = id ? await findChallenge<Registration>("registration", id) : null;
  if (found?.state !== "open") return null;
  const { email, data } = found.challenge;
  return { email: email ?? "", next: data.next, resendAt: resendAt(found.createdAt) };
}

type Verification = {
  proof: { token: string } | { code: string };
  /** The handle of this browser's registration, if it has one. */
  handle: string | null;
  password: string | null;
  client: Client;
  previousToken: string | null;
};

export type VerificationResult =
  | { status: "finished"; result: SignInResult; next: string | null }
  | { status: "password_needed"; email: string }
  | { status: "refused"; reason: CodeFailure };

/** The user begins to exist here, signed in, or nothing has changed. */
export async function verifyRegistration(
  request: Verification,
): Promise<VerificationResult> {
  const { proof, handle, client } = request;
  const own = handle ? readSecret("registration", "cookie", handle) : null;
  const id = "token" in proof ? readSecret("registration", "link", proof.token) : own;
  if (!id) return refuse("token" in proof ? "wrong" : "other_browser", client);
  if ("code" in proof && !(await countCode("registration", id, proof.code))) {
    return refuse("wrong", client);
  }
  const found = await findChallenge<Registration>("registration", id);
  if (found.state !== "open") {
    return refuse(found.state === "unknown" ? "wrong" : found.state, client);
  }
  const { email, data } = found.challenge;
  if (!email) return refuse("wrong", client);

  const owned = await claim({
    email,
    data,
    password: request.password,
    isOwn: id === own,
  });
  if (!owned) return { status: "password_needed", email };
  const outcome = await transaction((tx) => createUser(tx, id, { ...request, ...owned }));
  return outcome;
}

type Claim = {
  email: string;
  data: Registration;
  password: string | null;
  isOwn: boolean;
};

/**
 * Which name and password the new user gets. In another browser the person with
 * the mailbox may not be the one who registered: that password counts only for
 * whoever knows it, and otherwise a new one takes its place. Null asks for it.
 */
async function claim({ email, data, password, isOwn }: Claim) {
  const { name, passwordHash } = data;
  if (isOwn || !passwordHash) return { name: isOwn ? name : null, passwordHash };
  if (password === null) return null;
  if ((await checkHash(passwordHash, normalizePassword(password))).isRight) {
    return { name, passwordHash };
  }
  return {
    name: null,
    passwordHash: await acceptPassword(password, { email, name: null }),
  };
}

type Proven = Omit<Verification, "password"> &
  Pick<Registration, "name" | "passwordHash">;

async function createUser(
  tx: Transaction,
  id: string,
  proven: Proven,
): Promise<VerificationResult> {
  const { client, name, passwordHash, previousToken } = proven;
  const consumed = await consumeChallenge<Registration>(tx, "registration", id);
  if (!consumed?.email) return refuseWithin(tx, "used", client);
  const userId = newId();
  const created = await tx.$executeRaw`
    INSERT INTO "user" (id, email, name, password_hash, password_changed_at, email_verified_at)
    VALUES (${userId}, ${consumed.email}, ${name}, ${passwordHash},
      CASE WHEN ${passwordHash}::text IS NULL THEN NULL ELSE clock_timestamp() END,
      clock_timestamp())
    ON CONFLICT (email) DO NOTHING`;
  if (created === 0) return refuseWithin(tx, "address_taken", client);
  await replaceChallenges(tx, "registration", { email: consumed.email });
  await writeEvent(tx, { type: "address_verified", result: "success", userId }, client);
  const result = await finishFirstFactor(tx, {
    userId,
    securityVersion: 0,
    method: "email",
    amr: ["email"],
    isPersistent: true,
    client,
    previousToken,
  });
  if (result.status === "refused")
    throw new Error("a user who was just created was refused");
  return { status: "finished", result, next: consumed.data.next };
}

async function refuseWithin(tx: Transaction, reason: CodeFailure, client: Client) {
  await writeEvent(tx, { type: "address_verified", result: "failure", reason }, client);
  return { status: "refused", reason } as const;
}

async function refuse(reason: CodeFailure, client: Client) {
  await writeEvent(db(), { type: "address_verified", result: "failure", reason }, client);
  return { status: "refused", reason } as const;
}
