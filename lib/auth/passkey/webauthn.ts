// Whether what an authenticator has signed is what we asked for (WebAuthn Level 3
// §7.1 and §7.2). The signatures are SimpleWebAuthn's to verify; here is what it
// leaves open. Nothing is stored and nothing consumed: the callers do that.
import {
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import {
  decodeAttestationObject,
  decodeClientDataJSON,
  isoBase64URL,
} from "@simplewebauthn/server/helpers";
import { algorithmOf } from "@/lib/auth/passkey/public-key";

export type { AuthenticationResponseJSON, RegistrationResponseJSON };

/** COSE: EdDSA, ES256, RS256; every authenticator has one of them. */
export const algorithms = [-8, -7, -257];

/** §7.1 step 25. */
const maxCredentialIdBytes = 1023;

type Expected = {
  /** base64url; more than one while a root secret is being exchanged. */
  challenges: string[];
  origin: string;
  rpId: string;
};

export type Attested = {
  credentialId: Buffer;
  /** COSE_Key. */
  publicKey: Buffer;
  counter: number;
  aaguid: string;
  isUserVerified: boolean;
  isBackupEligible: boolean;
  isBackedUp: boolean;
};

/**
 * Null for anything but a new credential of ours. `isConditional` is the browser's
 * creation after a sign-in with a password, without a gesture (§7.1 step 15); what
 * no test of user presence vouched for proves nobody's presence later either.
 */
export async function verifyAttestation(
  response: RegistrationResponseJSON,
  expected: Expected & { isConditional: boolean },
): Promise<Attested | null> {
  try {
    const { clientDataJSON, attestationObject } = response.response;
    if (isFramed(clientDataJSON) || !isPlainAttestation(attestationObject)) return null;
    const { verified, registrationInfo: info } = await verifyRegistrationResponse({
      response,
      expectedChallenge: (given) => expected.challenges.includes(given),
      expectedOrigin: expected.origin,
      expectedRPID: expected.rpId,
      expectedType: "webauthn.create",
      requireUserPresence: !expected.isConditional,
      requireUserVerification: false,
      supportedAlgorithmIDs: algorithms,
    });
    if (!verified || info.credential.id !== response.id) return null;
    const credentialId = Buffer.from(info.credential.id, "base64url");
    if (credentialId.length > maxCredentialIdBytes) return null;
    const algorithm = algorithmOf(info.credential.publicKey);
    if (algorithm === null || !isAttestedBy(algorithm, info.attestationObject)) {
      return null;
    }
    return {
      credentialId,
      publicKey: Buffer.from(info.credential.publicKey),
      counter: info.credential.counter,
      aaguid: info.aaguid,
      isUserVerified: info.userVerified,
      isBackupEligible: info.credentialDeviceType === "multiDevice",
      isBackedUp: info.credentialBackedUp,
    };
  } catch {
    // Whatever it stumbled over was sent to us.
    return null;
  }
}

export type Asserted = {
  counter: number;
  isUserVerified: boolean;
  isBackupEligible: boolean;
  isBackedUp: boolean;
};

type Credential = { credentialId: Uint8Array; publicKey: Uint8Array };

/** Does not judge the counter, which only an update of the row can do for certain. */
export async function verifyAssertion(
  response: AuthenticationResponseJSON,
  { credentialId, publicKey }: Credential,
  expected: Expected,
): Promise<Asserted | null> {
  try {
    if (isFramed(response.response.clientDataJSON)) return null;
    const id = Buffer.from(credentialId).toString("base64url");
    if (response.id !== id) return null;
    const { verified, authenticationInfo: info } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: (given) => expected.challenges.includes(given),
      expectedOrigin: expected.origin,
      expectedRPID: expected.rpId,
      expectedType: "webauthn.get",
      requireUserVerification: false,
      credential: { id, publicKey: Uint8Array.from(publicKey), counter: 0 },
    });
    if (!verified) return null;
    return {
      counter: info.newCounter,
      isUserVerified: info.userVerified,
      isBackupEligible: info.credentialDeviceType === "multiDevice",
      isBackedUp: info.credentialBackedUp,
    };
  } catch {
    return null;
  }
}

/** Our pages are never framed (§5.10), so an answer from a frame is not ours. */
function isFramed(clientDataJSON: string): boolean {
  const { crossOrigin, topOrigin } = decodeClientDataJSON(clientDataJSON);
  return crossOrigin === true || topOrigin !== undefined;
}

/**
 * We ask for no attestation, so that it is absent, or by the new key itself. Any
 * other format names certificates and lists of revoked ones, which would have this
 * server fetch addresses of a stranger's choice.
 */
function isPlainAttestation(attestationObject: string): boolean {
  const decoded = decodeAttestationObject(isoBase64URL.toBuffer(attestationObject));
  const format = decoded.get("fmt");
  if (format === "packed") return decoded.get("attStmt").get("x5c") === undefined;
  return format === "none";
}

/** A key that attests itself does so by its own algorithm (§8.2). */
function isAttestedBy(algorithm: number, attestationObject: Uint8Array): boolean {
  const decoded = decodeAttestationObject(Uint8Array.from(attestationObject));
  const stated = decoded.get("attStmt").get("alg");
  return decoded.get("fmt") === "none" || stated === algorithm;
}
