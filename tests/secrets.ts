// What was mailed, as whoever reads that mailbox has it.
import { linkToken } from "@/lib/auth/challenge";
import { mailedCode } from "@/lib/auth/mailed-code";
import { type ChallengePurpose, newId } from "@/lib/crypto";
import { db } from "@/lib/db";

type Whose = { email?: string; userId?: string; sessionId?: string };

/** The newest of this purpose, open or not. */
export async function newestId(purpose: ChallengePurpose, whose: Whose): Promise<string> {
  const row = await db().challenge.findFirstOrThrow({
    where: { purpose, ...whose },
    orderBy: { createdAt: "desc" },
  });
  return row.id;
}

export async function linkOf(purpose: ChallengePurpose, whose: Whose): Promise<string> {
  return linkToken(purpose, await newestId(purpose, whose));
}

export async function codeOf(purpose: ChallengePurpose, whose: Whose): Promise<string> {
  return mailedCode(purpose, await newestId(purpose, whose));
}

/** Other six digits than these, and others for each `step`. */
export function wrongCode(right: string, step = 1): string {
  return String((Number(right) + step) % 1_000_000).padStart(6, "0");
}

/** As if it had been made that much earlier. */
export async function ageChallenge(id: string, ms: number): Promise<void> {
  await db().$executeRaw`UPDATE challenge SET
    created_at = created_at - ${ms} * interval '1 millisecond',
    expires_at = expires_at - ${ms} * interval '1 millisecond' WHERE id = ${id}`;
}

/** The templates of what was queued to this address, the oldest first. */
export async function mailTo(email: string): Promise<string[]> {
  const jobs = await db().$queryRaw<{ template: string }[]>`
    SELECT j.data->>'template' AS template
    FROM pgboss.job j JOIN challenge c ON c.id = j.data->>'challengeId'
    WHERE j.name = 'mail' AND c.email = ${email} ORDER BY j.created_on, j.id`;
  return jobs.map(({ template }) => template);
}

export const newAddress = () =>
  `${newId()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, "x")}@example.com`;
