// M01 as a table: every operation, done and refused, and the one event it writes.
import { beforeEach, describe, expect, it } from "vitest";
import { writeEvent } from "@/lib/audit";
import type { Client } from "@/lib/auth/client";
import { deriveRefreshToken } from "@/lib/auth/refresh-token/judge";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { endOtherSessions, endSession } from "@/lib/auth/session";
import { minutes } from "@/lib/config";
import { newId } from "@/lib/crypto";
import { db, transaction } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import { age, makeClient, makeUser, signIn } from "@/tests/people";

/** The caller whose operation is on trial; what prepares it comes from others. */
let client: Client;
beforeEach(() => {
  client = makeClient({ ip: "2001:db8::1", userAgent: "Trial/1.0" });
});

describe("the end of a session", () => {
  it.each([
    ["signed_out", "sign_out", null],
    ["signed_out_elsewhere", "session_ended", "signed_out_elsewhere"],
  ] as const)("M01 %s, once", async (reason, type, noted) => {
    const { user, session } = await signIn(await makeUser());
    const ids = { userId: user.id, sessionId: session.id };
    const ends = Array.from({ length: 5 }, () => endSession({ ...ids, reason }, client));
    expect((await Promise.all(ends)).filter(Boolean)).toHaveLength(1);
    await expectEvents(client, { type, result: "success", reason: noted, ...ids });
  });

  it("M01 names an actor who is somebody else", async () => {
    const { user, session } = await signIn(await makeUser());
    const ids = { userId: user.id, sessionId: session.id };
    await endSession({ ...ids, reason: "security", actorId: "an-admin" }, client);
    const [event] = await db().auditEvent.findMany({
      where: { requestId: client.requestId },
    });
    expect(event).toMatchObject({ actorId: "an-admin", ...ids });
  });

  it("M01 every other device, one event each", async () => {
    const owner = await makeUser();
    const [kept, ...others] = [
      await signIn(owner),
      await signIn(owner),
      await signIn(owner),
    ];
    const { id: userId } = owner;
    await endOtherSessions({ userId, keepSessionId: kept?.session.id ?? "" }, client);
    const reason = "signed_out_elsewhere";
    const event = { type: "session_ended", result: "success", reason, userId } as const;
    await expectEvents(
      client,
      ...others.map(({ session }) => ({ ...event, sessionId: session.id })),
    );
  });
});

describe("renewal", () => {
  it.each([
    ["another browser", "refresh_reuse", "failure", "other_device", (c: Client) => c],
    [
      "no device cookie",
      "session_ended",
      "success",
      "unbound",
      (c: Client) => ({ ...c, deviceHash: null }),
    ],
  ] as const)("M01 from %s", async (_what, type, result, reason, from) => {
    const { user, session, refreshToken } = await signIn(await makeUser());
    for (let i = 0; i < 2; i++)
      await rotateRefreshToken({ token: refreshToken, client: from(client) });
    await expectEvents(client, {
      type,
      result,
      reason,
      userId: user.id,
      sessionId: session.id,
    });
  });

  it("M01 with a token of long ago", async () => {
    const { user, session, refreshToken } = await signIn(await makeUser(), client);
    for (let i = 0; i < 2; i++) {
      await age(session.id, minutes(5));
      const row = await db().session.findUniqueOrThrow({
        where: { id: session.id },
        omit: { secret: false },
      });
      await rotateRefreshToken({ token: deriveRefreshToken(row, i), client });
    }
    await age(session.id, minutes(5));
    client = { ...client, requestId: newId() };
    for (let i = 0; i < 2; i++) await rotateRefreshToken({ token: refreshToken, client });
    const event = {
      type: "refresh_reuse",
      result: "failure",
      reason: "superseded",
    } as const;
    await expectEvents(client, { ...event, userId: user.id, sessionId: session.id });
  });

  it("M01 of a browser that has updated itself", async () => {
    const { deviceHash } = client;
    const { user, session, refreshToken } = await signIn(
      await makeUser(),
      makeClient({ deviceHash }),
    );
    await age(session.id, minutes(5));
    await rotateRefreshToken({ token: refreshToken, client });
    const ids = { userId: user.id, sessionId: session.id };
    await expectEvents(client, { type: "user_agent_changed", result: "success", ...ids });
  });
});

it("M05 what was rolled back leaves no event, and what was not leaves both", async () => {
  const { id: userId } = await makeUser();
  const failing = transaction(async (tx) => {
    await writeEvent(tx, { type: "sign_out", result: "success", userId }, client);
    await tx.$executeRaw`SELECT 1 / 0`;
  });
  await expect(failing).rejects.toThrow("division by zero");
  await expectEvents(client);

  const { session } = await signIn({ id: userId, securityVersion: 0 });
  // An event that cannot be written takes the ending of the session with it.
  const broken = { ...client, ip: "\u0000" };
  const ending = endSession(
    { userId, sessionId: session.id, reason: "signed_out" },
    broken,
  );
  await expect(ending).rejects.toThrow();
  const row = await db().session.findUniqueOrThrow({ where: { id: session.id } });
  expect(row.endedAt).toBeNull();
});
