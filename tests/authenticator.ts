// A passkey authenticator and the browser before it, in software: what both would
// answer, and what a forger of either would. It knows nothing of the code it tests,
// and answers whatever it is asked: the refusing is the server's part.
import {
  createHash,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "@simplewebauthn/server";
import { type Cbor, encodeCbor } from "@/tests/cbor";

/** By its name; the number is of the COSE registry, the curve's likewise. */
const algorithms = {
  ES256: { id: -7, curve: 1, hash: "sha256", make: () => ecPair("P-256") },
  ES384: { id: -35, curve: 2, hash: "sha384", make: () => ecPair("P-384") },
  ES512: { id: -36, curve: 3, hash: "sha512", make: () => ecPair("P-521") },
  ES256K: { id: -47, curve: 8, hash: "sha256", make: () => ecPair("secp256k1") },
  EdDSA: { id: -8, curve: 6, hash: null, make: () => generateKeyPairSync("ed25519") },
  Ed448: { id: -53, curve: 7, hash: null, make: () => generateKeyPairSync("ed448") },
  RS256: { id: -257, curve: 0, hash: "sha256", make: () => rsaPair() },
  RS1: { id: -65535, curve: 0, hash: "sha1", make: () => rsaPair() },
};
type Algorithm = keyof typeof algorithms;

type Make = {
  origin: string;
  algorithm?: Algorithm;
  /** As a UUID. */
  aaguid?: string;
  isBackupEligible?: boolean;
  isBackedUp?: boolean;
  /** Whether it counts its signatures, as security keys do; synced ones say 0. */
  hasCounter?: boolean;
  transports?: NonNullable<RegistrationResponseJSON["response"]["transports"]>;
  attachment?: NonNullable<RegistrationResponseJSON["authenticatorAttachment"]>;
};

/** What would be so, said otherwise; `undefined` for what the browser leaves out. */
type Altered = {
  type?: string;
  challenge?: string;
  origin?: string;
  crossOrigin?: unknown;
  topOrigin?: unknown;
  rpId?: string;
  isUserPresent?: boolean;
  isUserVerified?: boolean;
  isBackupEligible?: boolean;
  isBackedUp?: boolean;
  counter?: number;
  /** Of the new passkey; of `get`, what it claims to answer for. base64url. */
  credentialId?: string;
  attachment?: Make["attachment"];
  signature?: Uint8Array;
};

type Statement = Map<string, Cbor>;

export type AlteredCreation = Altered & {
  /** "none", or "packed" by the new key itself; any other needs its `statement`. */
  format?: string;
  statement?: Statement | ((input: Buffer, privateKey: KeyObject) => Statement);
  /** COSE_Key, in the place of that of the new passkey. */
  publicKey?: Cbor;
};

/** base64url; null for an authenticator that keeps none. */
export type AlteredAnswer = Altered & { userHandle?: string | null };

type Passkey = {
  /** base64url, as is the handle. */
  id: string;
  userHandle: string;
  counter: number;
  /** COSE_Key. */
  publicKey: Buffer;
  privateKey: KeyObject;
};

type CreationOptions = Pick<PublicKeyCredentialCreationOptionsJSON, "challenge"> & {
  rp: { id?: string };
  user: { id: string };
};
type RequestOptions = Pick<
  PublicKeyCredentialRequestOptionsJSON,
  "challenge" | "rpId" | "allowCredentials"
>;

/** Without further words a synced one that verifies its user: Google's. */
export function makeAuthenticator(make: Make) {
  const algorithm = algorithms[make.algorithm ?? "ES256"];
  const aaguid = make.aaguid ?? "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4";
  const attachment = make.attachment ?? "platform";
  const defaults = {
    origin: make.origin,
    crossOrigin: false as unknown,
    isBackupEligible: make.isBackupEligible ?? true,
    isBackedUp: make.isBackedUp ?? make.isBackupEligible ?? true,
  };
  const step = make.hasCounter ? 1 : 0;
  const passkeys: Passkey[] = [];

  function create(
    options: CreationOptions,
    over: AlteredCreation = {},
  ): RegistrationResponseJSON {
    const { challenge, rp, user } = options;
    const pair = algorithm.make();
    const key = coseKey(pair.publicKey, algorithm);
    const passkey = {
      id: over.credentialId ?? randomBytes(16).toString("base64url"),
      userHandle: user.id,
      counter: step,
      publicKey: encodeCbor(key),
      privateKey: pair.privateKey,
    };
    passkeys.push(passkey);
    const said = { ...defaults, challenge, rpId: rp.id, counter: step, ...over };
    const clientData = clientDataOf({ type: "webauthn.create", ...said });
    const attested = attestedData(aaguid, passkey.id, over.publicKey ?? key);
    const authData = authenticatorData(said, attested);
    const format = over.format ?? "none";
    const input = Buffer.concat([authData, sha256(clientData)]);
    const bySelf = () => over.signature ?? sign(algorithm.hash, input, pair.privateKey);
    const statement =
      typeof over.statement === "function"
        ? over.statement(input, pair.privateKey)
        : (over.statement ?? (format === "none" ? new Map() : selfAttested(bySelf())));
    const attestationObject = new Map<string, Cbor>([
      ["fmt", format],
      ["attStmt", statement],
      ["authData", authData],
    ]);
    return {
      ...envelope(passkey.id, over.attachment ?? attachment),
      response: {
        clientDataJSON: clientData.toString("base64url"),
        attestationObject: encodeCbor(attestationObject).toString("base64url"),
        transports: make.transports ?? ["internal", "hybrid"],
      },
    };
  }

  /** Answers with the newest of the passkeys that the options allow. */
  function get(
    options: RequestOptions,
    over: AlteredAnswer = {},
  ): AuthenticationResponseJSON {
    const { challenge, rpId, allowCredentials = [] } = options;
    const allowed = new Set(allowCredentials.map((one) => one.id));
    const passkey = passkeys.findLast((one) => allowed.size === 0 || allowed.has(one.id));
    if (!passkey) throw new Error("This authenticator holds no such passkey.");
    passkey.counter += step;
    const said = { ...defaults, challenge, rpId, counter: passkey.counter, ...over };
    const clientData = clientDataOf({ type: "webauthn.get", ...said });
    const authData = authenticatorData(said);
    const input = Buffer.concat([authData, sha256(clientData)]);
    const signature = over.signature ?? sign(algorithm.hash, input, passkey.privateKey);
    const userHandle =
      over.userHandle === undefined ? passkey.userHandle : over.userHandle;
    return {
      ...envelope(over.credentialId ?? passkey.id, over.attachment ?? attachment),
      response: {
        clientDataJSON: clientData.toString("base64url"),
        authenticatorData: authData.toString("base64url"),
        signature: Buffer.from(signature).toString("base64url"),
        ...(userHandle !== null && { userHandle }),
      },
    };
  }

  /** WebAuthn §8.2. */
  function selfAttested(signature: Uint8Array): Statement {
    return new Map<string, Cbor>([
      ["alg", algorithm.id],
      ["sig", signature],
    ]);
  }

  return { create, get, passkeys };
}

function envelope(id: string, authenticatorAttachment: NonNullable<Make["attachment"]>) {
  const type = "public-key" as const;
  return { id, rawId: id, type, clientExtensionResults: {}, authenticatorAttachment };
}

/** WebAuthn §5.8.1.1: the members in this order. */
function clientDataOf(said: Altered): Buffer {
  const { type, challenge, origin, crossOrigin, topOrigin } = said;
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin, topOrigin }));
}

/** WebAuthn §6.1. */
function authenticatorData(said: Altered, attested?: Buffer): Buffer {
  const flags =
    (said.isUserPresent === false ? 0 : 0x01) |
    (said.isUserVerified === false ? 0 : 0x04) |
    (said.isBackupEligible ? 0x08 : 0) |
    (said.isBackedUp ? 0x10 : 0) |
    (attested ? 0x40 : 0);
  const counter = Buffer.alloc(4);
  counter.writeUInt32BE(said.counter ?? 0);
  const head = [sha256(said.rpId ?? ""), Buffer.from([flags]), counter];
  return Buffer.concat(attested ? [...head, attested] : head);
}

/** WebAuthn §6.5.1. */
function attestedData(aaguid: string, credentialId: string, key: Cbor): Buffer {
  const id = Buffer.from(credentialId, "base64url");
  const length = Buffer.alloc(2);
  length.writeUInt16BE(id.length);
  const model = Buffer.from(aaguid.replaceAll("-", ""), "hex");
  return Buffer.concat([model, length, id, encodeCbor(key)]);
}

/** RFC 9053 §7, RFC 8230 §4. */
function coseKey(
  publicKey: KeyObject,
  { id, curve }: { id: number; curve: number },
): Map<number, Cbor> {
  const jwk = publicKey.export({ format: "jwk" });
  const bytes = (text = "") => Buffer.from(text, "base64url");
  const head: [number, Cbor][] = [[3, id]];
  if (jwk.kty === "RSA") {
    return new Map([[1, 3], ...head, [-1, bytes(jwk.n)], [-2, bytes(jwk.e)]]);
  }
  const point: [number, Cbor][] = [...head, [-1, curve], [-2, bytes(jwk.x)]];
  if (jwk.kty === "OKP") return new Map([[1, 1], ...point]);
  return new Map([[1, 2], ...point, [-3, bytes(jwk.y)]]);
}

function sha256(input: string | Buffer): Buffer {
  return createHash("sha256").update(input).digest();
}

function ecPair(namedCurve: string) {
  return generateKeyPairSync("ec", { namedCurve });
}

function rsaPair() {
  return generateKeyPairSync("rsa", { modulusLength: 2048 });
}
