// What is news to an account's owner, and how long a sign-in lasts without
// "Keep me signed in".
import { describe, expect, it } from "vitest";
import type { Client } from "@/lib/auth/client";
import { forgetBrowsers } from "@/lib/auth/known-browser";
import { findSession } from "@/lib/auth/session-cache";
import { config, hours } from "@/lib/config";
import { db, transaction } from "@/lib/db";
import { goodPassword as password, resetTo, tryPassword } from "@/tests/guesses";
import {
  age,
  makeClient,
  makeUser,
  proveFirst,
  readSession,
  signIn,
} from "@/tests/people";
import { eventsOf, mailAbout } from "@/tests/records";
import { refresh } from "@/tests/rotation";
import { proveSecond } from "@/tests/second-factors";

type Account = { email: string };

async function enter({ email }: Account, client: Client, typed = password) {
  const result = await tryPassword({ email, client, password: typed });
  if (result.status !== "signed_in") throw new Error(result.status);
  return result.session.id;
}

/** Event and mail, or neither. */
async function isNews(sessionId: string): Promise<boolean> {
  const events = (await eventsOf(sessionId)).filter((e) => e.type === "new_device");
  const mails = await mailAbout(sessionId);
  expect(mails).toEqual(events.map((e) => e.type));
  expect(events.length).toBeLessThanOrEqual(1);
  return events.length === 1;
}

describe("a sign-in", () => {
  it("B11 from a browser that the account has never seen is news once", async () => {
    const user = await makeUser({ password });
    const [first, second] = [makeClient(), makeClient()];
    expect(await isNews(await enter(user, first))).toBe(true);
    expect(await isNews(await enter(user, first))).toBe(false);
    expect(await isNews(await enter(user, second))).toBe(true);
    expect(await isNews(await enter(user, first))).toBe(false);
  });

  it("B11 is news in spite of a familiar address and user agent", async () => {
    const user = await makeUser({ password });
    const client = makeClient();
    await enter(user, client);
    const { deviceHash } = makeClient();
    expect(await isNews(await enter(user, { ...client, deviceHash }))).toBe(true);
  });

  it("B11 is none where only the address and the user agent are new", async () => {
    const user = await makeUser({ password });
    const client = makeClient();
    await enter(user, client);
    const moved = { ...client, ip: "203.0.113.7", userAgent: "Mozilla/5.0 Chrome/199.0" };
    expect(await isNews(await enter(user, moved))).toBe(false);
  });

  it("B11 from a native app is news each time: it bears no cookie to know it by", async () => {
    const user = await makeUser({ password });
    const native = makeClient({ channel: "native", deviceHash: null });
    for (let n = 0; n < 2; n++) {
      expect(await isNews(await enter(user, native))).toBe(true);
    }
    expect(await db().knownBrowser.count({ where: { userId: user.id } })).toBe(0);
  });

  it("B11 to another account from the same browser is news to that one", async () => {
    const [mine, theirs] = [await makeUser({ password }), await makeUser({ password })];
    const client = makeClient();
    await enter(mine, client);
    expect(await isNews(await enter(theirs, client))).toBe(true);
  });

  it("B11 that begins an account is none, and its browser is known from then on", async () => {
    const user = await makeUser({ password });
    const client = makeClient();
    const first = await signIn(user, client);
    expect(await isNews(first.session.id)).toBe(false);
    expect(await isNews(await enter(user, client))).toBe(false);
  });

  it("B11 of eight at once from one new browser one is news", async () => {
    const user = await makeUser();
    const client = makeClient();
    const entering = Array.from({ length: 8 }, () => proveFirst(user, client));
    const news: boolean[] = [];
    for (const result of await Promise.all(entering)) {
      if (result.status !== "signed_in") throw new Error(result.status);
      news.push(await isNews(result.session.id));
    }
    expect(news.filter(Boolean)).toHaveLength(1);
  });

  it("B11 that was refused makes no browser known", async () => {
    const user = await makeUser({ password });
    const client = makeClient();
    await expect(
      tryPassword({ email: user.email, client, password: "x" }),
    ).rejects.toThrow("invalid_credentials");
    expect(await isNews(await enter(user, client))).toBe(true);
  });
});

describe("a second factor", () => {
  it("B11 half a sign-in is no news and makes no browser known; the whole one does", async () => {
    const user = await makeUser({ secondFactors: ["totp"] });
    const { id: userId } = user;
    const client = makeClient();
    for (const isNew of [true, false]) {
      const first = await proveFirst(user, client);
      if (first.status !== "second_factor_required") throw new Error(first.status);
      const known = await db().knownBrowser.count({ where: { userId } });
      expect(known).toBe(isNew ? 0 : 1);
      const done = await proveSecond(first.pending, client);
      if (done.status !== "signed_in") throw new Error(done.status);
      expect(await isNews(done.session.id)).toBe(isNew);
    }
  });
});

describe("after a password was lost", () => {
  it("B11 forgetting the browsers of an account makes each news again, and no other's", async () => {
    const [user, other] = [await makeUser({ password }), await makeUser({ password })];
    const client = makeClient();
    for (const account of [user, other]) await enter(account, client);
    await transaction((tx) => forgetBrowsers(tx, user.id));
    expect(await isNews(await enter(user, client))).toBe(true);
    expect(await isNews(await enter(other, client))).toBe(false);
  });

  it("B11 a reset does", async () => {
    const user = await makeUser({ password });
    const client = makeClient();
    await enter(user, client);
    const next = "another horse, another battery";
    await resetTo(user.email, next);
    expect(await isNews(await enter(user, client, next))).toBe(true);
  });
});

describe("without “Keep me signed in”", () => {
  async function enterForADay(client = makeClient()) {
    const { id, email } = await makeUser({ password });
    const result = await tryPassword({ email, client, isPersistent: false });
    if (result.status !== "signed_in") throw new Error(result.status);
    return { id, client, result, sessionId: result.session.id };
  }

  it("G05 a session ends after twelve hours, and says so from the beginning", async () => {
    const { result, sessionId } = await enterForADay();
    const { createdAt, expiresAt, idleExpiresAt, isPersistent } =
      await readSession(sessionId);
    expect(isPersistent).toBe(false);
    expect(config.session.unkept).toBe(hours(12));
    expect(expiresAt.getTime() - createdAt.getTime()).toBe(hours(12));
    expect(idleExpiresAt).toEqual(expiresAt);
    expect(result.session).toMatchObject({ isPersistent: false, expiresAt });
  });

  it("G05 it renews within them, and never beyond", async () => {
    const { client, result, sessionId } = await enterForADay();
    await age(sessionId, hours(11));
    const { refreshToken, session } = await refresh(result.refreshToken, client);
    const { expiresAt, createdAt } = await readSession(sessionId);
    expect(expiresAt.getTime() - createdAt.getTime()).toBe(hours(12));
    expect(session).toMatchObject({ isPersistent: false, expiresAt });
    await age(sessionId, hours(1));
    expect(await findSession(sessionId)).toEqual({ status: "ended", reason: "expired" });
    await expect(refresh(refreshToken, client)).rejects.toThrow("ended");
  });

  it("G05 with it, a session lasts its thirty days", async () => {
    const { session } = await signIn(await makeUser());
    expect(session.expiresAt.getTime() - session.createdAt.getTime()).toBe(
      config.session.absolute,
    );
  });
});
