// What an operation left behind: its events and the mail it queued.
import { type AuditEvent, writeEvent } from "@/lib/audit";
import type { Client } from "@/lib/auth/client";
import { db } from "@/lib/db";
import { makeClient } from "@/tests/people";

export type RecordedEvent = { type: string; result: string; reason: string | null };

/** Of this session, the oldest first. */
export async function eventsOf(sessionId: string): Promise<RecordedEvent[]> {
  return db().auditEvent.findMany({
    where: { sessionId },
    orderBy: { at: "asc" },
    select: { type: true, result: true, reason: true },
  });
}

/** The templates of the mails that were queued about this session. */
export async function mailAbout(sessionId: string): Promise<string[]> {
  const jobs = await db().$queryRaw<{ template: string }[]>`
    SELECT data->>'template' AS template FROM pgboss.job
    WHERE name = 'mail' AND (data->>'sessionId' = ${sessionId} OR data->>'challengeId' IN
      (SELECT id FROM challenge WHERE session_id = ${sessionId}))
    ORDER BY created_on`;
  return jobs.map(({ template }) => template);
}

/** Writes an event, of that time or now, and answers its id. */
export async function recordEvent(
  event: AuditEvent,
  from: Partial<Client> = {},
  at?: string,
): Promise<string> {
  const client = makeClient(from);
  await writeEvent(db(), event, client);
  const { requestId } = client;
  const { id } = await db().auditEvent.findFirstOrThrow({ where: { requestId } });
  if (at) await db().auditEvent.update({ where: { id }, data: { at: new Date(at) } });
  return id;
}
