// The one door: what a first factor opens, and what closes it in between.
import { describe, expect, it } from "vitest";
import type { Client } from "@/lib/auth/client";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { findSession } from "@/lib/auth/session-cache";
import { config } from "@/lib/config";
import { newId } from "@/lib/crypto";
import { db, type Transaction, transaction } from "@/lib/db";
import { untilBlocked } from "@/tests/locks";
import { makeSignedIn, makeUser, proveFirst, signIn } from "@/tests/people";
import { eventsOf, mailAbout } from "@/tests/records";

type User = { id: string; securityVersion: number };
type Attempt = { client?: Client; previousToken?: string | null };

function enter(user: User, { client, previousToken = null }: Attempt = {}) {
  return proveFirst(user, client, { previousToken });
}

const liveSessions = (userId: string) =>
  db().session.count({ where: { userId, endedAt: null } });

const signInEvents = (userId: string) =>
  db().auditEvent.findMany({
    where: { userId, type: "sign_in" },
    select: { result: true, reason: true },
  });

describe("a proof that was overtaken", () => {
  it("G08 a proof made before the account changed opens nothing, and is recorded", async () => {
    const user = await makeUser();
    await db().user.update({ where: { id: user.id }, data: { securityVersion: 1 } });
    expect(await enter(user)).toEqual({ status: "refused", reason: "changed" });
    expect(await enter({ ...user, securityVersion: 2 })).toEqual({
      status: "refused",
      reason: "changed",
    });
    expect(await liveSessions(user.id)).toBe(0);
    expect(await signInEvents(user.id)).toEqual(
      Array(2).fill({ result: "failure", reason: "changed" }),
    );
  });

  it("G03 G08 a banned user is refused, with the right proof too", async () => {
    const user = await makeUser();
    await db().user.update({ where: { id: user.id }, data: { bannedAt: new Date() } });
    expect(await enter(user)).toEqual({ status: "refused", reason: "banned" });
    expect(await liveSessions(user.id)).toBe(0);
    expect(await signInEvents(user.id)).toEqual([
      { result: "failure", reason: "banned" },
    ]);
  });

  it("G08 a user who was deleted in between is refused", async () => {
    const user = await makeUser();
    await db().user.delete({ where: { id: user.id } });
    expect(await enter(user)).toEqual({ status: "refused", reason: "changed" });
  });

  const changes: Record<string, (tx: Transaction, id: string) => Promise<number>> = {
    "a new password": (tx, id) => tx.$executeRaw`
      UPDATE "user" SET security_version = security_version + 1 WHERE id = ${id}`,
    "a ban": (tx, id) => tx.$executeRaw`
      UPDATE "user" SET banned_at = clock_timestamp() WHERE id = ${id}`,
  };

  /** As every change of an account does: the user first, then what is open. */
  const change = (name: string, id: string, meanwhile = () => Promise.resolve()) =>
    transaction(async (tx) => {
      await changes[name]?.(tx, id);
      await meanwhile();
      await tx.$executeRaw`
        UPDATE session SET ended_at = clock_timestamp(), end_reason = 'security'
        WHERE user_id = ${id} AND ended_at IS NULL`;
    });

  it.each(Object.keys(changes))(
    "G08 a sign-in racing %s leaves no session, a hundred times",
    async (name) => {
      for (let round = 0; round < 100; round++) {
        const user = await makeUser();
        const calls = [() => enter(user), () => change(name, user.id), () => enter(user)];
        const [first] = await Promise.all(
          (round % 2 ? calls : calls.reverse()).map((call) => call()),
        );
        expect(await liveSessions(user.id)).toBe(0);
        if (first?.status === "signed_in") {
          expect((await findSession(first.session.id)).status).toBe("ended");
        }
      }
    },
    120_000,
  );

  it.each(Object.keys(changes))(
    "G08 a sign-in that meets %s half done waits for it and is refused",
    async (name) => {
      const user = await makeUser();
      let answer: ReturnType<typeof enter> | undefined;
      await change(name, user.id, async () => {
        answer = enter(user);
        await untilBlocked(answer);
      });
      expect((await answer)?.status).toBe("refused");
      expect(await liveSessions(user.id)).toBe(0);
    },
  );
});

describe("signing in again", () => {
  it("G01 the session whose token came along ends, and only that one", async () => {
    const { user, client, sessionId, first } = await makeSignedIn();
    const other = (await signIn(user)).session.id;
    const again = await enter(user, { client, previousToken: first.refreshToken });
    if (again.status !== "signed_in") throw new Error(again.status);
    expect(again.session.id).not.toBe(sessionId);
    expect(await findSession(sessionId)).toEqual({ status: "ended", reason: "replaced" });
    expect((await findSession(other)).status).toBe("alive");
    expect(await rotateRefreshToken({ token: first.refreshToken, client })).toEqual({
      status: "ended",
      reason: "replaced",
    });
    expect(await mailAbout(sessionId)).toEqual([]);
    expect((await eventsOf(again.session.id)).map((e) => e.type)).toEqual(["sign_in"]);
  });

  it("G01 signing in as somebody else ends the session that this browser had", async () => {
    const [former, next] = [await makeSignedIn(), await makeUser()];
    await enter(next, {
      client: former.client,
      previousToken: former.first.refreshToken,
    });
    expect(await findSession(former.sessionId)).toMatchObject({ reason: "replaced" });
  });

  it("G01 a guessed or forged previous token ends nobody's session and stops no sign-in", async () => {
    const victim = await makeSignedIn();
    const attacker = await makeUser();
    const [, , proof] = (await makeSignedIn()).first.refreshToken.split(".");
    const forged = [
      victim.sessionId,
      "",
      "x",
      "a.b.c",
      `${newId()}.0.${proof}`,
      `${victim.sessionId}.0.${proof}`,
      victim.first.refreshToken.replace(".0.", ".1."),
      victim.first.accessToken.token,
    ];
    for (const previousToken of forged) {
      expect((await enter(attacker, { previousToken })).status).toBe("signed_in");
    }
    expect((await findSession(victim.sessionId)).status).toBe("alive");
    expect(await eventsOf(victim.sessionId)).toHaveLength(1);
  });

  it("G10 replacing the tenth session ends no other to make room", async () => {
    const { user, client, first } = await makeSignedIn();
    for (let n = 1; n < config.session.maxPerUser; n++) await signIn(user);
    await enter(user, { client, previousToken: first.refreshToken });
    expect(await liveSessions(user.id)).toBe(config.session.maxPerUser);
    const limited = { userId: user.id, endReason: "session_limit" };
    expect(await db().session.count({ where: limited })).toBe(0);
  });

  it("G08 a refused sign-in ends no session that came along", async () => {
    const { user, client, sessionId, first } = await makeSignedIn();
    const stale = { ...user, securityVersion: 7 };
    await enter(stale, { client, previousToken: first.refreshToken });
    expect((await findSession(sessionId)).status).toBe("alive");
  });

  it("K07 the answer of a sign-in holds nothing of the row but what is shown", async () => {
    const answer = await signIn(await makeUser());
    expect(Object.keys(answer.session).sort()).toEqual(
      "aal amr createdAt expiresAt id idleExpiresAt isPersistent method".split(" "),
    );
    expect(Object.keys(answer.user).sort()).toEqual(["email", "id", "name", "role"]);
    expect(answer.refreshToken.split(".")[0]).toBe(answer.session.id);
  });
});
