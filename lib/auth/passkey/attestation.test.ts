// What may be registered: which keys, and with which word of their maker's.
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { SettingsService, verifyRegistrationResponse } from "@simplewebauthn/server";
import { afterEach, describe, expect, it, vi } from "vitest";
import { verifyAssertion, verifyAttestation } from "@/lib/auth/passkey/webauthn";
import { type AlteredCreation, makeAuthenticator } from "@/tests/authenticator";
import type { Cbor } from "@/tests/cbor";
import { creation, expected, origin, register, request } from "@/tests/ceremonies";
import { strangersLeaf, strangersRoot } from "@/tests/certificates";

const asked = { ...expected, isConditional: false };
const bytes = (length: number) => Buffer.alloc(length, 7);

describe("E11 algorithms", () => {
  it.each(["EdDSA", "ES256", "RS256"] as const)(
    "E11 registers %s and signs in with it, self-attested or not",
    async (algorithm) => {
      for (const format of ["none", "packed"]) {
        const authenticator = makeAuthenticator({ origin, algorithm });
        const response = authenticator.create(creation, { format });
        const attested = await verifyAttestation(response, asked);
        expect(attested?.credentialId.toString("base64url")).toBe(response.id);
        if (!attested) continue;
        const answer = authenticator.get(request);
        expect(await verifyAssertion(answer, attested, expected)).not.toBeNull();
      }
    },
  );

  it.each(["ES384", "ES512", "ES256K", "Ed448", "RS1"] as const)(
    "E11 refuses %s, which was not offered",
    async (algorithm) => {
      expect(await register({ format: "none" }, { algorithm })).toBeNull();
      expect(await register({ format: "packed" }, { algorithm })).toBeNull();
    },
  );
});

describe("E11 keys", () => {
  const jwk = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({
    format: "jwk",
  });
  const [x, y] = [jwk.x, jwk.y].map((part = "") => Buffer.from(part, "base64url"));
  const point: [number, Cbor][] = [
    [-1, 1],
    [-2, x ?? ""],
    [-3, y ?? ""],
  ];
  const es256: [number, Cbor][] = [[1, 2], [3, -7], ...point];
  const key = (...members: [number, Cbor][]) => new Map([...es256, ...members]);
  const only = (...members: [number, Cbor][]) => new Map(members);
  const rsa = (bits: number) => {
    const options = { modulusLength: bits };
    const { n = "" } = generateKeyPairSync("rsa", options).publicKey.export({
      format: "jwk",
    });
    return only(
      [1, 3],
      [3, -257],
      [-1, Buffer.from(n, "base64url")],
      [-2, Buffer.of(1, 0, 1)],
    );
  };

  it.each<[string, Cbor]>([
    ["a point that is not on the curve", key([-3, bytes(32)])],
    ["a point at nought", key([-2, Buffer.alloc(32)], [-3, Buffer.alloc(32)])],
    ["a coordinate that is too long", key([-2, Buffer.from([0, ...(x ?? [])])])],
    ["half a point", only([1, 2], [3, -7], [-1, 1], [-2, x ?? ""])],
    ["a compressed point", key([-3, 1])],
    ["a coordinate as text", only([1, 1], [3, -8], [-1, 6], [-2, "x".repeat(32)])],
    ["a curve of another algorithm", key([-1, 2])],
    ["ES256 for an Ed25519 key", only([1, 1], [3, -7], [-1, 6], [-2, bytes(32)])],
    ["EdDSA for a P-256 key", key([3, -8])],
    ["EdDSA on the curve Ed448", only([1, 1], [3, -8], [-1, 7], [-2, bytes(57)])],
    ["an Ed25519 key of 31 bytes", only([1, 1], [3, -8], [-1, 6], [-2, bytes(31)])],
    ["RS256 for a P-256 key", key([3, -257])],
    ["an RSA key of 1024 bits", rsa(1024)],
    [
      "an RSA key of 60000 bits",
      only([1, 3], [3, -257], [-1, bytes(7500)], [-2, Buffer.of(1, 0, 1)]),
    ],
    ["an algorithm as text", key([3, "-7"])],
    ["no algorithm", only([1, 2], ...point)],
    ["members that have no place in it", key([99, bytes(5000)])],
    ["an empty map", new Map()],
    ["a list", [1, 2]],
    ["bytes", bytes(65)],
  ])("E11 registers no key that could never sign in: %s", async (_name, publicKey) => {
    expect(await register({ publicKey })).toBeNull();
  });

  it("E11 registers the key that these were made from", async () => {
    expect(await register({ publicKey: key() })).not.toBeNull();
  });

  it("E11 refuses an id above 1023 bytes", async () => {
    const id = (length: number) => ({
      credentialId: bytes(length).toString("base64url"),
    });
    expect(await register(id(1023))).not.toBeNull();
    expect(await register(id(1024))).toBeNull();
    expect(await register(id(0))).toBeNull();
  });

  it("E11 refuses a response under another id than the authenticator's", async () => {
    const authenticator = makeAuthenticator({ origin });
    const { id } = makeAuthenticator({ origin }).create(creation);
    const response = { ...authenticator.create(creation), id, rawId: id };
    expect(await verifyAttestation(response, asked)).toBeNull();
  });
});

describe("E11 attestation", () => {
  afterEach(() => {
    for (const identifier of ["packed", "fido-u2f"] as const) {
      SettingsService.setRootCertificates({ identifier, certificates: [] });
    }
    vi.unstubAllGlobals();
  });

  const x5c = (certificate: string) => [Buffer.from(certificate, "base64")];
  const said = (over: [string, Cbor][]) =>
    new Map<string, Cbor>([["alg", -7], ["sig", bytes(70)], ...over]);

  it.each<[string, AlteredCreation]>([
    ["packed, with certificates", { statement: said([["x5c", x5c(strangersLeaf)]]) }],
    ["packed, with an empty list of them", { statement: said([["x5c", []]]) }],
    ["packed, by a stranger's key", { signature: bytes(70) }],
    ["packed, unsigned", { statement: new Map([["alg", -7]]) }],
    ["packed, of no algorithm", { statement: new Map([["sig", bytes(70)]]) }],
    ["fido-u2f", { format: "fido-u2f", statement: said([["x5c", x5c(strangersLeaf)]]) }],
    ["tpm", { format: "tpm", statement: said([["ver", "2.0"]]) }],
    [
      "android-key",
      { format: "android-key", statement: said([["x5c", x5c(strangersLeaf)]]) },
    ],
    ["android-safetynet", { format: "android-safetynet", statement: said([]) }],
    ["apple", { format: "apple", statement: said([["x5c", x5c(strangersLeaf)]]) }],
    ["compound", { format: "compound", statement: said([]) }],
    ["of a format unheard of", { format: "x", statement: said([]) }],
    ["of no format", { format: "", statement: said([]) }],
    ["none, with a statement", { format: "none", statement: said([]) }],
  ])("E11 refuses an attestation: %s", async (_name, over) => {
    expect(await register({ format: "packed", ...over })).toBeNull();
  });

  it("E11 refuses a key that attests itself by another algorithm than its own", async () => {
    const by = (alg: number, hash: string) => ({
      format: "packed",
      statement: (input: Buffer, privateKey: KeyObject) =>
        new Map<string, Cbor>([
          ["alg", alg],
          ["sig", sign(hash, input, privateKey)],
        ]),
    });
    expect(await register(by(-7, "sha256"))).not.toBeNull();
    expect(await register(by(-35, "sha384"))).toBeNull();
    const rs256 = { algorithm: "RS256" } as const;
    expect(await register(by(-65535, "sha1"), rs256)).toBeNull();
  });

  it.each(["packed", "fido-u2f"] as const)(
    "E11 asks no address that a certificate names: %s",
    async (identifier) => {
      const pem = `-----BEGIN CERTIFICATE-----\n${strangersRoot}\n-----END CERTIFICATE-----`;
      SettingsService.setRootCertificates({ identifier, certificates: [pem] });
      const fetched: string[] = [];
      vi.stubGlobal("fetch", async (address: string) => {
        fetched.push(address);
        throw new Error("Nothing is fetched here.");
      });
      const statement = said([["x5c", x5c(strangersLeaf)]]);
      const aaguid = "00000000-0000-0000-0000-000000000000";
      const authenticator = makeAuthenticator({ origin, aaguid });
      const response = authenticator.create(creation, { format: identifier, statement });
      expect(await verifyAttestation(response, asked)).toBeNull();
      expect(fetched).toEqual([]);

      // The certificate is one that the library would have asked about.
      const { challenges, origin: expectedOrigin, rpId } = expected;
      const careless = { expectedChallenge: challenges[0] ?? "", expectedOrigin };
      const library = { response, ...careless, expectedRPID: rpId };
      await verifyRegistrationResponse(library).catch(() => null);
      expect(fetched).toEqual(["https://stranger.example/revoked"]);
    },
  );
});
