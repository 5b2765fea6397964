// What happened to an account, as its owner may read it. Only events of that
// user; and where somebody else acted on the account, nothing of where from.
import {
  type ActivityKind,
  type EventRow,
  tell,
  typesOf,
} from "@/lib/auth/activity-words";
import { describeDevice } from "@/lib/auth/device";
import { db } from "@/lib/db";
import { placeOf } from "@/lib/geo";
import { Prisma } from "@/prisma/generated/client";

export type Activity = {
  id: string;
  at: Date;
  type: string;
  kind: ActivityKind;
  /** "Password changed". */
  sentence: string;
  result: "success" | "failure";
  /** Where it came from, as that client describes itself: "Chrome 140 on Linux". */
  device: string | null;
  ip: string | null;
  location: string | null;
  sessionId: string | null;
};

type Name = { browser: string | null; os: string | null };

type Row = Omit<EventRow, "subject"> & {
  id: string;
  at: Date;
  result: "success" | "failure";
  ip: string | null;
  userAgent: string | null;
  sessionId: string | null;
  /** Of its session, all null where there is none. */
  browser: string | null;
  os: string | null;
  sessionUserAgent: string | null;
  sessionIp: string | null;
  location: string | null;
};

/** Somebody else's address and browser are theirs, whatever they did here. */
const isOwnAct = Prisma.sql`(e.actor_id IS NULL OR e.actor_id = e.user_id)`;

const columns = Prisma.sql`e.id, e.at, e.type, e.result, e.reason, e.method,
  CASE WHEN ${isOwnAct} THEN e.ip END AS ip,
  CASE WHEN ${isOwnAct} THEN e.user_agent END AS "userAgent",
  e.session_id AS "sessionId", s.browser, s.os, s.user_agent AS "sessionUserAgent",
  s.ip AS "sessionIp", s.location`;

/** Both days are whole ones of UTC, "2026-01-31", and belong to the range. */
type Page = {
  kind?: ActivityKind | null;
  from?: string | null;
  to?: string | null;
  limit: number;
  /** The id of the last event of the page before. */
  after?: string | null;
};

/** The newest first. */
export async function listActivity(
  userId: string,
  { kind = null, from = null, to = null, limit, after = null }: Page,
): Promise<Activity[]> {
  const rows = await db().$queryRaw<Row[]>`
    SELECT ${columns}
    FROM audit_event e LEFT JOIN session s ON s.id = e.session_id AND s.user_id = e.user_id
    WHERE e.user_id = ${userId} AND e.type = ANY(${typesOf(kind)})
      AND (${from}::text IS NULL OR e.at >= ${from}::date::timestamp AT TIME ZONE 'UTC')
      AND (${to}::text IS NULL OR e.at < (${to}::date + 1)::timestamp AT TIME ZONE 'UTC')
      AND (${after}::text IS NULL OR (e.at, e.id) <
        (SELECT at, id FROM audit_event WHERE id = ${after} AND user_id = ${userId}))
    ORDER BY e.at DESC, e.id DESC
    LIMIT ${limit}`;
  return rows.map(describe);
}

/** What befell a session from outside is none of its deeds. */
const notItsDeeds = [
  "session_ended",
  "refresh_reuse",
  "new_device",
  "sign_in_after_failures",
  "second_factor_asked",
  "second_factor_failures",
  "second_factor_after_failures",
  "not_me",
];

/** What these sessions did, the oldest first; without what failed. */
export async function listActivityOf(sessionIds: string[]): Promise<Activity[]> {
  const types = typesOf(null).filter((type) => !notItsDeeds.includes(type));
  const rows = await db().$queryRaw<Row[]>`
    SELECT ${columns}
    FROM audit_event e JOIN session s ON s.id = e.session_id AND s.user_id = e.user_id
    WHERE e.session_id = ANY(${sessionIds}) AND e.type = ANY(${types})
      AND e.result = 'success' AND ${isOwnAct}
    ORDER BY e.at, e.id`;
  return rows.map(describe);
}

function describe(row: Row): Activity {
  const { id, at, type, result, reason, method, ip, sessionId } = row;
  const isOfSession = row.userAgent === row.sessionUserAgent;
  const subject = sessionId ? nameDevice(row) : null;
  const { kind, sentence } = tell({ type, result, reason, method, subject });
  return {
    id,
    at,
    type,
    kind,
    sentence,
    result,
    device: deviceOf(row, isOfSession),
    ip,
    location: whereOf(row),
    sessionId,
  };
}

// The session's name is the better one: it was made with the browser's hints.
function deviceOf(row: Row, isOfSession: boolean): string | null {
  if (!row.userAgent) return null;
  if (isOfSession) return nameDevice(row);
  return nameDevice(describeDevice({ userAgent: row.userAgent, hints: {} }));
}

/** As it was told when the session was there, else as the file says today. */
function whereOf({ ip, sessionIp, location }: Row): string | null {
  const told = ip !== null && ip === sessionIp ? location : null;
  return told ?? placeOf(ip);
}

function nameDevice({ browser, os }: Name): string | null {
  if (browser && os) return `${browser} on ${os}`;
  return browser ?? os;
}
