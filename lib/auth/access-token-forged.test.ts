// Which tokens are none of ours: each attack is signed with our own key where it
// can be, so that the signature is not what refuses it.
import {
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  sign as signWith,
} from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { verifyAccessToken } from "@/lib/auth/access-token";
import { newId } from "@/lib/crypto";
import { forge, noon, takeApart, tokenSubject } from "@/tests/tokens";

const {
  token: genuine,
  header,
  payload,
  privateKey,
  publicKey,
  signed,
} = await takeApart();
const accepts = async (token: string) => (await verifyAccessToken(token, noon)) !== null;

describe("H01 algorithms", () => {
  const spki = publicKey.export({ type: "spki", format: "pem" });
  const publicForms = {
    "the PEM": spki,
    "the PEM without its last line feed": spki.toString().trim(),
    "the DER": publicKey.export({ type: "spki", format: "der" }),
    "the JWK": JSON.stringify(publicKey.export({ format: "jwk" })),
    "the bare key": Buffer.from(
      String(publicKey.export({ format: "jwk" }).x),
      "base64url",
    ),
  };

  it.each(Object.entries(publicForms))(
    "H01 refuses HS256 keyed with %s of our public key",
    async (_name, key) => {
      for (const alg of ["HS256", "EdDSA"]) {
        const hmac = (input: string) => createHmac("sha256", key).update(input).digest();
        expect(await accepts(forge({ ...header, alg }, payload, hmac))).toBe(false);
      }
    },
  );

  it.each(["none", "None", "nOnE", "NONE", "", "HS256", "ES256", "RS256", "Ed25519"])(
    "H01 refuses the algorithm %j, unsigned or signed by us",
    async (alg) => {
      expect(await accepts(forge({ ...header, alg }, payload, () => ""))).toBe(false);
      expect(await accepts(signed({ header: { alg } }))).toBe(false);
    },
  );

  it.each(["P-256", "secp256k1", "P-384"])(
    "H01 refuses a key of the curve %s",
    async (namedCurve) => {
      const pair = generateKeyPairSync("ec", { namedCurve });
      const ecdsa = (input: string) =>
        signWith("sha256", Buffer.from(input), pair.privateKey);
      for (const alg of ["ES256", "EdDSA"]) {
        expect(await accepts(forge({ ...header, alg }, payload, ecdsa))).toBe(false);
      }
    },
  );

  it("H01 refuses a stranger's key that bears our key's id", async () => {
    const stranger = generateKeyPairSync("ed25519").privateKey;
    expect(await accepts(forge(header, payload, stranger))).toBe(false);
  });

  it("H01 refuses two parts, four, five, none, and an empty signature", async () => {
    const [first, second, third] = genuine.split(".");
    const wrong = [
      `${first}.${second}`,
      `${first}.${second}.`,
      `${first}..${third}`,
      `.${second}.${third}`,
      `${genuine}.`,
      `${genuine}.${third}`,
      `${genuine}..`,
      "",
      ".",
      "..",
      "....",
      ` ${genuine}`,
      `${genuine} `,
      `${genuine}=`,
      `${genuine}\n`,
    ];
    for (const token of wrong) expect(await accepts(token)).toBe(false);
  });

  it("H01 refuses a token in which anything was changed", async () => {
    const length = genuine.lastIndexOf(".") + 85;
    await fc.assert(
      fc.asyncProperty(fc.nat(length), fc.constantFrom(..."Aa0_-."), async (at, put) => {
        const changed = genuine.slice(0, at) + put + genuine.slice(at + 1);
        expect(await accepts(changed)).toBe(changed === genuine);
      }),
    );
  });
});

describe("H02 headers", () => {
  const jwk = createPublicKey(privateKey).export({ format: "jwk" });
  const tricks: Array<[string, object]> = [
    ["jku", { jku: "https://evil.example/jwks.json" }],
    ["x5u", { x5u: "https://evil.example/cert.pem" }],
    ["x5c", { x5c: ["MIIB"] }],
    ["jwk", { jwk }],
    ["crit", { crit: ["exp"], exp: 1 }],
    ["an empty crit", { crit: [] }],
    ["b64", { b64: false, crit: ["b64"] }],
    ["zip", { zip: "DEF" }],
    ["cty", { cty: "JWT" }],
    ["a path as kid", { kid: "../../dev/null" }],
    ["SQL as kid", { kid: "' OR 1=1 --" }],
    ["an unknown kid", { kid: "A".repeat(43) }],
    ["an empty kid", { kid: "" }],
    ["no kid", { kid: undefined }],
    ["a list as kid", { kid: [header.kid] }],
    ["an object's member as kid", { kid: "__proto__" }],
  ];

  it.each(tricks)("H02 refuses %s, though our key signed it", async (_what, changed) => {
    expect(await accepts(signed({ header: changed }))).toBe(false);
  });

  it("H02 refuses a repeated member, in whichever part and order", async () => {
    const head = JSON.stringify(header).slice(1, -1);
    const body = JSON.stringify(payload).slice(1, -1);
    const doubled = [
      forge(`{${head},"alg":"EdDSA"}`, payload, privateKey),
      forge(`{"alg":"none",${head}}`, payload, privateKey),
      forge(header, `{${body},"sub":"${tokenSubject.userId}"}`, privateKey),
      forge(header, `{"sid":"${newId()}",${body}}`, privateKey),
      forge(header, `{"s\\u0069d":"${newId()}",${body}}`, privateKey),
    ];
    for (const token of doubled) expect(await accepts(token)).toBe(false);
  });

  it("H02 refuses what is not plain JSON of ours", async () => {
    const body = JSON.stringify(payload);
    const odd = [
      ` ${body}`,
      `${body}\n`,
      `\ufeff${body}`,
      `[${body}]`,
      "null",
      "1",
      '""',
      "",
      "{",
    ];
    for (const part of odd)
      expect(await accepts(forge(header, part, privateKey))).toBe(false);
  });

  it("H02 H09 answers null to any text, however long, and never throws", async () => {
    const part = fc
      .string({ unit: "binary" })
      .map((s) => Buffer.from(s).toString("base64url"));
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(part, { maxLength: 5 }).map((p) => p.join(".")),
    );
    await fc.assert(
      fc.asyncProperty(text, async (token) => {
        expect(await verifyAccessToken(token, noon)).toBeNull();
      }),
    );
    expect(await accepts("a".repeat(1_000_000))).toBe(false);
    expect(await accepts(signed({ payload: { amr: ["x".repeat(2000)] } }))).toBe(false);
  });
});
