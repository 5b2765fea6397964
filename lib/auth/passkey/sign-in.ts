// Signing in with a passkey, and nothing else: two factors where the authenticator
// verified its user, and one where it did not.
import { writeEvent } from "@/lib/audit";
import type { Client } from "@/lib/auth/client";
import { lockUser } from "@/lib/auth/lock-user";
import {
  aalOf,
  amrOf,
  type PasskeyAnswer,
  provePasskey,
  refusePasskey,
  usedPasskey,
  usePasskey,
} from "@/lib/auth/passkey/assertion";
import { finishFirstFactor, type SignInResult } from "@/lib/auth/sign-in";
import { db, transaction } from "@/lib/db";
import { wakeWorker } from "@/lib/jobs";

type Attempt = PasskeyAnswer & {
  isPersistent: boolean;
  client: Client;
  previousToken: string | null;
};

const failure = { type: "sign_in", result: "failure", method: "passkey" } as const;

/** Throws `invalid_passkey`, with the reason. */
export async function signInWithPasskey(attempt: Attempt): Promise<SignInResult> {
  const { isPersistent, client, previousToken } = attempt;
  const proved = await provePasskey("passkey-sign-in", attempt);
  if ("refused" in proved) {
    const { refused: reason, userId } = proved;
    await writeEvent(db(), { ...failure, reason, userId }, client);
    throw refusePasskey(reason);
  }
  const { userId, securityVersion } = proved;
  const result = await transaction(async (tx) => {
    await lockUser(tx, userId);
    const reason = await usePasskey(tx, proved);
    if (reason) {
      await writeEvent(tx, { ...failure, reason, userId }, client);
      return reason;
    }
    return finishFirstFactor(tx, {
      userId,
      securityVersion,
      method: "passkey",
      amr: amrOf(proved),
      aal: aalOf(proved),
      passkey: usedPasskey(proved),
      isPersistent,
      client,
      previousToken,
    });
  });
  if (typeof result === "string") throw refusePasskey(result);
  // The door has recorded why.
  if (result.status === "refused") throw refusePasskey("not_verified");
  wakeWorker("mail");
  return result;
}
