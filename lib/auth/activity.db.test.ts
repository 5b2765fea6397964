// What an account's owner reads about it: in words, in order, and nobody else's.
import { describe, expect, it } from "vitest";
import { listActivity } from "@/lib/auth/activity";
import { signInWithPassword } from "@/lib/auth/password";
import { endOtherSessions, endSession } from "@/lib/auth/session";
import { newId } from "@/lib/crypto";
import { db } from "@/lib/db";
import { makeClient, makeSignedIn, makeUser, signIn } from "@/tests/people";
import { recordEvent } from "@/tests/records";

const firefox =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0";

const changed = (userId: string, at?: string) =>
  recordEvent({ type: "password_changed", result: "success", userId }, {}, at);

const listed = (userId: string) => listActivity(userId, { limit: 100 });

describe("the list", () => {
  it("F7 tells in plain sentences what happened, the newest first", async () => {
    const user = await makeUser({ password: "a long enough sentence" });
    const attempt = { email: user.email, isPersistent: true, previousToken: null };
    const wrong = { ...attempt, password: "not the right one", client: makeClient() };
    await expect(signInWithPassword(wrong)).rejects.toThrow();
    const first = await signIn(user, makeClient({ userAgent: firefox }));
    const { session } = await signIn(user);
    await endOtherSessions({ userId: user.id, keepSessionId: session.id }, makeClient());
    await changed(user.id, "2999-01-01T00:00:00Z");
    const found = await listed(user.id);
    expect(found.map(({ sentence }) => sentence)).toEqual([
      "Password changed",
      "Signed out another device: Firefox 145 on macOS",
      "Signed in with your password",
      "Signed in with your password",
      "A wrong password was tried",
    ]);
    const [, out, second, , failed] = found;
    expect(out).toMatchObject({
      kind: "sessions",
      device: "Chrome 140 on Linux",
      sessionId: first.session.id,
    });
    expect(second).toMatchObject({
      kind: "sign-ins",
      result: "success",
      device: "Chrome 140 on Linux",
      ip: "192.0.2.1",
      sessionId: session.id,
    });
    expect(failed).toMatchObject({
      kind: "sign-ins",
      result: "failure",
      device: "Chrome 140 on Linux",
      sessionId: null,
    });
  });

  it("F7 names the device as its session does, which heard the browser's hints", async () => {
    const hints = { brands: '"Brave";v="140"', platform: '"Linux"' };
    const { user } = await makeSignedIn({ hints });
    const [item] = await listActivity(user.id, { limit: 1 });
    expect(item?.device).toBe("Brave 140 on Linux");
  });

  it("F7 tells the place of a session only for its own address", async () => {
    const { user, sessionId } = await makeSignedIn();
    const location = "Lisbon, Portugal";
    await db().session.update({ where: { id: sessionId }, data: { location } });
    const event = { type: "profile_changed", result: "success" } as const;
    const [userId, elsewhere] = [user.id, { ip: "203.0.113.9" }];
    await recordEvent({ ...event, userId, sessionId }, elsewhere);
    const places = (await listed(userId)).map((one) => one.location);
    expect(places).toEqual([null, location]);
  });

  it("F7 a hostile user agent becomes no more than plain characters", async () => {
    const user = await makeUser();
    const hostile = { userAgent: "<img src=x onerror=alert(1)>/1 \u202e Gecko" };
    const event = { type: "sign_in", result: "failure", method: "password" } as const;
    await recordEvent({ ...event, reason: "wrong_password", userId: user.id }, hostile);
    const [item] = await listActivity(user.id, { limit: 1 });
    expect(item?.device ?? "").not.toMatch(/[<>\u202e]/);
  });
});

describe("the filter", () => {
  it("F7 shows one kind alone, and each event has exactly one", async () => {
    const { user, sessionId, client } = await makeSignedIn();
    await changed(user.id);
    const ending = { sessionId, userId: user.id, reason: "signed_out" } as const;
    await endSession(ending, client);
    const told = [];
    for (const kind of ["sign-ins", "sessions", "changes"] as const) {
      const found = await listActivity(user.id, { kind, limit: 9 });
      told.push(found.map((item) => [item.kind, item.sentence]));
    }
    expect(told).toEqual([
      [["sign-ins", "Signed in with your password"]],
      [["sessions", "Signed out"]],
      [["changes", "Password changed"]],
    ]);
  });

  it("F7 takes whole days of UTC, the first and the last of them included", async () => {
    const user = await makeUser();
    const times = [
      "2026-02-27T23:59:59.999Z",
      "2026-02-28T00:00:00.000Z",
      "2026-02-28T23:59:59.999Z",
      "2026-03-01T00:00:00.000Z",
    ];
    for (const time of times) await changed(user.id, time);
    const onDays = async (days: { from?: string; to?: string }) =>
      (await listActivity(user.id, { ...days, limit: 9 }))
        .map(({ at }) => times.indexOf(at.toISOString()))
        .reverse();
    const day = "2026-02-28";
    expect(await onDays({ from: day, to: day })).toEqual([1, 2]);
    expect(await onDays({ from: day })).toEqual([1, 2, 3]);
    expect(await onDays({ to: day })).toEqual([0, 1, 2]);
    expect(await onDays({ from: "1970-01-01", to: "9999-12-31" })).toHaveLength(4);
  });

  it("F7 a day is the same one whatever zone the database is set to", async () => {
    const user = await makeUser();
    const outside = ["2026-02-27T23:30:00Z", "2026-03-01T00:30:00Z"];
    const inside = ["2026-02-28T00:30:00Z", "2026-02-28T23:30:00Z"];
    for (const time of [...outside, ...inside]) await changed(user.id, time);
    const [database] = await db().$queryRaw<{ name: string }[]>`
      SELECT current_database() AS name`;
    const alter = `ALTER DATABASE "${database?.name}"`;
    await db().$executeRawUnsafe(`${alter} SET timezone TO 'Pacific/Auckland'`);
    await db().$disconnect();
    const day = "2026-02-28";
    const found = await listActivity(user.id, { from: day, to: day, limit: 9 });
    await db().$executeRawUnsafe(`${alter} RESET timezone`);
    await db().$disconnect();
    expect(found).toHaveLength(2);
  });
});

describe("its pages", () => {
  it("F7 show each event once, also those of the same moment, while new ones come", async () => {
    const user = await makeUser();
    const ids: string[] = [];
    for (let n = 0; n < 7; n++) ids.push(await changed(user.id, "2026-03-01T12:00:00Z"));
    for (const day of ["02", "03"]) {
      ids.push(await changed(user.id, `2026-03-${day}T12:00:00Z`));
    }
    const seen: string[] = [];
    for (let after: string | null = null; ; after = seen.at(-1) ?? null) {
      const page = await listActivity(user.id, { limit: 2, after });
      if (page.length === 0) break;
      seen.push(...page.map(({ id }) => id));
      await changed(user.id);
    }
    expect(seen).toHaveLength(ids.length);
    expect(new Set(seen)).toEqual(new Set(ids));
  });

  it("F7 keep the filter", async () => {
    const { user } = await makeSignedIn();
    for (let n = 0; n < 3; n++) await changed(user.id);
    const filter = { kind: "changes", limit: 2 } as const;
    const [, last] = await listActivity(user.id, filter);
    expect(await listActivity(user.id, { ...filter, after: last?.id })).toHaveLength(1);
  });

  it("F7 K03 end at once for the event of another user, or of nobody", async () => {
    const { user } = await makeSignedIn();
    const theirs = await changed((await makeUser()).id);
    for (const after of [theirs, newId(), "x", "' OR true --"]) {
      expect(await listActivity(user.id, { limit: 9, after })).toEqual([]);
    }
  });
});
