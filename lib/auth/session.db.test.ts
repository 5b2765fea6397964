// Listing, ending and limiting sessions: whose, how often, and what is recorded.
import { describe, expect, it } from "vitest";
import { verifyAccessToken } from "@/lib/auth/access-token";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { endOtherSessions, endSession, listSessions } from "@/lib/auth/session";
import { findSession } from "@/lib/auth/session-cache";
import { config, hours, minutes } from "@/lib/config";
import { newId } from "@/lib/crypto";
import { db } from "@/lib/db";
import { age, makeClient, makeSignedIn, makeUser, signIn } from "@/tests/people";
import { eventsOf, mailAbout } from "@/tests/records";

type User = { id: string; securityVersion: number };

/** As many sessions, the first of them the longest idle. */
async function signInOften(user: User, times: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < times; n++) ids.push((await signIn(user)).session.id);
  for (const [n, id] of ids.entries()) await age(id, minutes(times - n));
  return ids;
}

const listedIds = async (user: User) => (await listSessions(user.id)).map(({ id }) => id);

describe("the list of devices", () => {
  it("G09 shows every live session of the user and nobody else's, the last seen first", async () => {
    const [user, other] = [await makeUser(), await makeUser()];
    const ids = await signInOften(user, 3);
    await signIn(other);
    expect(await listedIds(user)).toEqual(ids.toReversed());
    const [shown] = await listSessions(user.id);
    expect(shown).toMatchObject({
      browser: "Chrome 140",
      os: "Linux",
      method: "password",
      aal: 1,
    });
    expect(Object.keys(shown ?? {}).sort()).toEqual(
      "aal browser createdAt deviceType expiresAt id idleExpiresAt ip lastSeenAt location method os".split(
        " ",
      ),
    );
  });

  it("G09 shows no session that was ended, went idle or ran out", async () => {
    const user = await makeUser();
    const [ended, idle, live] = await signInOften(user, 3);
    await endSession(
      { sessionId: ended ?? "", userId: user.id, reason: "signed_out" },
      makeClient(),
    );
    await age(idle ?? "", config.session.idle);
    expect(await listedIds(user)).toEqual([live]);
  });

  it("G09 turns pages that show each session once, equal times and foreign cursors too", async () => {
    const user = await makeUser();
    const ids = await signInOften(user, 7);
    await db().$executeRaw`
      UPDATE session SET last_seen_at = '2026-03-01' WHERE user_id = ${user.id}`;
    const seen: string[] = [];
    for (let after: string | null = null; ; after = seen.at(-1) ?? null) {
      const page = await listSessions(user.id, { limit: 3, after });
      if (page.length === 0) break;
      seen.push(...page.map(({ id }) => id));
    }
    expect(seen.length).toBe(7);
    expect(new Set(seen)).toEqual(new Set(ids));
    const { sessionId } = await makeSignedIn();
    expect(await listSessions(user.id, { limit: 3, after: sessionId })).toEqual([]);
  });

  it("G09 an id from the list opens nothing", async () => {
    const { sessionId, client } = await makeSignedIn();
    expect(await verifyAccessToken(sessionId)).toBeNull();
    for (const token of [sessionId, `${sessionId}.0.`, `${sessionId}.0.${sessionId}`]) {
      expect(await rotateRefreshToken({ token, client })).toEqual({ status: "unknown" });
    }
  });
});

describe("ending a session", () => {
  const reason = "signed_out_elsewhere";

  it("G09 K03 another user's session is not found, and lives on", async () => {
    const victim = await makeSignedIn();
    const attacker = await makeUser();
    for (const sessionId of [victim.sessionId, newId(), "", "' OR true --"]) {
      const ending = { sessionId, userId: attacker.id, reason } as const;
      expect(await endSession(ending, makeClient())).toBe(false);
    }
    expect((await findSession(victim.sessionId)).status).toBe("alive");
    expect(await eventsOf(victim.sessionId)).toHaveLength(1);
  });

  it("G02 M01 twenty clicks on sign out end it once and write one event", async () => {
    const { user, sessionId, client } = await makeSignedIn();
    const ending = { sessionId, userId: user.id, reason: "signed_out" } as const;
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => endSession(ending, client)),
    );
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await findSession(sessionId)).toEqual({
      status: "ended",
      reason: "signed_out",
    });
    expect((await eventsOf(sessionId)).map((e) => e.type)).toEqual([
      "sign_in",
      "sign_out",
    ]);
  });

  it("G04 a session that is over by itself cannot be ended again, and says why it ended", async () => {
    const { user, sessionId, client } = await makeSignedIn();
    await age(sessionId, config.session.idle);
    expect(await endSession({ sessionId, userId: user.id, reason }, client)).toBe(false);
    expect(await findSession(sessionId)).toEqual({ status: "ended", reason: "idle" });
    expect(await eventsOf(sessionId)).toHaveLength(1);
  });

  it("G09 all others end at once with an event each; this one and other people's stay", async () => {
    const [user, other] = [await makeUser(), await makeUser()];
    const ids = await signInOften(user, 4);
    const foreign = (await signIn(other)).session.id;
    const [idle = "", ...rest] = ids;
    const keepSessionId = rest.pop() ?? "";
    await age(idle, config.session.idle);
    expect(await endOtherSessions({ userId: user.id, keepSessionId }, makeClient())).toBe(
      2,
    );
    expect(await endOtherSessions({ userId: user.id, keepSessionId }, makeClient())).toBe(
      0,
    );
    for (const id of [keepSessionId, foreign])
      expect((await findSession(id)).status).toBe("alive");
    for (const id of rest) {
      expect(await findSession(id)).toEqual({ status: "ended", reason });
      expect((await eventsOf(id)).map((e) => e.reason)).toEqual([null, reason]);
    }
    expect(await findSession(idle)).toEqual({ status: "ended", reason: "idle" });
  });

  it("G09 keeping somebody else's session ends all of one's own and none of theirs", async () => {
    const [user, victim] = [await makeUser(), await makeSignedIn()];
    await signInOften(user, 2);
    const keeping = { userId: user.id, keepSessionId: victim.sessionId };
    expect(await endOtherSessions(keeping, makeClient())).toBe(2);
    expect((await findSession(victim.sessionId)).status).toBe("alive");
  });

  it("G09 M01 two devices that end all others at the same moment leave one event each", async () => {
    for (let round = 0; round < 8; round++) {
      const user = await makeUser();
      const ids = await signInOften(user, 6);
      const keep = [ids.at(0) ?? "", ids.at(-1) ?? ""];
      await Promise.all(
        keep.map((keepSessionId) =>
          endOtherSessions({ userId: user.id, keepSessionId }, makeClient()),
        ),
      );
      for (const id of ids) expect((await eventsOf(id)).length).toBeLessThanOrEqual(2);
      for (const id of ids.slice(1, -1)) expect(await eventsOf(id)).toHaveLength(2);
    }
  });
});

describe("at most ten sessions", () => {
  it("G10 the eleventh ends the longest idle one and mails its owner", async () => {
    const user = await makeUser();
    const [longestIdle = "", ...others] = await signInOften(
      user,
      config.session.maxPerUser,
    );
    const eleventh = (await signIn(user)).session.id;
    expect(await listedIds(user)).toEqual([eleventh, ...others.toReversed()]);
    expect(await findSession(longestIdle)).toEqual({
      status: "ended",
      reason: "session_limit",
    });
    expect(await mailAbout(longestIdle)).toEqual(["session_limit"]);
    expect((await eventsOf(longestIdle)).map((e) => e.reason)).toEqual([
      null,
      "session_limit",
    ]);
    for (const id of [eleventh, ...others]) expect(await mailAbout(id)).toEqual([]);
  });

  it("G10 fifteen sign-ins at once leave ten", async () => {
    const user = await makeUser();
    const started = await Promise.all(Array.from({ length: 15 }, () => signIn(user)));
    expect(await listedIds(user)).toHaveLength(config.session.maxPerUser);
    const mails = await Promise.all(started.map(({ session }) => mailAbout(session.id)));
    expect(mails.flat()).toHaveLength(5);
  });

  it("G10 sessions that are over take no room, nor do other people's", async () => {
    const user = await makeUser();
    const ids = await signInOften(user, config.session.maxPerUser);
    await age(ids[9] ?? "", config.session.idle + hours(1));
    for (let n = 0; n < 3; n++) await signIn(await makeUser());
    await signIn(user);
    expect(await listedIds(user)).toHaveLength(config.session.maxPerUser);
    for (const id of ids.slice(0, 9))
      expect((await findSession(id)).status).toBe("alive");
  });
});
