// Codes of an authenticator app (RFC 6238), by the database's clock alone. A code
// counts within one step of its own, once, and never after a later one.
import { generateSecret, generateURI, verify } from "otplib";
import { config } from "@/lib/config";
import { open, seal } from "@/lib/crypto";
import type { Transaction } from "@/lib/db";
import { log } from "@/lib/log";

const inSeconds = (ms: number) => ms / 1000;

/** 160 random bits in base32, the length of the MAC they key (RFC 4226 §4 R6). */
export function newTotpSecret(): string {
  return generateSecret({ length: 20 });
}

/** What an app reads from the QR code. */
export function otpauthUri(secret: string, label: string, issuer: string): string {
  const period = inSeconds(config.secondFactor.totp.period);
  return generateURI({ secret, label, issuer, period, digits: 6, algorithm: "sha1" });
}

/** The time step of the code; null for a wrong one. Says nothing of its use before. */
export async function matchStep(
  secret: string,
  code: string,
  now: Date,
): Promise<number | null> {
  const token = code.replace(/[\s-]/g, "");
  if (!/^\d{6}$/.test(token)) return null;
  const { period, tolerance } = config.secondFactor.totp;
  const result = await verify({
    secret,
    token,
    epoch: inSeconds(now.getTime()),
    period: inSeconds(period),
    epochTolerance: inSeconds(tolerance),
    digits: 6,
    algorithm: "sha1",
  });
  return result.valid && "timeStep" in result ? result.timeStep : null;
}

/** Bound to its owner: moved to another's row it does not open. */
export function sealTotp(userId: string, secret: string): string {
  return seal("totp-secret", secret, `totp.${userId}`);
}

function openTotp(userId: string, sealed: string): string | null {
  return open("totp-secret", sealed, `totp.${userId}`);
}

/**
 * Once: whoever moves the step on has used the code. The caller has locked the user
 * and counted the try.
 */
export async function useTotp(
  tx: Transaction,
  userId: string,
  code: string,
): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ sealed: string; now: Date }[]>`
    SELECT secret AS sealed, clock_timestamp() AS now FROM totp WHERE user_id = ${userId}`;
  if (!row) return false;
  const secret = openTotp(userId, row.sealed);
  if (!secret) {
    log.error({ event: "totp_unreadable", userId });
    return false;
  }
  const step = await matchStep(secret, code, row.now);
  if (step === null) return false;
  // Sealed anew each time, so that keys which only verify run out of use.
  const used = await tx.$executeRaw`
    UPDATE totp SET last_step = ${step}, secret = ${sealTotp(userId, secret)},
      last_used_at = clock_timestamp()
    WHERE user_id = ${userId} AND last_step < ${step}`;
  return used === 1;
}
