// Whether a new passkey's public key can verify what it will sign. An absent
// attestation proves nothing of it, and a passkey with a broken key would count as a
// way in that never opens. Does not check that the authenticator chose it well.
import { createPublicKey } from "node:crypto";
import { decodeCredentialPublicKey } from "@simplewebauthn/server/helpers";

/**
 * Each algorithm has one type of key and one curve (WebAuthn Level 3 §5.8.5). `fixed`
 * and `parts` are by the labels of COSE (RFC 9053 §7, RFC 8230 §4): type, algorithm
 * and curve, and what the members of the same key as a JWK are taken from.
 */
const forms: { fixed: Labels; parts: Labels; jwk: { kty: string; crv?: string } }[] = [
  {
    fixed: { 1: 1, 3: -8, "-1": 6 },
    parts: { x: -2 },
    jwk: { kty: "OKP", crv: "Ed25519" },
  },
  {
    fixed: { 1: 2, 3: -7, "-1": 1 },
    parts: { x: -2, y: -3 },
    jwk: { kty: "EC", crv: "P-256" },
  },
  { fixed: { 1: 3, 3: -257 }, parts: { n: -1, e: -2 }, jwk: { kty: "RSA" } },
];
type Labels = Record<string, number>;

/** Of both curves. */
const coordinateBytes = 32;

/** Fewer are broken (NIST SP 800-57); more cost time at each sign-in. */
const rsaBits = { min: 2048, max: 4096 };

/** The number of its algorithm; throws, too, for what is no key at all. */
export function algorithmOf(publicKey: Uint8Array): number | null {
  const decoded: unknown = decodeCredentialPublicKey(Uint8Array.from(publicKey));
  const key = decoded as ReadonlyMap<unknown, unknown>;
  const form = forms.find(({ fixed }) =>
    Object.entries(fixed).every(([label, value]) => key.get(Number(label)) === value),
  );
  if (!form) return null;
  const { fixed, parts, jwk } = form;
  // No optional members are allowed (§6.5.1.1), which also bounds what is stored.
  if (key.size !== Object.keys({ ...fixed, ...parts }).length) return null;
  const members: Record<string, string> = { ...jwk };
  for (const [name, label] of Object.entries(parts)) {
    const part = key.get(label);
    if (!(part instanceof Uint8Array)) return null;
    if (jwk.crv && part.length !== coordinateBytes) return null;
    members[name] = Buffer.from(part).toString("base64url");
  }
  // Throws for a point that is not on the curve.
  const { asymmetricKeyDetails } = createPublicKey({ key: members, format: "jwk" });
  const bits = asymmetricKeyDetails?.modulusLength ?? rsaBits.min;
  return bits < rsaBits.min || bits > rsaBits.max ? null : Number(key.get(3));
}
