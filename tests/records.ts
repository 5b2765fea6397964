// What an operation left behind: its events and the mail it queued.
import { db } from "@/lib/db";

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
