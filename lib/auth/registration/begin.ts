// Signing up. Until its address is proved a registration is a one-time row and
// no user, so that nobody can prepare an account for somebody else's address
// (account pre-hijacking, 2022 study). Asking for a known address does the same
// work and gives the same answer; what mail leaves is decided when it is sent.
import { writeEvent } from "@/lib/audit";
import {
  cookieHandle,
  createChallenge,
  findChallenge,
  readSecret,
} from "@/lib/auth/challenge";
import type { Client } from "@/lib/auth/client";
import { hashPassword } from "@/lib/auth/password-hash";
import { judgeNewPassword, normalizePassword } from "@/lib/auth/password-policy";
import { appName } from "@/lib/brand";
import { config } from "@/lib/config";
import { type Transaction, transaction } from "@/lib/db";
import { invalid } from "@/lib/errors";
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
  const data = { name, passwordHash, next };
  const id = await transaction(async (tx) => {
    const event = { type: "registration_requested", result: "success" } as const;
    await writeEvent(tx, event, client);
    return begin(tx, { email, data });
  });
  wakeWorker("mail");
  return cookieHandle("registration", id);
}

type Beginning = { email: string; data: Registration };

/** A row, and with it the job of its mail; answers the row's id. */
export async function begin(
  tx: Transaction,
  { email, data }: Beginning,
): Promise<string> {
  const lifetime = config.challenge.registration;
  const fresh = { purpose: "registration", lifetime, email, data } as const;
  const challengeId = await createChallenge(tx, fresh);
  if (await mayMail(tx, email))
    await queueMail(tx, { template: "registration", challengeId });
  return challengeId;
}

/** Null for none; throws `invalid_request` for one that is too weak. */
export async function acceptPassword(
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
async function mayMail(tx: Transaction, email: string): Promise<boolean> {
  const recipient = await countAttempt("mailPerRecipient", email, tx);
  if (!recipient.isAllowed) return false;
  return (await countAttempt("mailForSite", "all", tx)).isAllowed;
}

/** What this browser waits for; null when there is nothing. */
export async function findRegistration(handle: string | null) {
  const id = handle ? readSecret("registration", "cookie", handle) : null;
  const found = id ? await findChallenge<Registration>("registration", id) : null;
  if (found?.state !== "open") return null;
  const { email, data } = found.challenge;
  return {
    email: email ?? "",
    next: data.next,
    resendAt: resendAt(found.challenge.createdAt),
  };
}

export function resendAt(createdAt: Date): Date {
  return new Date(createdAt.getTime() + config.challenge.resendAfter);
}
