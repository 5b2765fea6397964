// The write behind every change of address: from one certain value to another, so
// that a proof made for one address never moves the account to a third (C13).
import type { Transaction } from "@/lib/db";

type Move = { userId: string; from: string; to: string };

/** `changed` when the account is not at `from` any more, `taken` when `to` is in use. */
export async function moveAddress(
  tx: Transaction,
  { userId, from, to }: Move,
): Promise<"moved" | "taken" | "changed"> {
  const owner = await tx.user.findUnique({ where: { email: to }, select: { id: true } });
  if (owner) return owner.id === userId ? "changed" : "taken";
  const moved = await tx.$executeRaw`
    UPDATE "user" SET email = ${to}, email_verified_at = clock_timestamp(),
      security_version = security_version + 1
    WHERE id = ${userId} AND email = ${from} AND banned_at IS NULL`;
  return moved === 1 ? "moved" : "changed";
}
