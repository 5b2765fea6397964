// A signed-in person changes, sets or removes the password of the account. The
// edge has made sure of a recent confirmation, or has had the present one checked.
import { writeEvent } from "@/lib/audit";
import type { Client } from "@/lib/auth/client";
import { acceptNewPassword } from "@/lib/auth/new-password";
import { requireOwner } from "@/lib/auth/owner";
import { mailOwner } from "@/lib/auth/owner-mail";
import {
  type Proof,
  type Reissued,
  reissueTokens,
} from "@/lib/auth/refresh-token/reissue";
import { lockOwner } from "@/lib/auth/session";
import { noteConfirmation } from "@/lib/auth/step-up/confirm";
import { methodsOf, requireAccount } from "@/lib/auth/step-up/confirmation";
import { storePassword } from "@/lib/auth/store-password";
import { waysIn } from "@/lib/auth/ways-in";
import { type Transaction, transaction } from "@/lib/db";
import { Refusal } from "@/lib/errors";
import { wakeWorker } from "@/lib/jobs";

type Change = {
  session: { id: string; userId: string };
  /** Null removes it. */
  newPassword: string | null;
  /** By the present password, where it came along: a confirmation like any other. */
  proof?: Proof;
  client: Client;
};

export type PasswordChanged = { tokens: Reissued; ended: number };

/**
 * Ends every other session. Throws `invalid_request` for a weak password,
 * `not_found` when there is none to remove, `conflict` when the last way in would
 * go, and `unauthenticated` when the session has ended meanwhile. Does not ask for
 * a confirmation.
 */
export async function changePassword(change: Change): Promise<PasswordChanged> {
  const { session, newPassword, proof, client } = change;
  const { id: sessionId, userId } = session;
  const user = await requireOwner(userId);
  if (newPassword === null && user.passwordHash === null) throw new Refusal("not_found");
  const passwordHash =
    newPassword === null
      ? null
      : await acceptNewPassword(newPassword, user, "newPassword");
  const type = passwordHash === null ? "password_removed" : verb(user.passwordHash);
  const changed = await transaction(async (tx) => {
    // Whoever was locked out while the password was hashed must not change it.
    if (!(await lockOwner(tx, session))) return "ended";
    if (proof && !(await isEnough(tx, userId))) return "changed";
    // Asked under the lock: the last passkey may be going at the same moment.
    if (newPassword === null && !(await hasOtherWay(userId, tx))) return "last_way";
    const { securityVersion } = user;
    const kept = { userId, securityVersion, passwordHash, keepSessionId: sessionId };
    const isProvedByPassword = proof !== undefined;
    const stored = await storePassword(tx, { ...kept, isProvedByPassword }, client);
    if (!stored) return "changed";
    const tokens = await reissueTokens(tx, sessionId, proof, isProvedByPassword);
    if (!tokens) throw new Error("a session that was locked has ended");
    if (proof) await noteConfirmation(tx, { session, client }, proof, "password");
    await writeEvent(tx, { type, result: "success", userId, sessionId }, client);
    const template = passwordHash === null ? "password_removed" : "password_changed";
    await mailOwner(tx, { template, userId, sessionId });
    return { tokens, ended: stored.ended };
  });
  if (changed === "ended") throw new Refusal("unauthenticated");
  if (changed === "last_way") throw new Refusal("conflict", { detail: onlyWay });
  if (changed === "changed") throw new Refusal("conflict", { detail: changedMeanwhile });
  wakeWorker("mail");
  return changed;
}

const changedMeanwhile =
  "Your account was changed somewhere else just now. Reload the page and try again.";

function verb(present: string | null) {
  return present === null ? "password_set" : "password_changed";
}

const onlyWay = "Your password is the only way into your account. Add a passkey first.";

/** A second factor may have been turned on while the password was looked at. */
async function isEnough(tx: Transaction, userId: string): Promise<boolean> {
  return methodsOf(await requireAccount(userId, tx)).includes("password");
}

async function hasOtherWay(userId: string, tx: Transaction): Promise<boolean> {
  return waysIn(await requireOwner(userId, tx)).some((way) => way !== "password");
}
