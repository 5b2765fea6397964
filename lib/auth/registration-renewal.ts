// A new mail for whoever opens a link that no longer works. Does not end other
// links: each goes on until one of them makes the account.
import { writeEvent } from "@/lib/audit";
import { cookieHandle, findChallenge, readSecret } from "@/lib/auth/challenge";
import type { Client } from "@/lib/auth/client";
import { begin, mayMail, type Registration } from "@/lib/auth/registration";
import { transaction } from "@/lib/db";
import { queueMail, wakeWorker } from "@/lib/jobs";

type Renewal = {
  /** Of the link: genuine, and expired or replaced. Any other gets silence. */
  token: string;
  /** The handle of this browser's registration, if it has one. */
  handle: string | null;
  client: Client;
};

/**
 * Answers a new handle only to the browser that registered. In any other one a
 * handle would let a stranger's password count for the address it was mailed to.
 */
export async function renewRegistration(renewal: Renewal): Promise<string | null> {
  const { token, handle, client } = renewal;
  const id = readSecret("registration", "link", token);
  const found = id ? await findChallenge<Registration>("registration", id) : null;
  if (found?.state !== "expired" && found?.state !== "replaced") return null;
  const { email, data } = found.challenge;
  if (!email) return null;
  const isAllowed = await mayMail(email);
  const fresh = await transaction(async (tx) => {
    const created = await begin(tx, email, data);
    await writeEvent(tx, { type: "registration_resent", result: "success" }, client);
    if (isAllowed)
      await queueMail(tx, { template: "registration", challengeId: created });
    return created;
  });
  wakeWorker("mail");
  const own = handle ? readSecret("registration", "cookie", handle) : null;
  return own === id ? cookieHandle("registration", fresh) : null;
}
