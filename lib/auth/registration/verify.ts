// The proof of an address, by the link or the code of one mail: a registration
// becomes a user.
import { type CodeFailure, writeEvent } from "@/lib/audit";
import { consumeChallenge, findChallenge, readSecret } from "@/lib/auth/challenge";
import type { Client } from "@/lib/auth/client";
import { countAttempt } from "@/lib/auth/mailed-code";
import { createAccount } from "@/lib/auth/new-account";
import { acceptNewPassword } from "@/lib/auth/new-password";
import { checkHash } from "@/lib/auth/password-hash";
import { normalizePassword } from "@/lib/auth/password-policy";
import { isEnabled } from "@/lib/auth/policy";
import type { Registration } from "@/lib/auth/registration/begin";
import { finishFirstFactor, type SignInResult } from "@/lib/auth/sign-in";
import { db, type Transaction, transaction } from "@/lib/db";

type Verification = {
  proof: { token: string } | { code: string };
  /** The handle of this browser's registration, if it has one. */
  handle: string | null;
  password: string | null;
  client: Client;
  previousToken: string | null;
};

export type VerificationResult =
  | { status: "finished"; result: SignInResult; next: string | null }
  | { status: "password_needed"; email: string }
  | { status: "refused"; reason: CodeFailure };

/** The user begins to exist here, signed in, or nothing has changed. */
export async function verifyRegistration(
  request: Verification,
): Promise<VerificationResult> {
  const { proof, handle, client } = request;
  const own = handle ? readSecret("registration", "cookie", handle) : null;
  const id = "token" in proof ? readSecret("registration", "link", proof.token) : own;
  if (!id) return refuse("token" in proof ? "wrong" : "other_browser", client);
  if ("code" in proof && !(await countAttempt("registration", id, proof.code))) {
    return refuse("wrong", client);
  }
  const found = await findChallenge<Registration>("registration", id);
  if (found.state !== "open") {
    return refuse(found.state === "unknown" ? "wrong" : found.state, client);
  }
  const { email, data } = found.challenge;
  if (!email) return refuse("wrong", client);

  const owned = await claim({
    email,
    data,
    password: request.password,
    isOwn: id === own,
  });
  if (!owned) return { status: "password_needed", email };
  return transaction((tx) => createUser(tx, id, { ...request, ...owned }));
}

type Claim = {
  email: string;
  data: Registration;
  password: string | null;
  isOwn: boolean;
};

/**
 * Which name and password the new user gets. In another browser the person with
 * the mailbox may not be the one who registered: that password counts only for
 * whoever knows it, and otherwise a new one takes its place. Null asks for it.
 */
async function claim({ email, data, password, isOwn }: Claim) {
  const { name } = data;
  // Chosen before passwords were switched off, it is not asked for any more.
  const passwordHash = isEnabled("password") ? data.passwordHash : null;
  if (isOwn || !passwordHash) return { name: isOwn ? name : null, passwordHash };
  if (password === null) return null;
  if ((await checkHash(passwordHash, normalizePassword(password))).isRight) {
    return { name, passwordHash };
  }
  return {
    name: null,
    passwordHash: await acceptNewPassword(password, { email, name: null }),
  };
}

type Proven = Omit<Verification, "password"> &
  Pick<Registration, "name" | "passwordHash">;

async function createUser(
  tx: Transaction,
  id: string,
  proven: Proven,
): Promise<VerificationResult> {
  const { client, name, passwordHash, previousToken } = proven;
  const consumed = await consumeChallenge<Registration>(tx, "registration", id);
  if (!consumed?.email) return refuseWithin(tx, "used", client);
  const { email } = consumed;
  const userId = await createAccount(tx, { email, name, passwordHash }, client);
  if (!userId) return refuseWithin(tx, "address_taken", client);
  const result = await finishFirstFactor(tx, {
    userId,
    securityVersion: 0,
    method: "email",
    amr: passwordHash === null ? ["email"] : ["email", "pwd"],
    isPersistent: true,
    client,
    previousToken,
    isNewAccount: true,
  });
  if (result.status === "refused")
    throw new Error("a user who was just created was refused");
  return { status: "finished", result, next: consumed.data.next };
}

async function refuseWithin(tx: Transaction, reason: CodeFailure, client: Client) {
  await writeEvent(tx, { type: "address_verified", result: "failure", reason }, client);
  return { status: "refused", reason } as const;
}

async function refuse(reason: CodeFailure, client: Client) {
  await writeEvent(db(), { type: "address_verified", result: "failure", reason }, client);
  return { status: "refused", reason } as const;
}
