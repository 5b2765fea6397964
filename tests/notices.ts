// The way from an operation to its mail, where SMTP_URL is not set and mail lands
// in a table.
import { expect } from "vitest";
import { sendNotice } from "@/lib/auth/notices";
import { db } from "@/lib/db";
import type { MailJob } from "@/lib/jobs";

export const mailTo = (to: string) => db().mail.findMany({ where: { to } });

export async function subjectsTo(to: string): Promise<string[]> {
  return (await mailTo(to)).map(({ subject }) => subject);
}

/** The challenges of this account that \`act\` makes. */
export async function rowsOf(userId: string, act: () => Promise<unknown>) {
  const known = await db().challenge.findMany({ where: { userId } });
  await act();
  const notIn = known.map(({ id }) => id);
  return db().challenge.findMany({ where: { userId, id: { notIn } } });
}

/** Sends the one mail that was queued about this challenge. */
export async function sendQueued(challengeId: string): Promise<void> {
  const jobs = await db().$queryRaw<{ data: MailJob }[]>`
    SELECT data FROM pgboss.job
    WHERE name = 'mail' AND data->>'challengeId' = ${challengeId}`;
  expect(jobs).toHaveLength(1);
  for (const { data } of jobs) await sendNotice(data);
}
