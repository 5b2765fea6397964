// Authenticator apps for tests: the key as a phone would have it, and its codes.
import { createHmac } from "node:crypto";
import { newTotpSecret, sealTotp } from "@/lib/auth/second-factor/totp";
import { db } from "@/lib/db";

type Owned = { id: string; userId: string };

/** As if this session had set it up, and no code had been used yet. Answers its key. */
export async function makeTotp({ id: sessionId, userId }: Owned): Promise<string> {
  const secret = newTotpSecret();
  const sealed = sealTotp(userId, secret);
  await db().totp.create({ data: { userId, secret: sealed, lastStep: 0, sessionId } });
  return secret;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function fromBase32(text: string): Buffer {
  const bits = [...text.toUpperCase().replace(/[\s=]/g, "")]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}

/**
 * RFC 6238 by hand, so that the library is checked against something else. `at` is in
 * milliseconds; `steps` later or earlier than that.
 */
export function codeAt(secret: string, at: number, steps = 0): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000) + steps));
  const mac = createHmac("sha1", fromBase32(secret)).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  const number = (mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000;
  return String(number).padStart(6, "0");
}

/** What the app shows now; the database runs on the clock of this machine. */
export function codeNow(secret: string, steps = 0): string {
  return codeAt(secret, Date.now(), steps);
}
