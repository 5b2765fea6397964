// Another mail for a registration whose first did not arrive, or whose link no
// longer works. The same limits, and the same silence, as for the first.
import { writeEvent } from "@/lib/audit";
import { requireHeadStart, resendAt } from "@/lib/auth/asked-mail";
import {
  cookieHandle,
  findChallenge,
  readSecret,
  replaceChallenges,
} from "@/lib/auth/challenge";
import type { Client } from "@/lib/auth/client";
import { begin, type Registration } from "@/lib/auth/registration/begin";
import { type Transaction, transaction } from "@/lib/db";
import { wakeWorker } from "@/lib/jobs";

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
  requireHeadStart(resendAt(found.challenge.createdAt));
  const { email, data } = found.challenge;
  const fresh = await transaction(async (tx) => {
    // Whoever replaces it first mails: a double click gets one mail and counts
    // as one, so that the loser cannot use up what the winner may send.
    if ((await replaceChallenges(tx, "registration", { id })) === 0) return null;
    return beginAgain(tx, { email: email ?? "", data, client });
  });
  wakeWorker("mail");
  return fresh && cookieHandle("registration", fresh);
}

type Renewal = {
  /** Of the link: genuine, and expired or replaced. Any other gets silence. */
  token: string;
  /** The handle of this browser's registration, if it has one. */
  handle: string | null;
  client: Client;
};

/**
 * For whoever opens a link that no longer works; other links go on until one of
 * them makes the account. Answers a new handle only to the browser that
 * registered: in any other one it would let a stranger's password count.
 */
export async function renewRegistration(renewal: Renewal): Promise<string | null> {
  const { token, handle, client } = renewal;
  const id = readSecret("registration", "link", token);
  const found = id ? await findChallenge<Registration>("registration", id) : null;
  if (found?.state !== "expired" && found?.state !== "replaced") return null;
  const { email, data } = found.challenge;
  if (!email) return null;
  const fresh = await transaction((tx) => beginAgain(tx, { email, data, client }));
  wakeWorker("mail");
  const own = handle ? readSecret("registration", "cookie", handle) : null;
  return own === id ? cookieHandle("registration", fresh) : null;
}

type Again = { email: string; data: Registration; client: Client };

async function beginAgain(tx: Transaction, { email, data, client }: Again) {
  await writeEvent(tx, { type: "registration_resent", result: "success" }, client);
  return begin(tx, { email, data });
}
