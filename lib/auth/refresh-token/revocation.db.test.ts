// Refreshing against whatever ends a session, and the re-checks of a rotation.
import { describe, expect, it } from "vitest";
import type { Client } from "@/lib/auth/client";
import { endByToken } from "@/lib/auth/refresh-token/end";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { endRow, endSession } from "@/lib/auth/session";
import { findSession } from "@/lib/auth/session-cache";
import { config, days, hours, minutes } from "@/lib/config";
import { db, transaction } from "@/lib/db";
import { untilBlocked } from "@/tests/locks";
import { age, makeClient, makeSignedIn, readSession } from "@/tests/people";
import { eventsOf } from "@/tests/records";
import { makeRotated, refresh, reissue } from "@/tests/rotation";
import { readPart } from "@/tests/tokens";

type Target = { user: { id: string }; client: Client; sessionId: string };

const ways: Record<string, (target: Target) => Promise<boolean | number>> = {
  "sign-out": ({ user, client, sessionId }) =>
    endSession({ sessionId, userId: user.id, reason: "signed_out" }, client),
  "a ban": ({ user }) =>
    db()
      .$executeRaw`UPDATE "user" SET banned_at = clock_timestamp() WHERE id = ${user.id}`,
  "a change of the account": ({ user }) =>
    db()
      .$executeRaw`UPDATE "user" SET security_version = security_version + 1 WHERE id = ${user.id}`,
};

describe("a refresh races the end of its session", () => {
  it.each(Object.keys(ways))(
    "I07 in a hundred races nothing usable outlives %s",
    async (name) => {
      const end = ways[name];
      for (let round = 0; round < 100; round++) {
        const signedIn = await makeRotated(0);
        const ask = (token: string) =>
          rotateRefreshToken({ token, client: signedIn.client });
        // Either may go first; the order of the calls decides nothing by itself.
        const calls = [
          () => ask(signedIn.current),
          () => end?.(signedIn),
          () => ask(signedIn.current),
        ];
        const answers = await Promise.all(
          (round % 2 ? calls : calls.reverse()).map((call) => call()),
        );
        expect((await findSession(signedIn.sessionId)).status).toBe("ended");
        const given: string[] = [];
        for (const answer of answers) {
          if (typeof answer === "object" && answer.status === "renewed") {
            given.push(answer.refreshToken);
          }
        }
        for (const token of [signedIn.current, ...given]) {
          expect((await ask(token)).status).toBe("ended");
        }
      }
    },
    120_000,
  );

  it("I07 a refresh that meets a sign-out half done waits for it and gets nothing", async () => {
    const { current, client, sessionId, user } = await makeRotated(1);
    let answer: ReturnType<typeof rotateRefreshToken> | undefined;
    await transaction(async (tx) => {
      await endRow(tx, { sessionId, userId: user.id, reason: "signed_out" }, client);
      answer = rotateRefreshToken({ token: current, client });
      await untilBlocked(answer);
    });
    expect(await answer).toEqual({ status: "ended", reason: "signed_out" });
    expect(await readSession(sessionId)).toMatchObject({ generation: 1 });
  });

  it("I07 a session that has ended stays as it ended", async () => {
    const { current, client, sessionId, user } = await makeRotated(1);
    await endSession({ sessionId, userId: user.id, reason: "signed_out" }, client);
    const before = await readSession(sessionId);
    expect(await rotateRefreshToken({ token: current, client })).toEqual({
      status: "ended",
      reason: "signed_out",
    });
    await rotateRefreshToken({ token: current, client: makeClient() });
    expect(await reissue(sessionId)).toBeNull();
    expect(await readSession(sessionId)).toEqual(before);
  });
});

describe("a rotation looks again", () => {
  const security = { status: "ended", reason: "security" };

  it.each(["a ban", "a change of the account"])(
    "I08 after %s no generation is served, nor within the minute",
    async (name) => {
      const [rotated, young] = [await makeRotated(1), await makeSignedIn()];
      const shown = [
        { made: rotated, token: rotated.current },
        { made: young, token: young.first.refreshToken },
      ];
      for (const { made, token } of shown) {
        await ways[name]?.(made);
        expect(await rotateRefreshToken({ token, client: made.client })).toEqual(
          security,
        );
      }
    },
  );

  it("I08 G03 with its user deleted a token is of no session at all", async () => {
    const { current, client, user } = await makeRotated(0);
    await db().user.delete({ where: { id: user.id } });
    expect(await rotateRefreshToken({ token: current, client })).toEqual({
      status: "unknown",
    });
  });

  it("G04 I08 a session idle for seven days is over, and one that was used is not", async () => {
    const { current, client, sessionId } = await makeRotated(0);
    await age(sessionId, config.session.idle - hours(1));
    const kept = await refresh(current, client);
    await age(sessionId, config.session.idle - hours(1));
    const again = await refresh(kept.refreshToken, client);
    await age(sessionId, config.session.idle);
    expect(await rotateRefreshToken({ token: again.refreshToken, client })).toEqual({
      status: "ended",
      reason: "idle",
    });
  });

  it("G05 I08 refreshed every day a session is dead after thirty, its last token too", async () => {
    const { current, client, sessionId } = await makeRotated(0);
    const { expiresAt, createdAt } = await readSession(sessionId);
    expect(expiresAt.getTime() - createdAt.getTime()).toBe(days(30));
    let token = current;
    for (let day = 1; day < 30; day++) {
      await age(sessionId, days(1));
      const renewed = await refresh(token, client);
      const row = await readSession(sessionId);
      expect(row.idleExpiresAt.getTime()).toBeLessThanOrEqual(row.expiresAt.getTime());
      token = renewed.refreshToken;
    }
    await age(sessionId, days(1) - minutes(7));
    const last = await refresh(token, client);
    const end = (await readSession(sessionId)).expiresAt;
    expect(Number(readPart(last.accessToken.token, 1).exp) * 1000).toBeLessThanOrEqual(
      end.getTime(),
    );
    expect(last.session.expiresAt).toEqual(end);
    await age(sessionId, minutes(5));
    expect(await reissue(sessionId)).toBeNull();
    expect(await rotateRefreshToken({ token: last.refreshToken, client })).toEqual({
      status: "ended",
      reason: "expired",
    });
  });

  it("I08 an answer that rotates nothing extends no deadline", async () => {
    const { first, client, sessionId } = await makeSignedIn();
    const before = await readSession(sessionId);
    await refresh(first.refreshToken, client);
    expect(await readSession(sessionId)).toEqual(before);

    const rotated = await makeRotated(1);
    await refresh(rotated.current, rotated.client);
    const { repeats, ...kept } = await readSession(rotated.sessionId);
    await refresh(rotated.current, rotated.client);
    expect(await readSession(rotated.sessionId)).toEqual({
      ...kept,
      repeats: repeats + 1,
    });
  });
});

describe("endByToken", () => {
  const reason = "signed_out";
  const end = (token: string, client: Client) =>
    transaction((tx) => endByToken(tx, token, reason, client));

  it("G02 any genuine token of the session ends it, once", async () => {
    const { at, client, sessionId } = await makeRotated(1);
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => end(at(0), client)),
    );
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await findSession(sessionId)).toEqual({ status: "ended", reason });
    expect((await eventsOf(sessionId)).map((e) => e.type)).toEqual([
      "sign_in",
      "sign_out",
    ]);
  });

  it("G02 a guessed token ends nobody's session", async () => {
    const { at, client, sessionId } = await makeRotated(1);
    const wrong = [
      sessionId,
      "",
      "x",
      at(1).replace(".1.", ".0."),
      `${sessionId}.1.${"A".repeat(43)}`,
    ];
    for (const token of wrong) expect(await end(token, client)).toBe(false);
    expect((await findSession(sessionId)).status).toBe("alive");
    expect((await eventsOf(sessionId)).map((e) => e.type)).toEqual(["sign_in"]);
  });
});
