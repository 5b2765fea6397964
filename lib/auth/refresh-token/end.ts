// Ending the session a refresh token belongs to. Only a genuine token does that;
// a guessed id ends nobody's.
import type { RequestFacts } from "@/lib/audit";
import { isGenuine, parseRefreshToken } from "@/lib/auth/refresh-token/judge";
import { type EndReason, endRow } from "@/lib/auth/session";
import type { Connection } from "@/lib/db";

/** False when there was nothing to end. Generation and device do not matter. */
export async function endByToken(
  tx: Connection,
  token: string,
  reason: EndReason,
  facts: RequestFacts,
): Promise<boolean> {
  const presented = parseRefreshToken(token);
  if (!presented) return false;
  const session = await tx.session.findUnique({
    where: { id: presented.id },
    omit: { secret: false },
  });
  if (!session || !isGenuine(session, presented)) return false;
  return endRow(tx, { sessionId: session.id, userId: session.userId, reason }, facts);
}
