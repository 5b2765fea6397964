// New tokens after a proof or a change of the account (ASVS 7.2.4): what becomes
// of the older ones, and what the session takes over.
import { describe, expect, it } from "vitest";
import { verifyAccessToken } from "@/lib/auth/access-token";
import { reissueTokens } from "@/lib/auth/refresh-token/reissue";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { endSession } from "@/lib/auth/session";
import { confirmGeneration, findSession } from "@/lib/auth/session-cache";
import { config, hours, minutes, seconds } from "@/lib/config";
import { db, transaction } from "@/lib/db";
import { untilBlocked } from "@/tests/locks";
import { age, makeSignedIn, readSession } from "@/tests/people";
import { eventsOf, mailAbout } from "@/tests/records";
import { generationOf, makeRotated, refresh, reissue } from "@/tests/rotation";
import { readPart } from "@/tests/tokens";

/** Anything but tokens is a fault of the test. */
async function reissued(...given: Parameters<typeof reissue>) {
  const tokens = await reissue(...given);
  if (!tokens) throw new Error("the session has ended");
  return tokens;
}

describe("the older tokens", () => {
  it("F06 a reissue supersedes the refresh token at once, however young it was", async () => {
    const { first, client, sessionId } = await makeSignedIn();
    const tokens = await reissued(sessionId);
    expect(generationOf(tokens.refreshToken)).toBe(1);
    expect(await verifyAccessToken(tokens.accessToken.token)).toMatchObject({
      sessionId,
      generation: 1,
    });
    // The other tabs are handed the new one, and nobody gets a further one.
    const other = await refresh(first.refreshToken, client);
    expect(other).toMatchObject({ refreshToken: tokens.refreshToken });
    expect(await refresh(tokens.refreshToken, client)).toMatchObject({
      refreshToken: tokens.refreshToken,
      isUnchanged: true,
    });
  });

  it("F06 I05 the answer of a reissue may be lost: its predecessor still renews", async () => {
    const { current, client, sessionId } = await makeRotated(1);
    const lost = await reissued(sessionId);
    await age(sessionId, hours(3));
    const again = await refresh(current, client);
    expect(again.refreshToken).toBe(lost.refreshToken);
    expect(await mailAbout(sessionId)).toEqual([]);
  });

  it("F06 I03 once the new token was used, the older one is theft after the grace", async () => {
    for (const [elapsed, status] of [
      [config.refreshToken.grace - seconds(10), "renewed"],
      [config.refreshToken.grace + seconds(1), "ended"],
    ] as const) {
      const { current, client, sessionId } = await makeRotated(1);
      await reissued(sessionId);
      await confirmGeneration(sessionId, 2);
      await age(sessionId, elapsed);
      expect((await rotateRefreshToken({ token: current, client })).status).toBe(status);
      const stolen = status === "ended" ? ["session_reuse"] : [];
      expect(await mailAbout(sessionId)).toEqual(stolen);
    }
  });
});

describe("a session that is over", () => {
  const endings: Record<string, (id: string, userId: string) => Promise<unknown>> = {
    "signed out": (sessionId, userId) =>
      endSession(
        { sessionId, userId, reason: "signed_out" },
        { ip: null, userAgent: null, requestId: null },
      ),
    idle: (id) => age(id, config.session.idle),
    expired: (id) =>
      db()
        .$executeRaw`UPDATE session SET expires_at = clock_timestamp() WHERE id = ${id}`,
    banned: (_id, userId) =>
      db()
        .$executeRaw`UPDATE "user" SET banned_at = clock_timestamp() WHERE id = ${userId}`,
  };

  it.each(Object.keys(endings))(
    "F06 %s, it gets no token and stays as it was",
    async (name) => {
      const { sessionId, user } = await makeSignedIn();
      await endings[name]?.(sessionId, user.id);
      const before = await readSession(sessionId);
      expect(await reissue(sessionId, { amr: ["otp"] })).toBeNull();
      expect(await readSession(sessionId)).toEqual(before);
    },
  );

  it("F06 a reissue that meets a sign-out half done waits for it and gives nothing", async () => {
    const { sessionId, user, client } = await makeSignedIn();
    let answer: ReturnType<typeof reissue> | undefined;
    await transaction(async (tx) => {
      await tx.$executeRaw`
        UPDATE session SET ended_at = clock_timestamp() WHERE id = ${sessionId}`;
      answer = reissue(sessionId);
      await untilBlocked(answer);
    });
    expect(await answer).toBeNull();
    expect(await endSession({ sessionId, userId: user.id, reason: "idle" }, client)).toBe(
      false,
    );
  });
});

describe("what the session takes over", () => {
  const raise = (userId: string) => db().$executeRaw`
    UPDATE "user" SET security_version = security_version + 1 WHERE id = ${userId}`;

  it("F06 G08 the session that changed the account goes on, every other is over", async () => {
    const [kept, other] = [await makeSignedIn(), await makeSignedIn()];
    await raise(kept.user.id);
    await raise(other.user.id);
    expect((await findSession(kept.sessionId)).status).toBe("ended");
    const tokens = await reissued(kept.sessionId);
    expect(await readSession(kept.sessionId)).toMatchObject({ securityVersion: 1 });
    expect((await findSession(kept.sessionId)).status).toBe("alive");
    expect((await findSession(other.sessionId)).status).toBe("ended");
    await refresh(tokens.refreshToken, kept.client);
  });

  it("G08 a proof under way while the account was changed elsewhere revives nothing", async () => {
    const { user, sessionId } = await makeSignedIn();
    await raise(user.id);
    const proved = await transaction((tx) =>
      reissueTokens(tx, sessionId, { amr: ["pwd"] }),
    );
    expect(proved).toBeNull();
    expect((await findSession(sessionId)).status).toBe("ended");
  });

  it("F06 a proof joins what was proved before and makes the session recent", async () => {
    const { sessionId } = await makeSignedIn();
    await age(sessionId, hours(1));
    const before = await readSession(sessionId);
    const tokens = await reissued(sessionId, { amr: ["email"] });
    const after = await readSession(sessionId);
    expect([...after.amr].sort()).toEqual(["email", "pwd"]);
    expect(after.authenticatedAt.getTime()).toBeGreaterThan(
      before.authenticatedAt.getTime() + minutes(59),
    );
    expect(readPart(tokens.accessToken.token, 1)).toMatchObject({
      auth_time: Math.floor(after.authenticatedAt.getTime() / 1000),
      amr: after.amr,
    });
    expect(after.confirmedFor).toBeNull();
  });

  it("F06 without a proof neither moves, nor what was confirmed by name", async () => {
    const { sessionId } = await makeSignedIn();
    await reissued(sessionId, { amr: ["pwd"], confirmedFor: "delete_account" });
    await age(sessionId, hours(1));
    const before = await readSession(sessionId);
    expect(before.confirmedFor).toBe("delete_account");
    const tokens = await reissued(sessionId);
    const { amr, authenticatedAt, confirmedFor, confirmedForAt } = before;
    expect(await readSession(sessionId)).toMatchObject({
      ...{ amr, authenticatedAt, confirmedFor, confirmedForAt },
      generation: 2,
    });
    expect(tokens.session).toMatchObject({ id: sessionId, amr });
  });

  it("F06 a confirmation of something else takes the place of the one by name", async () => {
    const { sessionId } = await makeSignedIn();
    await reissued(sessionId, { amr: ["pwd"], confirmedFor: "delete_account" });
    await reissued(sessionId, { amr: ["pwd"] });
    expect((await readSession(sessionId)).confirmedFor).toBeNull();
  });

  it("F06 G05 it extends the idle time and never the end", async () => {
    const { sessionId } = await makeSignedIn();
    await age(sessionId, config.session.absolute - config.session.idle - hours(1));
    await db().$executeRaw`
      UPDATE session SET idle_expires_at = expires_at - interval '1 day' WHERE id = ${sessionId}`;
    await age(sessionId, hours(2));
    const { expiresAt } = await readSession(sessionId);
    await reissued(sessionId);
    expect(await readSession(sessionId)).toMatchObject({
      expiresAt,
      idleExpiresAt: expiresAt,
    });
  });
});

describe("many at once", () => {
  it("F06 I01 reissues racing refreshes number the generations without gap or fork", async () => {
    for (let round = 0; round < 20; round++) {
      const { current, client, sessionId } = await makeRotated(0);
      const [tabs, confirmed] = await Promise.all([
        Promise.all(Array.from({ length: 5 }, () => refresh(current, client))),
        Promise.all(Array.from({ length: 3 }, () => reissued(sessionId))),
      ]);
      const { generation } = await readSession(sessionId);
      // Three reissues, and one rotation unless each tab came after the first of them.
      const own = confirmed.map((c) => generationOf(c.refreshToken));
      expect(new Set(own).size).toBe(3);
      expect([3, 4]).toContain(generation);
      expect(Math.max(...own, ...tabs.map((t) => generationOf(t.refreshToken)))).toBe(
        generation,
      );
      for (const { refreshToken } of [...tabs, ...confirmed]) {
        expect(generationOf((await refresh(refreshToken, client)).refreshToken)).toBe(
          generation,
        );
      }
      expect((await eventsOf(sessionId)).map((e) => e.type)).toEqual(["sign_in"]);
    }
  });

  it("F06 a reissue that is undone with its transaction leaves the tokens as they were", async () => {
    const { first, client, sessionId } = await makeSignedIn();
    const undone = transaction(async (tx) => {
      await reissueTokens(tx, sessionId);
      throw new Error("the change failed");
    });
    await expect(undone).rejects.toThrow("the change failed");
    expect(await refresh(first.refreshToken, client)).toMatchObject({
      refreshToken: first.refreshToken,
    });
  });
});
