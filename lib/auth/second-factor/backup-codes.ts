// Ten codes on paper, for when the phone is gone. What is kept of one is a MAC under
// a key that is not in the database, so that neither alone yields a code.
import { config } from "@/lib/config";
import { macs, randomSecret } from "@/lib/crypto";
import type { Connection, Transaction } from "@/lib/db";
import { Prisma } from "@/prisma/generated/client";

/** Crockford's: no letter that could be read as a digit. */
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
const length = 16;

/** 80 bits, five a character: `7h3k-9qxv-…`. */
function newCode(): string {
  const characters = [...randomSecret().subarray(0, length)].map(
    // 256 is a multiple of 32: no character is more likely than another.
    (byte) => alphabet[byte % alphabet.length],
  );
  return characters.join("").replace(/(.{4})(?!$)/g, "$1-");
}

/** As it was typed, but for spaces, dashes and capitals. */
function hashesOf(userId: string, code: string): Uint8Array<ArrayBuffer>[] {
  const plain = code.replace(/[\s-]/g, "").toLowerCase();
  return macs("backup-code", `${userId}.${plain}`).map((hash) => Uint8Array.from(hash));
}

type Owned = { id: string; userId: string };

/** The only time that they are seen; the former ones end. */
export async function replaceBackupCodes(
  tx: Transaction,
  { id: sessionId, userId }: Owned,
): Promise<string[]> {
  const codes = Array.from({ length: config.secondFactor.backupCodes }, newCode);
  await tx.backupCode.deleteMany({ where: { userId } });
  await tx.backupCode.createMany({
    data: codes.flatMap((code) => {
      const [hash] = hashesOf(userId, code);
      return hash ? { userId, sessionId, hash } : [];
    }),
  });
  return codes;
}

/** Once, however many ask at a time. The caller has counted the try. */
export async function useBackupCode(
  tx: Transaction,
  userId: string,
  code: string,
): Promise<boolean> {
  const used = await tx.$executeRaw`
    UPDATE backup_code SET used_at = clock_timestamp()
    WHERE user_id = ${userId} AND hash IN (${Prisma.join(hashesOf(userId, code))})
      AND used_at IS NULL`;
  return used === 1;
}

export function countBackupCodes(
  connection: Connection,
  userId: string,
): Promise<number> {
  return connection.backupCode.count({ where: { userId, usedAt: null } });
}
