// Answers and traces that must not tell one kind of address from another.
import { expect } from "@playwright/test";
import { type RawAnswer, shape } from "./raw-request";
import type { Installation } from "./server";

/** By the kind of address that was asked about. */
export function expectAllAlike(answers: Record<string, RawAnswer>, status: number) {
  const [first] = Object.values(answers);
  expect(first?.status).toBe(status);
  for (const [kind, answer] of Object.entries(answers)) {
    expect(shape(answer), kind).toEqual(first && shape(first));
  }
}

type Asking = {
  /** Of the challenge that each of them leaves. */
  purpose: string;
  /** By their kind; one of them is `unknown`. */
  emails: Record<string, string>;
  ask: (email: string) => Promise<unknown>;
};

export async function expectSameRows(
  app: Installation,
  { purpose, emails, ask }: Asking,
): Promise<void> {
  const added: Record<string, number[]> = {};
  for (const [kind, email] of Object.entries(emails)) {
    // Else the registration's own mail would have counted for some of them.
    await app.sql("DELETE FROM rate_limit WHERE key LIKE 'mailPerRecipient%'");
    const before = await countRows(app, purpose, email);
    await ask(email);
    const after = await countRows(app, purpose, email);
    added[kind] = after.map((count, at) => count - (before[at] ?? 0));
  }
  expect(added.unknown).toBeDefined();
  for (const [kind, counted] of Object.entries(added)) {
    expect(counted, kind).toEqual(added.unknown);
  }
}

async function countRows(app: Installation, purpose: string, email: string) {
  const [row] = await app.sql(
    `SELECT (SELECT count(*) FROM challenge) AS challenges,
       (SELECT count(*) FROM challenge WHERE email = $1 AND purpose = $2) AS own,
       (SELECT count(*) FROM audit_event) AS events,
       (SELECT count(*) FROM pgboss.job WHERE name = 'mail') AS mails,
       (SELECT count(*) FROM rate_limit) AS limits`,
    [email, purpose],
  );
  return Object.values(row ?? {}).map(Number);
}
