import { expect, it } from "vitest";
import { createChallenge } from "@/lib/auth/challenge";
import { cleanUp } from "@/lib/auth/clean-up";
import { endSession } from "@/lib/auth/session";
import { days, hours } from "@/lib/config";
import { db } from "@/lib/db";
import { countAttempt } from "@/lib/rate-limit";
import { age, makeClient, makeUser, signIn } from "@/tests/people";

it("removes challenges a day after their end, and no sooner", async () => {
  const make = () =>
    createChallenge(db(), { purpose: "sign-in", lifetime: hours(1), data: {} });
  const [open, over, old] = [await make(), await make(), await make()];
  await db().$executeRaw`
    UPDATE challenge SET expires_at = now() - interval '23 hours' WHERE id = ${over}`;
  await db().$executeRaw`
    UPDATE challenge SET expires_at = now() - interval '25 hours' WHERE id = ${old}`;
  await cleanUp();
  const left = await db().challenge.findMany({ select: { id: true } });
  expect(new Set(left.map(({ id }) => id))).toEqual(new Set([open, over]));
});

it("keeps a session for the record for ninety days after it ended, however it did", async () => {
  const owner = await makeUser();
  const sessions = [];
  for (let i = 0; i < 5; i++) sessions.push((await signIn(owner)).session.id);
  const [alive = "", ended = "", longEnded = "", idle = "", longIdle = ""] = sessions;
  for (const sessionId of [ended, longEnded]) {
    await endSession({ sessionId, userId: owner.id, reason: "signed_out" }, makeClient());
  }
  await db().$executeRaw`
    UPDATE session SET ended_at = now() - interval '91 days' WHERE id = ${longEnded}`;
  await age(idle, days(7 + 89));
  await age(longIdle, days(7 + 91));
  await cleanUp();
  const left = await db().session.findMany({ select: { id: true } });
  expect(new Set(left.map(({ id }) => id))).toEqual(new Set([alive, ended, idle]));
});

it("removes counters whose window is over, and leaves those that still count", async () => {
  await countAttempt("signIn", "over");
  await db().$executeRaw`UPDATE rate_limit SET expire = 1`;
  await countAttempt("signIn", "counting");
  await cleanUp();
  expect(await db().rateLimit.count()).toBe(1);
  expect((await countAttempt("signIn", "counting")).remaining).toBe(3);
});

it("never removes an event", async () => {
  await signIn(await makeUser());
  await db().$executeRaw`UPDATE audit_event SET at = now() - interval '10 years'`;
  const before = await db().auditEvent.count();
  await cleanUp();
  expect(await db().auditEvent.count()).toBe(before);
});
