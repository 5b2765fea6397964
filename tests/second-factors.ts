// The door between its factors, for tests that are about the door: what is proved is
// given, as if its module had found it right.
import type { Client } from "@/lib/auth/client";
import { findPendingSignIn } from "@/lib/auth/pending-sign-in";
import type { SecondFactor } from "@/lib/auth/policy";
import { finishSecondFactor } from "@/lib/auth/sign-in";
import { transaction } from "@/lib/db";

type Over = { method?: SecondFactor; previousToken?: string | null };

/** In the browser of `client`, which has given the first factor. */
export async function proveSecond(
  handle: string,
  client: Client,
  { method = "totp", previousToken = null }: Over = {},
) {
  const pending = await findPendingSignIn(handle, client);
  if (!pending) return { status: "expired" } as const;
  const prove = async () => ({ amr: ["otp"] });
  const rest = { trustsBrowser: false, client, previousToken };
  return transaction((tx) => finishSecondFactor(tx, { pending, method, prove, ...rest }));
}
