// Rotation for an honest browser: tabs, retries, lost and late answers, clocks.
import { afterEach, describe, expect, it, vi } from "vitest";
import { verifyAccessToken } from "@/lib/auth/access-token";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { confirmGeneration, findSession } from "@/lib/auth/session-cache";
import { config, minutes, seconds } from "@/lib/config";
import { db } from "@/lib/db";
import { age, makeClient, makeSignedIn, readSession } from "@/tests/people";
import { eventsOf, mailAbout } from "@/tests/records";
import { generationOf, makeRotated, refresh, reissue } from "@/tests/rotation";

describe("fifty tabs at once", () => {
  it.each([1, 2, 3, 4, 5])(
    "I01 fifty parallel refreshes yield one successor (round %i)",
    async () => {
      const { client, current, sessionId } = await makeRotated(1);
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => refresh(current, client)),
      );
      expect(new Set(answers.map((a) => a.refreshToken)).size).toBe(1);
      expect(generationOf(answers[0]?.refreshToken ?? "")).toBe(2);
      expect((await readSession(sessionId)).generation).toBe(2);
      // The successor is worth something: it rotates in its turn.
      await age(sessionId, minutes(2));
      const next = await refresh(answers[0]?.refreshToken ?? "", client);
      expect(generationOf(next.refreshToken)).toBe(3);
    },
  );

  it("I01 fifty tabs of a browser that was just updated note the update once", async () => {
    const { client, current, sessionId } = await makeRotated(0);
    const updated = { ...client, userAgent: "Mozilla/5.0 Chrome/141.0.0.0" };
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => refresh(current, updated)),
    );
    expect(new Set(answers.map((a) => a.refreshToken)).size).toBe(1);
    const noted = (await eventsOf(sessionId)).filter(
      (e) => e.type === "user_agent_changed",
    );
    expect(noted).toHaveLength(1);
    expect((await readSession(sessionId)).userAgent).toBe(updated.userAgent);
  });

  it("I01 step-up in one of many tabs rotates at once, and the others follow", async () => {
    const { client, first, sessionId } = await makeSignedIn();
    const token = first.refreshToken;
    const others = Array.from({ length: 20 }, () => refresh(token, client));
    const [confirmed] = await Promise.all([reissue(sessionId), ...others]);
    expect((await readSession(sessionId)).generation).toBe(1);
    for (const tab of [token, confirmed?.refreshToken ?? ""]) {
      expect(generationOf((await refresh(tab, client)).refreshToken)).toBe(1);
    }
  });
});

describe("answers that came late or never", () => {
  it("I06 a token younger than a minute stays, and its cookie is not sent again", async () => {
    const { client, first } = await makeSignedIn();
    const again = await refresh(first.refreshToken, client);
    expect(again).toMatchObject({ isUnchanged: true, refreshToken: first.refreshToken });
    const claims = await verifyAccessToken(again.accessToken.token);
    expect(claims).toMatchObject({ sessionId: first.session.id, generation: 0 });
  });

  it("I06 the answer of an older rotation arriving last keeps the user in", async () => {
    const { client, current, sessionId } = await makeRotated(1);
    const late = await refresh(current, client);
    // A confirmation reissues within the minute, and its answer overtakes.
    const newer = await reissue(sessionId);
    expect(generationOf(newer?.refreshToken ?? "")).toBe(3);
    await confirmGeneration(sessionId, 3);
    const shown = await refresh(late.refreshToken, client);
    expect(generationOf(shown.refreshToken)).toBe(3);
    expect(generationOf((await refresh(current, client)).refreshToken)).toBe(3);
    expect((await findSession(sessionId)).status).toBe("alive");
  });

  it("I05 an answer lost on the way is given again, counted, and no theft", async () => {
    const { client, current, sessionId } = await makeRotated(1);
    const lost = await refresh(current, client);
    await age(sessionId, minutes(2));
    const again = await refresh(current, client);
    expect(again).toMatchObject({ refreshToken: lost.refreshToken, isUnchanged: false });
    expect(await readSession(sessionId)).toMatchObject({ generation: 2, repeats: 1 });
    expect(await mailAbout(sessionId)).toEqual([]);
    expect((await eventsOf(sessionId)).map((e) => e.type)).toEqual(["sign_in"]);
  });

  it("I05 once the successor was used, its predecessor is not served", async () => {
    const { client, current, sessionId } = await makeRotated(1);
    await refresh(current, client);
    await confirmGeneration(sessionId, 2);
    await age(sessionId, minutes(2));
    expect(await rotateRefreshToken({ token: current, client })).toEqual({
      status: "ended",
      reason: "reuse",
    });
  });

  it("I05 a generation is confirmed only once it exists, and never taken back", async () => {
    const { sessionId } = await makeRotated(2);
    await confirmGeneration(sessionId, 3);
    expect((await readSession(sessionId)).confirmedGeneration).toBe(-1);
    await confirmGeneration(sessionId, 2);
    await confirmGeneration(sessionId, 1);
    expect((await readSession(sessionId)).confirmedGeneration).toBe(2);
  });

  it("I03 a token is served for 45 seconds after its rotation, and then is theft", async () => {
    for (const [elapsed, status] of [
      [seconds(35), "renewed"],
      [seconds(46), "ended"],
    ] as const) {
      const { client, current, sessionId } = await makeRotated(1);
      await refresh(current, client);
      await confirmGeneration(sessionId, 2);
      await age(sessionId, elapsed);
      expect((await rotateRefreshToken({ token: current, client })).status).toBe(status);
    }
  });
});

describe("the clock of the node", () => {
  afterEach(() => void vi.useRealTimers());

  /** This node's clock goes wrong; the database's does not. */
  function shiftClock(ms: number): void {
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.setSystemTime(Date.now() + ms);
  }

  it.each([-minutes(5), minutes(5)])(
    "I10 a node's clock that is %i ms off revives nothing and ends nothing",
    async (shift) => {
      const used = await makeRotated(2);
      const fresh = await makeSignedIn();
      const ended = await makeRotated(0);
      await db().$executeRaw`
      UPDATE session SET ended_at = clock_timestamp() WHERE id = ${ended.sessionId}`;
      const idle = await makeRotated(0);
      await age(idle.sessionId, config.session.idle - minutes(2));
      const almostIdle = await makeRotated(0);
      await age(almostIdle.sessionId, config.session.idle - minutes(3));

      shiftClock(shift);
      const ask = (token: string, client = makeClient()) =>
        rotateRefreshToken({ token, client });
      expect(await ask(used.at(0), used.client)).toMatchObject({ reason: "reuse" });
      expect((await ask(ended.current, ended.client)).status).toBe("ended");
      expect(await ask(idle.current, idle.client)).toMatchObject({ reason: "idle" });
      expect((await ask(almostIdle.current, almostIdle.client)).status).toBe("renewed");
      expect(await ask(fresh.first.refreshToken, fresh.client)).toMatchObject({
        isUnchanged: true,
      });
    },
  );

  it.each([-minutes(5), minutes(5)])(
    "I10 a session started by a node that is %i ms off keeps the database's times",
    async (shift) => {
      const [{ before }] = await db().$queryRaw<
        [{ before: Date }]
      >`SELECT clock_timestamp() AS before`;
      shiftClock(shift);
      const { sessionId } = await makeSignedIn();
      const { createdAt, expiresAt, idleExpiresAt, rotatedAt } =
        await readSession(sessionId);
      for (const time of [createdAt, rotatedAt]) {
        expect(Math.abs(time.getTime() - before.getTime())).toBeLessThan(seconds(60));
      }
      expect(expiresAt.getTime() - createdAt.getTime()).toBe(config.session.absolute);
      expect(idleExpiresAt.getTime() - createdAt.getTime()).toBe(config.session.idle);
    },
  );
});
