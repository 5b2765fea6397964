// The test vectors of WebAuthn Level 3 (§16): what we accept of them, and what we
// refuse, for the reason that the test's name says. A refusal proves its reason by
// the same vector without the reason.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { verifyAssertion, verifyAttestation } from "@/lib/auth/passkey/webauthn";
import { type Cbor, encodeCbor } from "@/tests/cbor";
import {
  type VectorName,
  vector,
  vectorOrigin,
  vectorRpId,
} from "@/tests/webauthn-vectors";

const base64url = (bytes: Buffer) => bytes.toString("base64url");
const expecting = (challenge: Buffer) => ({
  challenges: [base64url(challenge)],
  origin: vectorOrigin,
  rpId: vectorRpId,
});

/** Attested data are the last of an attestation object (§6.5.4), a key is theirs (§6.5.1). */
function attestedOf(name: VectorName) {
  const { attestationObject } = vector(name).registration;
  const rpIdHash = createHash("sha256").update(vectorRpId).digest();
  const authData = attestationObject.subarray(attestationObject.lastIndexOf(rpIdHash));
  const end = 55 + authData.readUInt16BE(53);
  const [credentialId, publicKey] = [authData.subarray(55, end), authData.subarray(end)];
  return { authData, credentialId, publicKey, id: base64url(credentialId) };
}

/** §6.1. */
function flagsOf(authData: Buffer) {
  const flags = authData[32] ?? 0;
  return { isBackupEligible: (flags & 0x08) !== 0, isBackedUp: (flags & 0x10) !== 0 };
}

function envelope(id: string) {
  return { id, rawId: id, type: "public-key" as const, clientExtensionResults: {} };
}

function register(
  name: VectorName,
  over: { attestationObject?: Buffer; clientDataJSON?: Buffer } = {},
) {
  const { challenge, ...given } = vector(name).registration;
  const { clientDataJSON, attestationObject } = { ...given, ...over };
  const response = {
    clientDataJSON: base64url(clientDataJSON),
    attestationObject: base64url(attestationObject),
  };
  const expected = { ...expecting(challenge), isConditional: false };
  return verifyAttestation({ ...envelope(attestedOf(name).id), response }, expected);
}

function signIn(name: VectorName) {
  const { challenge, ...given } = vector(name).authentication;
  const response = {
    clientDataJSON: base64url(given.clientDataJSON),
    authenticatorData: base64url(given.authenticatorData),
    signature: base64url(given.signature),
  };
  const credential = attestedOf(name);
  const answer = { ...envelope(credential.id), response };
  return verifyAssertion(answer, credential, expecting(challenge));
}

/** As the browser makes it where no attestation was asked for (§5.1.3). */
function unattested(name: VectorName) {
  const attestationObject = encodeCbor(
    new Map<string, Cbor>([
      ["fmt", "none"],
      ["attStmt", new Map()],
      ["authData", attestedOf(name).authData],
    ]),
  );
  return { attestationObject };
}

describe("E11 registration", () => {
  it.each<VectorName>([
    "none.ES256",
    "packed-self.ES256",
    "none.ES256.long-credential-id",
  ])("E11 accepts the vector %s", async (name) => {
    const { authData, credentialId, publicKey } = attestedOf(name);
    const aaguid = authData.subarray(37, 53).toString("hex");
    const attested = await register(name);
    expect(attested).toMatchObject({ counter: 0, ...flagsOf(authData) });
    expect(attested?.aaguid.replaceAll("-", "")).toBe(aaguid);
    expect(attested?.credentialId.equals(credentialId)).toBe(true);
    expect(attested?.publicKey.equals(publicKey)).toBe(true);
  });

  it("E11 accepts the longest id there is", () => {
    const { credentialId } = attestedOf("none.ES256.long-credential-id");
    expect(credentialId).toHaveLength(1023);
  });

  it.each<VectorName>(["packed.ES256", "packed.RS256", "packed.EdDSA"])(
    "E11 refuses the vector %s for its certificates, and accepts it without them",
    async (name) => {
      expect(await register(name)).toBeNull();
      expect(await register(name, unattested(name))).not.toBeNull();
    },
  );

  it.each<VectorName>([
    "tpm.ES256",
    "android-key.ES256",
    "apple.ES256",
    "fido-u2f.ES256",
  ])(
    "E11 refuses the vector %s for its attestation, and accepts it without one",
    async (name) => {
      expect(await register(name)).toBeNull();
      expect(await register(name, unattested(name))).not.toBeNull();
    },
  );

  it.each<VectorName>(["packed.ES384", "packed.ES512", "packed.Ed448"])(
    "E11 refuses the vector %s for its algorithm, attested or not",
    async (name) => {
      expect(await register(name)).toBeNull();
      expect(await register(name, unattested(name))).toBeNull();
    },
  );

  it.each<VectorName>(["none.ES256.crossOrigin", "none.ES256.topOrigin"])(
    "E04 refuses the vector %s for the frame that it comes from",
    async (name) => {
      expect(await register(name)).toBeNull();
      const clientData = vector(name).registration.clientDataJSON.toString();
      const { crossOrigin, topOrigin, ...rest } = JSON.parse(clientData);
      expect(crossOrigin).toBe(true);
      expect(topOrigin !== undefined).toBe(name.endsWith("topOrigin"));
      const clientDataJSON = Buffer.from(JSON.stringify(rest));
      expect(await register(name, { clientDataJSON })).not.toBeNull();
    },
  );
});

describe("E04 authentication", () => {
  it.each<VectorName>([
    "none.ES256",
    "packed-self.ES256",
    "none.ES256.long-credential-id",
    "packed.ES256",
    "packed.RS256",
    "packed.EdDSA",
    "tpm.ES256",
    "android-key.ES256",
    "apple.ES256",
    "fido-u2f.ES256",
  ])("E04 accepts the vector %s", async (name) => {
    const { authenticatorData } = vector(name).authentication;
    expect(await signIn(name)).toEqual({
      counter: 0,
      isUserVerified: ((authenticatorData[32] ?? 0) & 0x04) !== 0,
      ...flagsOf(authenticatorData),
    });
  });

  it.each<VectorName>(["none.ES256.crossOrigin", "none.ES256.topOrigin"])(
    "E04 refuses the vector %s for the frame that it comes from",
    async (name) => {
      expect(await signIn(name)).toBeNull();
    },
  );
});
