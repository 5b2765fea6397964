// Whatever is sent in the place of an answer: nothing throws, for a throw would be a
// 500, and nothing but null is answered to what the passkey has not signed as it is.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  verifyAssertion,
  verifyAttestation,
} from "@/lib/auth/passkey/webauthn";
import { makeAuthenticator } from "@/tests/authenticator";
import { creation, expected, origin, request, withPasskey } from "@/tests/ceremonies";

// Its signatures are bare: those of ES256 can be written in more than one way.
const algorithm = "EdDSA";
const { authenticator, credential } = withPasskey({ algorithm });
const answered = authenticator.get(request);
// Attests itself, so that it has signed what it says of itself.
const another = makeAuthenticator({ origin, algorithm });
const created = another.create(creation, { format: "packed" });
const attested = await attest(created);
// Head, model, id and the Ed25519 key as COSE_Key (WebAuthn §6.1, §6.5.1).
const authDataBytes = 37 + 16 + 2 + 16 + 42;

/** Typed as what arrives, which is anything. */
function attest(response: unknown) {
  const given = response as RegistrationResponseJSON;
  return verifyAttestation(given, { ...expected, isConditional: false });
}

function assert(response: unknown) {
  return verifyAssertion(response as AuthenticationResponseJSON, credential, expected);
}

type Fields = Record<string, unknown>;
const withField = (answer: { response: object }, name: string, value: unknown): Fields =>
  name in answer.response
    ? { ...answer, response: { ...answer.response, [name]: value } }
    : { ...answer, [name]: value };

const bytesOf = (answer: { response: object }, name: string) =>
  Buffer.from(String((answer.response as Fields)[name]), "base64url");
const withBytes = (answer: { response: object }, name: string, bytes: Uint8Array) =>
  withField(answer, name, Buffer.from(bytes).toString("base64url"));

const signedFields = ["clientDataJSON", "authenticatorData", "signature"];
const attestedFields = ["clientDataJSON", "attestationObject"];

it("E11 accepts the answers that these tests alter", async () => {
  expect(attested).not.toBeNull();
  expect(await assert(answered)).not.toBeNull();
});

describe("E11 shapes", () => {
  it("E11 answers null to any JSON", async () => {
    const property = fc.asyncProperty(fc.jsonValue(), async (json) => {
      expect(await attest(json)).toBeNull();
      expect(await assert(json)).toBeNull();
      expect(await attest({ ...created, response: json })).toBeNull();
      expect(await assert({ ...answered, response: json })).toBeNull();
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it("E11 answers null to any JSON in the place of any field that it reads", async () => {
    const envelope = ["id", "rawId", "type", "response"];
    const fields = fc.oneof(
      fc.tuple(fc.constant("creation"), fc.constantFrom(...envelope, ...attestedFields)),
      fc.tuple(fc.constant("request"), fc.constantFrom(...envelope, ...signedFields)),
    );
    const property = fc.asyncProperty(
      fields,
      fc.jsonValue(),
      async ([of, name], json) => {
        if (of === "creation") {
          expect(await attest(withField(created, name, json))).toBeNull();
        } else expect(await assert(withField(answered, name, json))).toBeNull();
      },
    );
    await fc.assert(property, { numRuns: 500 });
  });

  it("E11 does not stumble over any JSON in the fields that it leaves alone", async () => {
    const ignored = ["clientExtensionResults", "authenticatorAttachment", "transports"];
    const names = fc.constantFrom(...ignored, "userHandle", "__proto__");
    const property = fc.asyncProperty(names, fc.jsonValue(), async (name, json) => {
      await attest(withField(created, name, json));
      await assert(withField(answered, name, json));
    });
    await fc.assert(property, { numRuns: 200 });
  });

  it("E01 E04 answers null to any JSON that is signed as type, challenge, origin or frame", async () => {
    const members = fc.constantFrom("type", "challenge", "origin", "topOrigin");
    const property = fc.asyncProperty(members, fc.jsonValue(), async (member, json) => {
      const over = { [member]: json };
      expect(await assert(authenticator.get(request, over))).toBeNull();
      expect(await attest(another.create(creation, over))).toBeNull();
    });
    await fc.assert(property, { numRuns: 200 });
  });

  it("E11 answers null to fields without an end", async () => {
    const million = 1_000_000;
    const nested = (byte: number) => Buffer.alloc(million, byte);
    const claims = ["5bffffffffffffffff", "9bffffffffffffffff", "bbffffffffffffffff"];
    const huge = [
      nested(0x00),
      nested(0x81),
      nested(0xa1),
      nested(0xc1),
      nested(0xff),
      Buffer.concat([
        bytesOf(created, "attestationObject").subarray(0, 40),
        nested(0x81),
      ]),
      ...[...claims, "5affffffff", "9affffffff", "baffffffff", "7affffffff"].map((hex) =>
        Buffer.from(hex, "hex"),
      ),
    ];
    for (const bytes of huge) {
      for (const name of attestedFields) {
        expect(await attest(withBytes(created, name, bytes))).toBeNull();
      }
      for (const name of signedFields) {
        expect(await assert(withBytes(answered, name, bytes))).toBeNull();
      }
    }
  });
});

describe("E11 bytes", () => {
  it("E11 answers null to an answer that is cut off, wherever", async () => {
    for (const name of attestedFields) {
      const bytes = bytesOf(created, name);
      for (let length = 0; length < bytes.length; length += 1) {
        const cut = withBytes(created, name, bytes.subarray(0, length));
        expect(await attest(cut), `${name} of ${length} bytes`).toBeNull();
      }
    }
    for (const name of signedFields) {
      const bytes = bytesOf(answered, name);
      for (let length = 0; length < bytes.length; length += 1) {
        const cut = withBytes(answered, name, bytes.subarray(0, length));
        expect(await assert(cut), `${name} of ${length} bytes`).toBeNull();
      }
    }
  });

  it("E04 answers null once any one bit of a signed answer is another", async () => {
    for (const name of signedFields) {
      for (const [place, bytes] of flipped(bytesOf(answered, name))) {
        expect(
          await assert(withBytes(answered, name, bytes)),
          `${name} ${place}`,
        ).toBeNull();
      }
    }
  });

  it("E11 answers null once any one bit of what a creation signed is another", async () => {
    const genuine = bytesOf(created, "attestationObject");
    // The last of the object, and what comes before it is not signed.
    const signedAt = genuine.length - authDataBytes;
    for (const [place, bytes] of flipped(bytesOf(created, "clientDataJSON"))) {
      expect(await attest(withBytes(created, "clientDataJSON", bytes)), place).toBeNull();
    }
    for (const [place, bytes, index] of flipped(genuine)) {
      const answer = await attest(withBytes(created, "attestationObject", bytes));
      if (index >= signedAt) expect(answer, place).toBeNull();
      expect(answer ?? attested, place).toEqual(attested);
    }
  });

  it("E11 answers no other key than the one attested, however the rest is garbled", async () => {
    const genuine = bytesOf(created, "attestationObject");
    const cuts = fc.record({
      at: fc.nat(genuine.length),
      removed: fc.nat(40),
      inserted: fc.uint8Array({ maxLength: 40 }),
    });
    const property = fc.asyncProperty(cuts, async ({ at, removed, inserted }) => {
      const tail = genuine.subarray(at + removed);
      const bytes = Buffer.concat([genuine.subarray(0, at), inserted, tail]);
      const answer = await attest(withBytes(created, "attestationObject", bytes));
      expect(answer ?? attested).toEqual(attested);
    });
    await fc.assert(property, { numRuns: 1000 });
  });

  it("E04 answers null to any bytes in the place of what was signed", async () => {
    const names = fc.constantFrom(...signedFields);
    const bytes = fc.uint8Array({ maxLength: 300 });
    const property = fc.asyncProperty(names, bytes, async (name, given) => {
      expect(await assert(withBytes(answered, name, given))).toBeNull();
    });
    await fc.assert(property, { numRuns: 500 });
  });
});

/** With each bit turned, one at a time, and where that was. */
function* flipped(bytes: Buffer): Generator<[string, Buffer, number]> {
  for (const [index, byte] of bytes.entries()) {
    for (let bit = 0; bit < 8; bit += 1) {
      const turned = Buffer.from(bytes);
      turned[index] = byte ^ (1 << bit);
      yield [`byte ${index}, bit ${bit}`, turned, index];
    }
  }
}
