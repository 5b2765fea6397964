// Reuse detection (RFC 9700 §4.14.2): what a thief gets, and what the owner sees.
import { describe, expect, it } from "vitest";
import { type Client, deviceHashOf, newDeviceCookie } from "@/lib/auth/client";
import { deriveRefreshToken } from "@/lib/auth/refresh-token/judge";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { confirmGeneration, findSession } from "@/lib/auth/session-cache";
import { newId } from "@/lib/crypto";
import { makeClient, makeSignedIn, readSession } from "@/tests/people";
import { eventsOf, mailAbout } from "@/tests/records";
import { makeRotated } from "@/tests/rotation";

const stolen = { status: "ended", reason: "reuse" };
const ask = (token: string, client: Client) => rotateRefreshToken({ token, client });

/** Ended once, with one event and one mail, and nobody has a token that works. */
async function expectTheft(sessionId: string, reason: string) {
  expect(await readSession(sessionId)).toMatchObject({ endReason: "reuse" });
  expect(await findSession(sessionId)).toEqual(stolen);
  const events = (await eventsOf(sessionId)).filter((e) => e.type !== "sign_in");
  expect(events).toEqual([{ type: "refresh_reuse", result: "failure", reason }]);
  expect(await mailAbout(sessionId)).toEqual(["session_reuse"]);
}

async function expectNoTrace(sessionId: string) {
  expect((await findSession(sessionId)).status).toBe("alive");
  expect((await eventsOf(sessionId)).map((e) => e.type)).toEqual(["sign_in"]);
  expect(await mailAbout(sessionId)).toEqual([]);
}

describe("a used token comes again", () => {
  it("I02 a replay below the floor ends the session once and mails the owner", async () => {
    const { at, current, client, sessionId } = await makeRotated(2);
    expect(await ask(at(0), client)).toEqual(stolen);
    await expectTheft(sessionId, "superseded");
    // The victim's token and the thief's are worth the same from here on.
    expect(await ask(current, client)).toEqual(stolen);
    expect(await ask(at(1), client)).toEqual(stolen);
    expect(await ask(at(0), client)).toEqual(stolen);
    await expectTheft(sessionId, "superseded");
  });

  it("I02 thirty replays at once are one theft, one event and one mail", async () => {
    for (let round = 0; round < 5; round++) {
      const { at, current, client, sessionId } = await makeRotated(2);
      const tokens = Array.from({ length: 30 }, (_, n) => (n % 3 ? at(n % 2) : at(0)));
      for (const answer of await Promise.all(tokens.map((token) => ask(token, client)))) {
        expect([stolen.status, "renewed"]).toContain(answer.status);
      }
      expect(await ask(current, client)).toEqual(stolen);
      await expectTheft(sessionId, "superseded");
    }
  });

  it("I02 a thief racing the owner gains nothing that lasts", async () => {
    for (let round = 0; round < 20; round++) {
      const { at, current, client, sessionId } = await makeRotated(2);
      const answers = await Promise.all([ask(current, client), ask(at(0), client)]);
      expect(answers[1]).toEqual(stolen);
      const given = answers[0].status === "renewed" ? answers[0].refreshToken : current;
      expect(await ask(given, client)).toEqual(stolen);
      await expectTheft(sessionId, "superseded");
    }
  });

  it("I03 the predecessor of a token in use is theft after the grace", async () => {
    const { at, client, sessionId } = await makeRotated(2);
    await confirmGeneration(sessionId, 2);
    expect(await ask(at(1), client)).toEqual(stolen);
    await expectTheft(sessionId, "superseded");
  });

  it("I03 a generation that was never issued is theft: somebody holds key and row", async () => {
    const { client, sessionId } = await makeRotated(1);
    const row = await readSession(sessionId);
    expect(await ask(deriveRefreshToken(row, 2), client)).toEqual(stolen);
  });
});

describe("a token comes from elsewhere", () => {
  it.each([0, 1, 2])(
    "I04 generation %i of 2 with another device cookie is theft",
    async (generation) => {
      const { at, client, sessionId } = await makeRotated(2);
      expect(await ask(at(generation), makeClient())).toEqual(stolen);
      await expectTheft(sessionId, "other_device");
      expect(await ask(at(2), client)).toEqual(stolen);
    },
  );

  it("I04 another device cookie is theft within the minute too", async () => {
    const { first, sessionId } = await makeSignedIn();
    expect(await ask(first.refreshToken, makeClient())).toEqual(stolen);
    await expectTheft(sessionId, "other_device");
  });

  it("I04 without a device cookie the session ends quietly, once", async () => {
    const { current, sessionId, client } = await makeRotated(2);
    const bare = { ...client, deviceHash: deviceHashOf(null) };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => ask(current, bare)),
    );
    for (const answer of answers)
      expect(answer).toEqual({ status: "ended", reason: "unbound" });
    expect(await mailAbout(sessionId)).toEqual([]);
    expect((await eventsOf(sessionId)).map((e) => [e.type, e.reason])).toEqual([
      ["sign_in", null],
      ["session_ended", "unbound"],
    ]);
    expect((await ask(current, client)).status).toBe("ended");
  });

  it("I04 a forged device cookie counts as none, and not as another device", async () => {
    const { current, sessionId, client } = await makeRotated(0);
    const [id] = newDeviceCookie().split(".");
    const forged = { ...client, deviceHash: deviceHashOf(`${id}.${"A".repeat(43)}`) };
    expect(await ask(current, forged)).toEqual({ status: "ended", reason: "unbound" });
    expect(await mailAbout(sessionId)).toEqual([]);
  });

  it("I04 another address and user agent are no theft", async () => {
    const { current, sessionId, client } = await makeRotated(1);
    const moved = { ...client, ip: "203.0.113.9", userAgent: "Mozilla/5.0 Chrome/199.0" };
    expect((await ask(current, moved)).status).toBe("renewed");
    expect(await readSession(sessionId)).toMatchObject({ ip: "203.0.113.9" });
    expect(await mailAbout(sessionId)).toEqual([]);
  });
});

describe("what is no token of the session ends nothing", () => {
  it("I03 a guessed MAC is unknown and leaves the session and its owner alone", async () => {
    const { at, client, sessionId } = await makeRotated(2);
    const other = await makeRotated(2);
    const wrong = [
      `${sessionId}.2.${"A".repeat(43)}`,
      `${sessionId}.2.${other.at(2).split(".")[2]}`,
      at(0).replace(".0.", ".1."),
      at(2).replace(".2.", ".3."),
      `${newId()}.0.${"A".repeat(43)}`,
      sessionId,
      "",
    ];
    for (const token of wrong) {
      expect(await ask(token, client)).toEqual({ status: "unknown" });
      expect(await ask(token, makeClient())).toEqual({ status: "unknown" });
    }
    await expectNoTrace(sessionId);
  });

  it("I03 a token of one channel is unknown on the other and ends nothing", async () => {
    const browser = await makeSignedIn();
    const native = await makeSignedIn({ channel: "native", deviceHash: null });
    const asked = [
      ask(browser.first.refreshToken, native.client),
      ask(native.first.refreshToken, browser.client),
    ];
    expect(await Promise.all(asked)).toEqual([
      { status: "unknown" },
      { status: "unknown" },
    ]);
    for (const { sessionId } of [browser, native]) await expectNoTrace(sessionId);
    expect((await ask(native.first.refreshToken, native.client)).status).toBe("renewed");
  });
});
