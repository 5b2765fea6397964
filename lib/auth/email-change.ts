// Moving an account to another address. Nothing changes before the new mailbox
// has answered, and the old one can take it back for three days. Proof and value
// are one row: a link made for one address never confirms another (C13).
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
import { lockUser } from "@/lib/auth/lock-user";
import { countAttempt } from "@/lib/auth/mailed-code";
import { type LinkState, readLink } from "@/lib/auth/mailed-link";
import { moveAddress } from "@/lib/auth/move-address";
import { mailNotice, mailOwner } from "@/lib/auth/owner-mail";
import { type Reissued, reissueTokens } from "@/lib/auth/refresh-token/reissue";
import { endSessions, lockOwner } from "@/lib/auth/session";
import { endPending } from "@/lib/auth/store-password";
import { config } from "@/lib/config";
import { db, isTaken, type Transaction, transaction } from "@/lib/db";
import { invalid, Refusal } from "@/lib/errors";
import { queueMail, wakeWorker } from "@/lib/jobs";

type Owned = { id: string; userId: string };
type Pending = { oldEmail: string };
/** Of the link that takes a change back. */
export type Cancellation = { changeId: string; newEmail: string };

type Request = { session: Owned; email: string; client: Client };

/**
 * The same whether or not somebody else has the address. Throws `invalid_request`
 * for the present one, and `unauthenticated` when the session has ended meanwhile.
 * Does not ask for a confirmation: the edge has.
 */
export async function requestEmailChange(request: Request): Promise<void> {
  const { session, email, client } = request;
  const { id: sessionId, userId } = session;
  const refusal = await transaction(async (tx) => {
    const owner = await lockOwner(tx, session);
    if (!owner) return new Refusal("unauthenticated");
    if (owner.email === email) return invalid("email", "This is your address already.");
    await replaceChallenges(tx, "email-change", { userId });
    const of = { userId, sessionId } as const;
    const changeId = await createChallenge(tx, {
      ...of,
      purpose: "email-change",
      lifetime: config.challenge.emailChange,
      email,
      data: { oldEmail: owner.email } satisfies Pending,
    });
    const cancelId = await createChallenge(tx, {
      ...of,
      purpose: "email-cancel",
      lifetime: config.challenge.emailCancel,
      email: owner.email,
      data: { changeId, newEmail: email } satisfies Cancellation,
    });
    await writeEvent(
      tx,
      { type: "email_change_requested", result: "success", ...of },
      client,
    );
    await queueAskedMail(tx, email, { template: "email_change", challengeId: changeId });
    await queueMail(tx, { template: "email_change_notice", challengeId: cancelId });
    return null;
  });
  if (refusal) throw refusal;
  wakeWorker("mail");
}

/** The address that waits to be confirmed. */
export async function findPendingEmail(userId: string): Promise<string | null> {
  const id = await newestChallenge("email-change", { userId });
  const found = id ? await findChallenge<Pending>("email-change", id) : null;
  return found?.state === "open" ? found.challenge.email : null;
}

/** Which address the link confirms. */
export function readConfirmLink(token: string): Promise<LinkState<{ email: string }>> {
  return readLink("email-change", token, ({ email }) => ({ email: email ?? "" }));
}

type Confirming = {
  /** A code counts for the person who is signed in alone. */
  proof: { token: string } | { code: string };
  session: Owned | null;
  client: Client;
};

export type EmailChanged =
  | { status: "email_changed"; email: string; ended: number; tokens: Reissued | null }
  | { status: "refused"; reason: CodeFailure };

/**
 * Every session ends but the one that confirms, if it is of the same person.
 * Throws `conflict` when the address or the account is not what it was.
 */
export async function confirmEmailChange(confirming: Confirming): Promise<EmailChanged> {
  const { client } = confirming;
  const id = await identify(confirming);
  if (!id) return refuse("wrong", client);
  const found = await findChallenge<Pending>("email-change", id);
  if (found.state !== "open") {
    return refuse(found.state === "unknown" ? "wrong" : found.state, client);
  }
  const work = transaction(async (tx) => {
    // The lock comes first, as for whoever ends what is pending.
    await lockUser(tx, found.challenge.userId ?? "");
    return change(tx, id, confirming);
  });
  const changed = await work.catch((error) => {
    // Somebody took the address between the question and the write.
    if (isTaken(error)) return "taken" as const;
    throw error;
  });
  if (changed === "used") return refuse("used", client);
  if (changed === "taken" || changed === "changed") {
    await refuse(changed === "taken" ? "address_taken" : "replaced", client);
    throw new Refusal("conflict", {
      detail: conflicts[changed],
      extra: { reason: changed },
    });
  }
  wakeWorker("mail");
  return changed;
}

const conflicts = {
  taken: "This address belongs to another account.",
  changed: "Your account's address was changed meanwhile. Ask for the change again.",
};

async function identify({ proof, session }: Confirming): Promise<string | null> {
  if ("token" in proof) return readSecret("email-change", "link", proof.token);
  if (!session) throw new Refusal("unauthenticated");
  const id = await newestChallenge("email-change", { userId: session.userId });
  return id && (await countAttempt("email-change", id, proof.code)) ? id : null;
}

async function change(tx: Transaction, id: string, { session, client }: Confirming) {
  const consumed = await consumeChallenge<Pending>(tx, "email-change", id);
  if (!consumed?.userId || !consumed.email) return "used" as const;
  const { userId, email, data, sessionId } = consumed;
  const moved = await moveAddress(tx, { userId, from: data.oldEmail, to: email });
  if (moved !== "moved") return moved;
  const keepSessionId = session?.userId === userId ? session.id : undefined;
  await endPending(tx, userId, data.oldEmail);
  const ending = { userId, keepSessionId, reason: "security" } as const;
  const ended = await endSessions(tx, ending, client);
  const tokens = keepSessionId ? await reissueTokens(tx, keepSessionId) : null;
  const about = { userId, sessionId: sessionId ?? undefined };
  await writeEvent(tx, { type: "email_changed", result: "success", ...about }, client);
  await mailOwner(tx, { template: "email_changed", ...about, email: data.oldEmail });
  await mailNotice(tx, { template: "email_confirmed", ...about, email });
  return { status: "email_changed" as const, email, ended, tokens };
}

async function refuse(reason: CodeFailure, client: Client) {
  const event = { type: "email_change", result: "failure", reason } as const;
  await writeEvent(db(), event, client);
  return { status: "refused", reason } as const;
}
