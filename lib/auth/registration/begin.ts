// Signing up. Until its address is proved a registration is a one-time row and
// no user, so that nobody can prepare an account for somebody else's address
// (account pre-hijacking, 2022 study). Asking for a known address does the same
// work and gives the same answer; what mail leaves is decided when it is sent.
import { writeEvent } from "@/lib/audit";
import { queueAskedMail, resendAt } from "@/lib/auth/asked-mail";
import {
  cookieHandle,
  createChallenge,
  findChallenge,
  readSecret,
} from "@/lib/auth/challenge";
import type { Client } from "@/lib/auth/client";
import { acceptNewPassword } from "@/lib/auth/new-password";
import { config } from "@/lib/config";
import { type Transaction, transaction } from "@/lib/db";
import { wakeWorker } from "@/lib/jobs";

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
  const passwordHash =
    password === null ? null : await acceptNewPassword(password, { email, name });
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
  await queueAskedMail(tx, email, { template: "registration", challengeId });
  return challengeId;
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
