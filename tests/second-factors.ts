// The door between its factors, for tests that are about the door: what is proved is
// given, as if its module had found it right.
import type { Client } from "@/lib/auth/client";
import { findPendingSignIn } from "@/lib/auth/pending-sign-in";
import type { SecondFactor } from "@/lib/auth/policy";
import { finishSecondFactor } from "@/lib/auth/sign-in";
import { transaction } from "@/lib/db";
import { makeClient, makeUser, proveFirst } from "@/tests/people";

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

/** A user with an authenticator app who has given the password in this browser. */
export async function makePending(previousToken: string | null = null) {
  const user = await makeUser({ secondFactors: ["totp", "backup_code"] });
  const client = makeClient();
  const first = await proveFirst(user, client, { previousToken });
  if (first.status !== "second_factor_required") throw new Error(first.status);
  return { user, client, first, pending: first.pending };
}

export type Pending = Awaited<ReturnType<typeof makePending>>;

/** A request of its own, of the browser that has given the first factor. */
export const sameBrowser = ({ client: { deviceHash } }: Pending) =>
  makeClient({ deviceHash });

export const finish = (half: Pending, over?: Parameters<typeof proveSecond>[2]) =>
  proveSecond(half.pending, sameBrowser(half), over);
