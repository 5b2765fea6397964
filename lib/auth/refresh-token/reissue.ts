// New tokens for a session whose owner has just proved more, or changed the
// account (ASVS 7.2.4): the older ones are superseded like after any rotation.
import { issueAccessToken } from "@/lib/auth/access-token";
import { deriveRefreshToken } from "@/lib/auth/refresh-token/judge";
import { currentAal } from "@/lib/auth/session";
import { config } from "@/lib/config";
import type { Transaction } from "@/lib/db";
import { Prisma } from "@/prisma/generated/client";

/**
 * What every rotation does to its row, within `UPDATE session SET …`. The level
 * never rises but by a proof of that level, and a pause lowers it for good.
 */
export const nextGeneration = (provedAal: 1 | 2 = 1) => Prisma.sql`
  aal = GREATEST(${currentAal}, ${provedAal}),
  generation = generation + 1,
  rotated_at = clock_timestamp(),
  recent_rotations = array_append(
    ARRAY(SELECT r FROM unnest(recent_rotations) AS r
      WHERE r > clock_timestamp() - ${config.refreshToken.grace} * interval '1 millisecond'
      ORDER BY r),
    clock_timestamp()),
  last_seen_at = clock_timestamp(),
  idle_expires_at = LEAST(
    clock_timestamp() + ${config.session.idle} * interval '1 millisecond', expires_at)`;

export type Reissued = {
  accessToken: { token: string; expiresAt: Date };
  refreshToken: string;
  session: {
    id: string;
    aal: number;
    amr: string[];
    createdAt: Date;
    expiresAt: Date;
    idleExpiresAt: Date;
    isPersistent: boolean;
  };
};

/** What has just been proved in it. */
export type Proof = {
  amr: string[];
  /** 2 where the proof is of two factors by itself. */
  aal?: 1 | 2;
  /** The one destructive act that was confirmed by name. */
  confirmedFor?: string;
};

/**
 * Null when the session has ended. Without a proof it takes over the account's
 * security version: whoever changes the account goes on in the session that changed
 * it. A proof that was under way while somebody else changed it gets nothing, unless
 * it is the proof of the change that `tx` itself has made.
 */
export async function reissueTokens(
  tx: Transaction,
  sessionId: string,
  proof?: Proof,
  isProofOfChange = false,
): Promise<Reissued | null> {
  // RFC 8176: with what the session began with it makes two, as at the door.
  const proved = [...(proof?.amr ?? []), ...(proof?.aal === 2 ? ["mfa"] : [])];
  const confirmed = proof
    ? Prisma.sql`, authenticated_at = clock_timestamp(),
        multi_factor_at = CASE WHEN ${proof.aal === 2} THEN clock_timestamp()
          ELSE multi_factor_at END,
        amr = ARRAY(SELECT DISTINCT unnest(amr || ${proved}::text[])),
        confirmed_for = ${proof.confirmedFor ?? null},
        confirmed_for_at = clock_timestamp()`
    : Prisma.empty;
  const version = Prisma.sql`(SELECT security_version FROM "user" WHERE id = user_id)`;
  const isCurrent =
    proof && !isProofOfChange
      ? Prisma.sql`AND security_version = ${version}`
      : Prisma.empty;
  const [moved] = await tx.$queryRaw<{ now: Date }[]>`
    UPDATE session SET ${nextGeneration(proof?.aal)}, security_version = ${version} ${confirmed}
    WHERE id = ${sessionId} AND ended_at IS NULL
      AND idle_expires_at > clock_timestamp() AND expires_at > clock_timestamp()
      AND (SELECT banned_at IS NULL FROM "user" WHERE id = user_id) ${isCurrent}
    RETURNING rotated_at AS now`;
  if (!moved) return null;
  const session = await tx.session.findUniqueOrThrow({
    where: { id: sessionId },
    omit: { secret: false },
  });
  const { id, aal, amr, createdAt, expiresAt, idleExpiresAt, isPersistent } = session;
  return {
    accessToken: await issueAccessToken(session, moved.now),
    refreshToken: deriveRefreshToken(session, session.generation),
    session: { id, aal, amr, createdAt, expiresAt, idleExpiresAt, isPersistent },
  };
}
