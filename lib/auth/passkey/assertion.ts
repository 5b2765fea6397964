// The use of a passkey, whatever for: whose it is, whether it answered our question,
// and that it is still the one we knew.
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
} from "@simplewebauthn/server";
import type { PasskeyFailure } from "@/lib/audit";
import { beginCeremony, relyingParty, takeCeremony } from "@/lib/auth/passkey/ceremony";
import { findVerifiable } from "@/lib/auth/passkey/credentials";
import { type Asserted, verifyAssertion } from "@/lib/auth/passkey/webauthn";
import type { UsedPasskey } from "@/lib/auth/session";
import { config } from "@/lib/config";
import type { PasskeyCeremony } from "@/lib/crypto";
import { db, type Transaction } from "@/lib/db";
import { Refusal } from "@/lib/errors";

/** A session, or a sign-in between its factors. */
type Owned = { id: string; userId: string };
type Use = Exclude<PasskeyCeremony, "passkey-registration">;

/** Without a session the authenticator says whose passkey it is (discoverable). */
export async function askForPasskey(use: Use, session?: Owned) {
  const { challenge, handle } = await beginCeremony(db(), use, { session });
  const options = await generateAuthenticationOptions({
    rpID: relyingParty().rpId,
    challenge,
    timeout: config.challenge.passkey,
    // Whether it is enough is decided by what comes back, not by what was asked.
    userVerification: session ? "required" : "preferred",
    allowCredentials: session && (await findVerifiable(session.userId)),
  });
  return { options, handle };
}

export type PasskeyAnswer = {
  response: AuthenticationResponseJSON;
  /** The handle that this browser got with the options. */
  handle: string | null;
};

export type ProvedPasskey = {
  id: string;
  userId: string;
  /** As it was before the signature was verified. */
  securityVersion: number;
  asserted: Asserted;
  isCrossDevice: boolean;
};

type Unproved = { refused: PasskeyFailure; userId?: string };

/**
 * Consumes the ceremony, whatever comes of it. Says nothing yet of the counter,
 * which `usePasskey` moves, nor of user verification, which callers judge.
 */
export async function provePasskey(
  use: Use,
  { response, handle }: PasskeyAnswer,
  session?: Owned,
): Promise<ProvedPasskey | Unproved> {
  const ceremony = await takeCeremony(db(), use, handle, session);
  if (!ceremony) return { refused: "no_ceremony" };
  const passkey = await findPasskey(Buffer.from(response.id, "base64url"));
  if (!passkey || (session && session.userId !== passkey.userId)) {
    return { refused: "unknown_passkey" };
  }
  const { id, userId, securityVersion } = passkey;
  if (!isOwner(response, passkey.owner, session)) {
    return { refused: "not_verified", userId };
  }
  const { challenges } = ceremony;
  const expected = { challenges, ...relyingParty() };
  const asserted = await verifyAssertion(response, passkey, expected);
  if (!asserted) return { refused: "not_verified", userId };
  if (asserted.isBackupEligible !== passkey.isBackupEligible) {
    return { refused: "backup_eligibility", userId };
  }
  const isCrossDevice =
    response.authenticatorAttachment === "cross-platform" &&
    passkey.transports.includes("hybrid");
  // Level 3 §4, `uvInitialized`: a thief can set the PIN of a key that has none yet.
  const isUserVerified = asserted.isUserVerified && passkey.isVerifiable;
  const counted = { ...asserted, isUserVerified };
  return { id, userId, securityVersion, asserted: counted, isCrossDevice };
}

type Known = {
  id: string;
  credentialId: Uint8Array;
  publicKey: Uint8Array;
  transports: string[];
  isBackupEligible: boolean;
  isVerifiable: boolean;
  userId: string;
  /** The handle of its user. */
  owner: Uint8Array | null;
  securityVersion: number;
};

/** In one statement: between two, the account could be deleted. */
async function findPasskey(credentialId: Buffer): Promise<Known | undefined> {
  const [passkey] = await db().$queryRaw<Known[]>`
    SELECT p.id, p.credential_id AS "credentialId", p.public_key AS "publicKey",
      p.transports, p.is_backup_eligible AS "isBackupEligible",
      p.is_verifiable AS "isVerifiable", p.user_id AS "userId",
      u.passkey_handle AS owner, u.security_version AS "securityVersion"
    FROM passkey p JOIN "user" u ON u.id = p.user_id
    WHERE p.credential_id = ${credentialId}`;
  return passkey;
}

/** Where no account was named, the authenticator has to name it (§7.2 step 6). */
function isOwner(
  { response }: AuthenticationResponseJSON,
  owner: Uint8Array | null,
  session: Owned | undefined,
): boolean {
  const { userHandle } = response;
  if (userHandle === undefined) return session !== undefined;
  return (
    owner !== null && Buffer.from(owner).equals(Buffer.from(userHandle, "base64url"))
  );
}

/**
 * Once for each signature that counts: a counter that does not grow is one that a
 * copy has moved (§6.1.1), unless the authenticator has none. The caller has locked
 * the user's row, as whoever removes a passkey does.
 */
export async function usePasskey(
  tx: Transaction,
  { id, asserted: { counter, isBackedUp } }: ProvedPasskey,
): Promise<PasskeyFailure | null> {
  // 32 bits without a sign (§6.1): more than an integer of the database holds.
  const used = await tx.$executeRaw`
    UPDATE passkey SET counter = ${counter}::bigint, is_backed_up = ${isBackedUp},
      last_used_at = clock_timestamp()
    WHERE id = ${id}
      AND (counter < ${counter}::bigint OR (counter = 0 AND ${counter}::bigint = 0))`;
  if (used === 1) return null;
  const isThere = (await tx.passkey.count({ where: { id } })) > 0;
  return isThere ? "counter" : "unknown_passkey";
}

/** RFC 8176: where the key lives, that somebody was there, and who it was. */
export function amrOf({ asserted }: ProvedPasskey): string[] {
  const key = asserted.isBackupEligible ? "swk" : "hwk";
  return asserted.isUserVerified ? [key, "user", "mfa"] : [key, "user"];
}

export function aalOf({ asserted }: ProvedPasskey): 1 | 2 {
  return asserted.isUserVerified ? 2 : 1;
}

export function usedPasskey({ id, isCrossDevice }: ProvedPasskey): UsedPasskey {
  return { id, isCrossDevice };
}

/** What to do next, without a word of blame. */
const sentences: Record<PasskeyFailure, string> = {
  no_ceremony: "That took too long, or was begun in another tab. Try again.",
  not_verified: "That passkey did not work. Try again, or use another way.",
  unknown_passkey: "This passkey was removed from your account. Use another way.",
  counter:
    "This passkey cannot be used safely any more. Use another way, then remove it and add a new one.",
  backup_eligibility:
    "This passkey is not as it was when you added it. Use another way, then add a new one.",
  no_user_verification:
    "This passkey does not ask for your fingerprint, face or screen lock. Turn that on and add it anew, or use another way.",
  already_registered: "You already have a passkey on this device.",
  too_many: "You have as many passkeys as an account can have. Remove one first.",
};

export function refusePasskey(reason: PasskeyFailure): Refusal {
  const detail = sentences[reason];
  return new Refusal("invalid_passkey", { detail, extra: { reason } });
}
