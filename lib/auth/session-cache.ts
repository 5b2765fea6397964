// The one place that answers "is this session alive, and whose is it?". It asks
// the database each time; a memory may come behind the same function.
import { currentAal, type EndReason, endReason } from "@/lib/auth/session";
import { db } from "@/lib/db";

export type LiveSession = {
  id: string;
  userId: string;
  channel: "browser" | "native";
  confirmedGeneration: number;
  securityVersion: number;
  method: string;
  aal: number;
  amr: string[];
  authenticatedAt: Date;
  createdAt: Date;
  expiresAt: Date;
  idleExpiresAt: Date;
  email: string;
  name: string | null;
  role: "user" | "admin";
};

export type Found =
  | { status: "alive"; session: LiveSession }
  | { status: "ended"; reason: EndReason }
  | { status: "unknown" };

/** Does not check any token: the caller has verified the one that names it. */
export async function findSession(sessionId: string): Promise<Found> {
  const [row] = await db().$queryRaw<(LiveSession & { endReason: EndReason | null })[]>`
    SELECT s.id, s.user_id AS "userId", s.channel::text AS channel,
      s.confirmed_generation AS "confirmedGeneration",
      s.security_version AS "securityVersion", s.method, ${currentAal} AS aal, s.amr,
      s.authenticated_at AS "authenticatedAt", s.created_at AS "createdAt",
      s.expires_at AS "expiresAt", s.idle_expires_at AS "idleExpiresAt",
      u.email, u.name, u.role::text AS role,
      ${endReason} AS "endReason"
    FROM session s JOIN "user" u ON u.id = s.user_id
    WHERE s.id = ${sessionId}`;
  if (!row) return { status: "unknown" };
  const { endReason: reason, ...session } = row;
  return reason ? { status: "ended", reason } : { status: "alive", session };
}

/**
 * The browser has used a token of this generation, so its predecessor can no
 * longer be one whose answer was lost. At most one row change a rotation.
 */
export async function confirmGeneration(
  sessionId: string,
  generation: number,
): Promise<void> {
  await db().$executeRaw`
    UPDATE session SET confirmed_generation = ${generation}
    WHERE id = ${sessionId} AND confirmed_generation < ${generation}
      AND generation >= ${generation}`;
}
