// The record of one caller's requests, compared field by field.
import { expect } from "vitest";
import type { Client } from "@/lib/auth/client";
import { db } from "@/lib/db";

export type Ids = { userId: string | null; sessionId: string | null };
export type Expected = Ids & {
  type: string;
  result: "success" | "failure";
  reason?: string | null;
  method?: string | null;
  factors?: readonly string[];
};

export async function expectEvents(
  client: Client,
  ...expected: Expected[]
): Promise<void> {
  const where = { requestId: client.requestId };
  const events = await db().auditEvent.findMany({ where, orderBy: [{ at: "asc" }] });
  const plain = { reason: null, method: null, factors: [] };
  const request = {
    ip: client.ip,
    userAgent: client.userAgent,
    requestId: client.requestId,
    id: expect.stringMatching(/^[\w-]{22}$/),
    at: expect.any(Date),
  };
  const full = expected.map((one) => ({
    ...plain,
    actorId: one.userId,
    ...request,
    ...one,
  }));
  expect(events).toHaveLength(full.length);
  expect(events).toEqual(expect.arrayContaining(full));
}
