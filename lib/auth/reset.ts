// A forgotten password. Asking does the same work and gives the same answer for
// any address; what mail leaves is decided when it is sent. The proof is the
// mailbox and nothing else, so nobody is signed in by it and a second factor
// stays demanded.
import { type CodeFailure, writeEvent } from "@/lib/audit";
import { queueAskedMail } from "@/lib/auth/asked-mail";
import {
  consumeChallenge,
  createChallenge,
  findChallenge,
  newestChallenge,
  readSecret,
  replaceChallenges,
} from "@/lib/auth/challenge";
import type { Client } from "@/lib/auth/client";
import { findFactors } from "@/lib/auth/factors";
import { forgetBrowsers } from "@/lib/auth/known-browser";
import { lockUser } from "@/lib/auth/lock-user";
import { countAttempt } from "@/lib/auth/mailed-code";
import { type LinkState, readLink } from "@/lib/auth/mailed-link";
import { acceptNewPassword } from "@/lib/auth/new-password";
import { mailOwner } from "@/lib/auth/owner-mail";
import { storePassword } from "@/lib/auth/store-password";
import { config } from "@/lib/config";
import { db, transaction } from "@/lib/db";
import { wakeWorker } from "@/lib/jobs";
import type { User } from "@/prisma/generated/client";

/** `email` is canonical; `client` bears the device cookie in which the code counts. */
export async function requestReset(email: string, client: Client): Promise<void> {
  await transaction(async (tx) => {
    const { deviceHash } = client;
    const lifetime = config.challenge.reset;
    const fresh = { purpose: "reset", lifetime, email, deviceHash, data: {} } as const;
    const challengeId = await createChallenge(tx, fresh);
    await writeEvent(tx, { type: "reset_requested", result: "success" }, client);
    const isQueued = await queueAskedMail(tx, email, { template: "reset", challengeId });
    // What nobody was told can only be guessed, and it would hide the last one told.
    if (!isQueued) await replaceChallenges(tx, "reset", { id: challengeId });
  });
  wakeWorker("mail");
}

type ResetProof = { token: string } | { email: string; code: string };

type Reset = { proof: ResetProof; password: string; client: Client };

export type ResetResult =
  | { status: "password_changed"; ended: number }
  | { status: "refused"; reason: CodeFailure };

/**
 * Ends every session and everything under way. Throws `invalid_request` for a
 * weak password, and then the link can be used again.
 */
export async function resetPassword(reset: Reset): Promise<ResetResult> {
  const { proof, client } = reset;
  const id = await identify(proof, client);
  if (!id) return refuse("wrong", client);
  const found = await findChallenge<object>("reset", id);
  if (found.state !== "open") {
    return refuse(found.state === "unknown" ? "wrong" : found.state, client);
  }
  const { email } = found.challenge;
  const user = await db().user.findUnique({
    where: { email: email ?? "", bannedAt: null },
    omit: { passwordHash: false },
  });
  // No mail of ours has told this secret to anybody.
  if (!user) return refuse("wrong", client);
  const passwordHash = await acceptNewPassword(reset.password, user);
  return change({ id, user, passwordHash, client });
}

async function identify(proof: ResetProof, client: Client): Promise<string | null> {
  if ("token" in proof) return readSecret("reset", "link", proof.token);
  const { email, code } = proof;
  const id = await newestChallenge("reset", { email }, client.deviceHash);
  return id && (await countAttempt("reset", id, code)) ? id : null;
}

type Change = { id: string; user: User; passwordHash: string; client: Client };

function change({ id, user, passwordHash, client }: Change): Promise<ResetResult> {
  const { id: userId, securityVersion } = user;
  const changed = transaction(async (tx): Promise<ResetResult> => {
    // The lock comes first, as for whoever ends what is pending.
    await lockUser(tx, userId);
    const consumed = await consumeChallenge(tx, "reset", id);
    const fresh = { userId, securityVersion, passwordHash };
    const stored = consumed && (await storePassword(tx, fresh, client));
    if (!stored) {
      const event = { type: "password_reset", result: "failure" } as const;
      await writeEvent(tx, { ...event, reason: "used", userId }, client);
      return { status: "refused", reason: "used" };
    }
    // Where a second factor is asked for, strangers may have used up its tries: the
    // owner's browsers keep their own. A password alone is no news there anyway.
    if (!(await findFactors(tx, userId)).needsTwo) await forgetBrowsers(tx, userId);
    const event = { type: "password_reset", result: "success" } as const;
    await writeEvent(tx, { ...event, userId }, client);
    await mailOwner(tx, { template: "password_changed", userId });
    return { status: "password_changed", ended: stored.ended };
  });
  return changed.finally(() => wakeWorker("mail"));
}

async function refuse(reason: CodeFailure, client: Client): Promise<ResetResult> {
  const event = { type: "password_reset", result: "failure", reason } as const;
  await writeEvent(db(), event, client);
  return { status: "refused", reason };
}

/** Whose password the link is for. */
export function readResetLink(token: string): Promise<LinkState<{ email: string }>> {
  return readLink("reset", token, ({ email }) => ({ email: email ?? "" }));
}
