// Takes passkeys out of an account, with the sessions that they opened and the trust
// in browsers: a key that somebody had to give up must not leave a door open behind it.
import { type RequestFacts, writeEvent } from "@/lib/audit";
import { endSessions } from "@/lib/auth/session";
import { forgetTrust } from "@/lib/auth/trusted-browser";
import type { Transaction } from "@/lib/db";
import type { Prisma } from "@/prisma/generated/client";

type Drop = {
  userId: string;
  which: Prisma.PasskeyWhereInput;
  /** The session that does it, which goes on. */
  sessionId?: string;
};

/** Answers their names and how many sessions ended. The caller has locked the user. */
export async function dropPasskeys(
  tx: Transaction,
  { userId, which, sessionId }: Drop,
  facts: RequestFacts,
): Promise<{ names: string[]; ended: number }> {
  const where = { ...which, userId };
  const passkeys = await tx.passkey.findMany({ where, select: { id: true, name: true } });
  if (passkeys.length > 0) await forgetTrust(tx, userId);
  let ended = 0;
  for (const { id: passkeyId } of passkeys) {
    await tx.passkey.delete({ where: { id: passkeyId }, select: { id: true } });
    const ending = { userId, keepSessionId: sessionId, passkeyId } as const;
    ended += await endSessions(tx, { ...ending, reason: "security" }, facts);
    const event = { type: "passkey_removed", result: "success" } as const;
    await writeEvent(tx, { ...event, userId, sessionId }, facts);
  }
  return { names: passkeys.map(({ name }) => name), ended };
}
