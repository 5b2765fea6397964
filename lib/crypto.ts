// Everything that is derived from the root secret. Each purpose has a sub-key of
// its own (HKDF, RFC 5869), so that a secret made for one thing can never be
// redeemed for another, and no other module ever sees the root.
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { env } from "@/lib/env";

export type PasskeyCeremony =
  | "passkey-registration"
  | "passkey-sign-in"
  | "passkey-second-factor"
  | "passkey-step-up";

/** What a one-time secret is for; a secret of one purpose is none of another. */
export type ChallengePurpose =
  | "registration"
  | "sign-in"
  | "reset"
  | "email-change"
  | "email-cancel"
  | "not-me"
  | "step-up"
  | "step-up-code"
  | "magic-link"
  | "totp-enrolment"
  | PasskeyCeremony
  /** No secret at all: a mail that carries nothing but news. */
  | "notice";

export type KeyPurpose =
  | "access-token-signing"
  | "refresh-token"
  | "device-cookie"
  | "password-pepper"
  | "challenge-data"
  | "totp-secret"
  | "backup-code"
  | `${ChallengePurpose}-${"link" | "code" | "cookie"}`
  /** What an authenticator signs. */
  | `${PasskeyCeremony}-challenge`
  | "rate-limit-key";

const derived = new Map<string, Buffer>();

/** Sub-keys of 32 bytes, one a root secret; the first makes, all verify. */
export function subKeys(purpose: KeyPurpose): Buffer[] {
  return env().appSecrets.map((root) => {
    const id = `${purpose}\0${root}`;
    const known = derived.get(id);
    if (known) return known;
    const key = Buffer.from(hkdfSync("sha256", root, "", `latchkey/${purpose}`, 32));
    derived.set(id, key);
    return key;
  });
}

function subKey(purpose: KeyPurpose): Buffer {
  const [first] = subKeys(purpose);
  if (!first) throw new Error("there is no root secret");
  return first;
}

function hmac(key: Buffer, data: string | Buffer): Buffer {
  return createHmac("sha256", key).update(data).digest();
}

export function mac(purpose: KeyPurpose, data: string | Buffer): string {
  return hmac(subKey(purpose), data).toString("base64url");
}

export function verifyMac(
  purpose: KeyPurpose,
  data: string | Buffer,
  given: string,
): boolean {
  return subKeys(purpose).some((key) =>
    isEqual(hmac(key, data).toString("base64url"), given),
  );
}

/** Every MAC that would verify, the newest key's first. */
export function macs(purpose: KeyPurpose, data: string): Buffer[] {
  return subKeys(purpose).map((key) => hmac(key, data));
}

/** Compares in a time that depends on neither content nor length. */
export function isEqual(a: string, b: string): boolean {
  return timingSafeEqual(sha256(a), sha256(b));
}

export function sha256(data: string | Buffer): Buffer {
  return createHash("sha256").update(data).digest();
}

/** 128 random bits; the one place where ids are made. */
export function newId(): string {
  return randomBytes(16).toString("base64url");
}

/** As long as WebAuthn allows, and of no meaning (Level 3 §14.6.1). */
export function newUserHandle(): Buffer {
  return randomBytes(64);
}

export function randomSecret(): Buffer {
  return randomBytes(32);
}

const ivBytes = 12;
const tagBytes = 16;

/** Which key sealed a value, without a hint of the key. */
function keyId(key: Buffer): string {
  return sha256(key).toString("base64url").slice(0, 8);
}

/**
 * AES-256-GCM, after the id of its key. `boundTo` is authenticated but not stored: a
 * value that is moved to another row or purpose does not open there.
 */
export function seal(purpose: KeyPurpose, plaintext: string, boundTo: string): string {
  const iv = randomBytes(ivBytes);
  const key = subKey(purpose);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  cipher.setAAD(Buffer.from(boundTo));
  const body = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final()]);
  const raw = Buffer.concat([iv, cipher.getAuthTag(), body]);
  return `${keyId(key)}.${raw.toString("base64url")}`;
}

/** Null when it was sealed by other keys, for something else, or altered. */
export function open(
  purpose: KeyPurpose,
  sealed: string,
  boundTo: string,
): string | null {
  const [id, rest = ""] = sealed.split(".");
  const key = subKeys(purpose).find((known) => keyId(known) === id);
  const raw = Buffer.from(rest, "base64url");
  if (!key || raw.length < ivBytes + tagBytes) return null;
  const decipher = createDecipheriv("aes-256-gcm", key, raw.subarray(0, ivBytes));
  decipher.setAAD(Buffer.from(boundTo));
  decipher.setAuthTag(raw.subarray(ivBytes, ivBytes + tagBytes));
  try {
    const body = decipher.update(raw.subarray(ivBytes + tagBytes));
    return Buffer.concat([body, decipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}
