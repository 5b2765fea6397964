// A passkey as the proof that it is still the owner, in a session of theirs.
import type { PasskeyFailure } from "@/lib/audit";
import { lockUser } from "@/lib/auth/lock-user";
import {
  aalOf,
  amrOf,
  type PasskeyAnswer,
  provePasskey,
  usePasskey,
} from "@/lib/auth/passkey/assertion";
import type { Proof } from "@/lib/auth/refresh-token/reissue";
import { transaction } from "@/lib/db";

type Owned = { id: string; userId: string };

/** Only with user verification: who found the key must not pass for its owner. */
export async function proveInSession(
  session: Owned,
  answer: PasskeyAnswer,
): Promise<Proof | { refused: PasskeyFailure }> {
  const proved = await provePasskey("passkey-step-up", answer, session);
  if ("refused" in proved) return proved;
  const refused = await transaction(async (tx) => {
    await lockUser(tx, proved.userId);
    return usePasskey(tx, proved);
  });
  if (refused) return { refused };
  if (!proved.asserted.isUserVerified) return { refused: "no_user_verification" };
  return { amr: amrOf(proved), aal: aalOf(proved) };
}
