// Whether a session lives and whose it is: from the rows, at every request.
import { describe, expect, it } from "vitest";
import { confirmGeneration, findSession } from "@/lib/auth/session-cache";
import { config, hours, minutes, seconds } from "@/lib/config";
import { newId } from "@/lib/crypto";
import { db } from "@/lib/db";
import { age, makeSignedIn, readSession } from "@/tests/people";

const found = (sessionId: string) => findSession(sessionId);

describe("findSession", () => {
  it("G09 K07 tells who it is, and not a word of the secrets", async () => {
    const { user, sessionId } = await makeSignedIn();
    const answer = await found(sessionId);
    if (answer.status !== "alive") throw new Error(answer.status);
    const { session } = answer;
    expect(session).toMatchObject({
      id: sessionId,
      userId: user.id,
      email: user.email,
      role: "user",
      channel: "browser",
      aal: 1,
    });
    const row = await readSession(sessionId);
    expect(Object.keys(session)).not.toEqual(expect.arrayContaining(["secret"]));
    expect(JSON.stringify(session)).not.toContain(
      Buffer.from(row.secret).toString("base64url"),
    );
    expect(session).not.toHaveProperty("deviceHash");
    expect(session).not.toHaveProperty("passwordHash");
  });

  it("H02 an id that never was is unknown, whatever it is", async () => {
    for (const id of [newId(), "", "../../dev/null", "' OR 1=1 --"]) {
      expect(await found(id)).toEqual({ status: "unknown" });
    }
  });

  it("G04 an idle session ends with its deadline, though its token has time left", async () => {
    const { sessionId } = await makeSignedIn();
    await age(sessionId, config.session.idle - seconds(60));
    expect((await found(sessionId)).status).toBe("alive");
    await age(sessionId, seconds(60));
    expect(await found(sessionId)).toEqual({ status: "ended", reason: "idle" });
  });

  it("G04 being looked at is no activity", async () => {
    const { sessionId } = await makeSignedIn();
    const before = await readSession(sessionId);
    for (let n = 0; n < 5; n++) await found(sessionId);
    await confirmGeneration(sessionId, 0);
    const { lastSeenAt, idleExpiresAt } = await readSession(sessionId);
    expect({ lastSeenAt, idleExpiresAt }).toEqual({
      lastSeenAt: before.lastSeenAt,
      idleExpiresAt: before.idleExpiresAt,
    });
  });

  it("G05 a session in constant use ends at its absolute limit", async () => {
    const { sessionId } = await makeSignedIn();
    await db().$executeRaw`
      UPDATE session SET idle_expires_at = expires_at WHERE id = ${sessionId}`;
    await age(sessionId, config.session.absolute - minutes(1));
    expect((await found(sessionId)).status).toBe("alive");
    await age(sessionId, minutes(1));
    expect(await found(sessionId)).toEqual({ status: "ended", reason: "expired" });
  });

  it("H07 a role, a name and an address are what they are now", async () => {
    const { user, sessionId } = await makeSignedIn();
    const now = {
      role: "admin",
      name: "Renamed",
      email: `renamed-${user.email}`,
    } as const;
    await db().user.update({ where: { id: user.id }, data: now });
    expect(await found(sessionId)).toMatchObject({ session: now });
    await db().user.update({ where: { id: user.id }, data: { role: "user" } });
    expect(await found(sessionId)).toMatchObject({ session: { role: "user" } });
  });

  it("G03 H07 a ban ends it at once, and a raised security version too", async () => {
    const security = { status: "ended", reason: "security" };
    const changes = [{ bannedAt: new Date() }, { securityVersion: { increment: 1 } }];
    for (const data of changes) {
      const { user, sessionId } = await makeSignedIn();
      await db().user.update({ where: { id: user.id }, data });
      expect(await found(sessionId)).toEqual(security);
    }
  });

  it("G03 with its user deleted it never was", async () => {
    const { user, sessionId } = await makeSignedIn();
    await db().user.delete({ where: { id: user.id } });
    expect(await found(sessionId)).toEqual({ status: "unknown" });
  });

  it("G02 says first that it was ended, and by what, however old it grew", async () => {
    const { sessionId } = await makeSignedIn();
    await db().$executeRaw`
      UPDATE session SET ended_at = clock_timestamp(), end_reason = 'reuse' WHERE id = ${sessionId}`;
    await age(sessionId, config.session.absolute + hours(1));
    expect(await found(sessionId)).toEqual({ status: "ended", reason: "reuse" });
  });
});
