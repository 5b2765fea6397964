// Acts on the verdict. The happy path is one read and one conditional UPDATE; a
// refusal commits what it has to record before it answers, and never throws
// inside the transaction that does so.
import { type RequestFacts, writeEvent } from "@/lib/audit";
import { issueAccessToken } from "@/lib/auth/access-token";
import type { Client } from "@/lib/auth/client";
import { mailOwner } from "@/lib/auth/owner-mail";
import {
  type Derivation,
  deriveRefreshToken,
  isGenuine,
  type Judged,
  judge,
  type Presented,
  parseRefreshToken,
} from "@/lib/auth/refresh-token/judge";
import { nextGeneration } from "@/lib/auth/refresh-token/reissue";
import { currentAal, type EndReason, endReason, endRow } from "@/lib/auth/session";
import { type Connection, db, transaction } from "@/lib/db";
import { Refusal } from "@/lib/errors";
import { placeOf } from "@/lib/geo";

type Row = Judged &
  Derivation & {
    channel: "browser" | "native";
    userId: string;
    securityVersion: number;
    aal: number;
    amr: string[];
    authenticatedAt: Date;
    createdAt: Date;
    expiresAt: Date;
    idleExpiresAt: Date;
    isPersistent: boolean;
    userAgent: string | null;
    now: Date;
  };

async function readRow(sessionId: string): Promise<Row | null> {
  const [row] = await db().$queryRaw<Row[]>`
    SELECT s.id, s.user_id AS "userId", s.channel::text AS channel, s.secret,
      s.device_hash AS "deviceHash", s.generation,
      s.confirmed_generation AS "confirmedGeneration", s.rotated_at AS "rotatedAt",
      s.recent_rotations AS "recentRotations", s.security_version AS "securityVersion",
      ${currentAal} AS aal, s.amr, s.authenticated_at AS "authenticatedAt", s.created_at AS "createdAt",
      s.expires_at AS "expiresAt", s.idle_expires_at AS "idleExpiresAt",
      s.is_persistent AS "isPersistent", s.user_agent AS "userAgent",
      clock_timestamp() AS now,
      ${endReason} AS "endReason"
    FROM session s JOIN "user" u ON u.id = s.user_id
    WHERE s.id = ${sessionId}`;
  return row ?? null;
}

export type RenewedSession = {
  id: string;
  userId: string;
  aal: number;
  amr: string[];
  createdAt: Date;
  expiresAt: Date;
  idleExpiresAt: Date;
  isPersistent: boolean;
};

export type Rotation =
  | {
      status: "renewed";
      session: RenewedSession;
      accessToken: { token: string; expiresAt: Date };
      refreshToken: string;
      /** Nothing new to store: a late answer must not overwrite a newer token. */
      isUnchanged: boolean;
    }
  | { status: "unknown" }
  | { status: "ended"; reason: EndReason };

type RotationRequest = { token: string; client: Client };

/**
 * Answers with tokens or with why there are none. Never throws for a bad token,
 * and commits what a theft has to record before it answers.
 */
export async function rotateRefreshToken(request: RotationRequest): Promise<Rotation> {
  const presented = parseRefreshToken(request.token);
  if (!presented) return { status: "unknown" };
  for (let tries = 0; tries < maxTries; tries++) {
    const row = await readRow(presented.id);
    if (!row) return { status: "unknown" };
    const answer = await act(row, presented, request);
    // Somebody else changed the row in between: read again, judge again.
    if (answer) return answer;
  }
  throw new Refusal("unavailable");
}

/** Losing once is a race; the next verdict no longer asks to rotate. */
const maxTries = 5;

async function act(row: Row, presented: Presented, { client }: RotationRequest) {
  const verdict = judge(
    {
      generation: presented.generation,
      isGenuine: isGenuine(row, presented),
      channel: client.channel,
      deviceHash: client.deviceHash,
    },
    row,
    row.now,
  );
  switch (verdict) {
    case "unknown":
      return { status: "unknown" } as const;
    case "ended":
      return { status: "ended", reason: row.endReason ?? "security" } as const;
    case "unbound":
      return endUnbound(row, client);
    case "other_device":
    case "reuse":
      return endStolen(row, verdict, client);
    case "fresh":
      return renewed(row, row.generation, { now: row.now, isUnchanged: true });
    case "repeat":
      await db()
        .$executeRaw`UPDATE session SET repeats = repeats + 1 WHERE id = ${row.id}`;
      return renewed(row, row.generation, { now: row.now, isUnchanged: false });
    case "rotate":
      return rotate(row, client);
  }
}

/** The lock of the race is the condition: one caller moves the generation. */
async function rotate(row: Row, client: Client): Promise<Rotation | null> {
  const update = (connection: Connection) => connection.$queryRaw<
    { generation: number; aal: number; idleExpiresAt: Date; now: Date }[]
  >`
    UPDATE session SET
      ${nextGeneration()},
      ip = ${client.ip},
      location = ${placeOf(client.ip)},
      user_agent = ${client.userAgent}
    WHERE id = ${row.id} AND generation = ${row.generation} AND ended_at IS NULL
      AND idle_expires_at > clock_timestamp() AND expires_at > clock_timestamp()
      AND security_version = (
        SELECT security_version FROM "user" WHERE id = user_id AND banned_at IS NULL)
    RETURNING generation, aal, idle_expires_at AS "idleExpiresAt", rotated_at AS now`;
  const isSameBrowser = row.userAgent === client.userAgent;
  const [moved] = isSameBrowser
    ? await update(db())
    : await transaction(async (tx) => {
        const rows = await update(tx);
        if (rows[0]) await noteUserAgent(tx, row, client);
        return rows;
      });
  if (!moved) return null;
  const after = { ...row, aal: moved.aal, idleExpiresAt: moved.idleExpiresAt };
  return renewed(after, moved.generation, { now: moved.now, isUnchanged: false });
}

/** A browser that updates itself is no thief; the record says when it did. */
function noteUserAgent(tx: Connection, row: Row, facts: RequestFacts) {
  const event = { type: "user_agent_changed", result: "success" } as const;
  return writeEvent(tx, { ...event, userId: row.userId, sessionId: row.id }, facts);
}

async function renewed(
  row: Row,
  generation: number,
  { now, isUnchanged }: { now: Date; isUnchanged: boolean },
): Promise<Rotation> {
  const accessToken = await issueAccessToken({ ...row, generation }, now);
  const { id, userId, aal, amr, createdAt, expiresAt, idleExpiresAt, isPersistent } = row;
  return {
    status: "renewed",
    session: { id, userId, aal, amr, createdAt, expiresAt, idleExpiresAt, isPersistent },
    accessToken,
    refreshToken: deriveRefreshToken(row, generation),
    isUnchanged,
  };
}

/** Mail and event belong to the ending itself, so they happen once. */
async function endStolen(row: Row, verdict: "other_device" | "reuse", client: Client) {
  const { id: sessionId, userId } = row;
  return transaction(async (tx): Promise<Rotation> => {
    const ended = await tx.$executeRaw`
      UPDATE session SET ended_at = clock_timestamp(), end_reason = 'reuse'
      WHERE id = ${sessionId} AND ended_at IS NULL`;
    if (ended === 1) {
      const reason = verdict === "reuse" ? "superseded" : "other_device";
      const event = { type: "refresh_reuse", result: "failure", reason } as const;
      await writeEvent(tx, { ...event, userId, sessionId }, client);
      await mailOwner(tx, { template: "session_reuse", userId, sessionId });
    }
    return { status: "ended", reason: "reuse" };
  });
}

async function endUnbound(row: Row, client: Client): Promise<Rotation> {
  const ending = { sessionId: row.id, userId: row.userId, reason: "unbound" } as const;
  await transaction((tx) => endRow(tx, ending, client));
  return { status: "ended", reason: "unbound" };
}
