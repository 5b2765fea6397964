// The six digits of a mail, in place of its link. Derived from the row's id, like
// every secret of a challenge, and counted wherever one is compared.
import { countChallengeTry, refundChallengeTry } from "@/lib/auth/challenge";
import { config } from "@/lib/config";
import { type ChallengePurpose, isEqual, mac, macs } from "@/lib/crypto";
import type { Connection } from "@/lib/db";
import { countAttempt as countLimit, refundAttempt } from "@/lib/rate-limit";

export function mailedCode(purpose: ChallengePurpose, id: string): string {
  return sixDigits(Buffer.from(mac(`${purpose}-code`, id), "base64url"));
}

// 64 bits modulo a million: the bias is far below one guess in a lifetime.
function sixDigits(bytes: Buffer): string {
  return String(bytes.readBigUInt64BE() % 1_000_000n).padStart(6, "0");
}

/**
 * Whether the code is right. Counts for the challenge, and for its address, so that
 * asking for mail after mail buys no guesses either.
 */
export async function countAttempt(purpose: ChallengePurpose, id: string, code: string) {
  const counted = await countChallengeTry(purpose, id);
  if (!counted) return false;
  const address = counted.email ?? id;
  if (!(await countLimit("wrongCode", address)).isAllowed) return false;
  const digits = code.replace(/[\s-]/g, "");
  const isRight = macs(`${purpose}-code`, id).some((bytes) =>
    isEqual(sixDigits(bytes), digits),
  );
  // Whoever knows it may need it again, after a password that was too weak.
  if (isRight) {
    await refundAttempt("wrongCode", address);
    await refundChallengeTry(id);
  }
  return isRight;
}

/** As if it had been guessed at too often; the link lives on. */
export async function closeCode(connection: Connection, id: string): Promise<void> {
  await connection.$executeRaw`
    UPDATE challenge SET attempts = ${config.challenge.maxAttempts} WHERE id = ${id}`;
}
