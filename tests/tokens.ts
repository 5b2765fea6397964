// Tokens as an attacker would write them: any header, any payload, any key.
import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { issueAccessToken, type TokenSubject } from "@/lib/auth/access-token";
import { days, minutes } from "@/lib/config";
import { newId, subKeys } from "@/lib/crypto";

/** Tokens are judged at a moment that is given; this is the one of the tests. */
export const noon = new Date("2026-03-01T12:00:00Z");
export const afterNoon = (ms: number) => new Date(noon.getTime() + ms);

export const tokenSubject: TokenSubject = {
  id: newId(),
  userId: newId(),
  generation: 7,
  securityVersion: 2,
  aal: 2,
  amr: ["pwd", "otp", "mfa"],
  authenticatedAt: afterNoon(-minutes(20)),
  expiresAt: afterNoon(days(30)),
};

const base64url = (text: string) => Buffer.from(text).toString("base64url");

/** The Ed25519 pair of a bare seed (RFC 8410 §7). */
export function pairOf(seed: Buffer): { privateKey: KeyObject; publicKey: KeyObject } {
  const der = Buffer.concat([
    Buffer.from("302e020100300506032b657004220420", "hex"),
    seed,
  ]);
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/** Objects are serialised, text is taken as it is: repeated members and all. */
type Part = object | string;

export function forge(
  header: Part,
  payload: Part,
  signer: KeyObject | ((input: string) => Buffer | string),
): string {
  const parts = [header, payload].map((part) =>
    base64url(typeof part === "string" ? part : JSON.stringify(part)),
  );
  const input = parts.join(".");
  const signature =
    typeof signer === "function" ? signer(input) : sign(null, Buffer.from(input), signer);
  return `${input}.${Buffer.from(signature).toString("base64url")}`;
}

export function readPart(token: string, index: 0 | 1): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split(".")[index] ?? "", "base64url").toString());
}

/** A genuine token of noon, taken apart, and the means to sign another like it. */
export async function takeApart() {
  const { token } = await issueAccessToken(tokenSubject, noon);
  const header = readPart(token, 0);
  const payload = readPart(token, 1);
  const pair = pairOf(subKeys("access-token-signing")[0] ?? Buffer.alloc(32));
  /** Signed by our own key, with these members changed. */
  const signed = (changed: { header?: object; payload?: object }) =>
    forge(
      { ...header, ...changed.header },
      { ...payload, ...changed.payload },
      pair.privateKey,
    );
  return { token, header, payload, ...pair, signed };
}
