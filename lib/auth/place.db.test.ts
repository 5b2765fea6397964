// The place of a session: from a real file, kept in the row.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listActivity } from "@/lib/auth/activity";
import { listSessions } from "@/lib/auth/session";
import { minutes } from "@/lib/config";
import { openPlaces } from "@/lib/geo";
import { mmdb, place, removeFiles, writeFile } from "@/tests/mmdb";
import { age, makeSignedIn, readSession } from "@/tests/people";
import { recordEvent } from "@/tests/records";
import { refresh } from "@/tests/rotation";

const berlin = "203.0.113.7";
const osaka = "2001:db8::7";
const nowhere = "198.51.100.7";

/** Signs in at one address; later another one renews. */
async function moved(from: string | null, to: string | null) {
  const { user, client, sessionId, first } = await makeSignedIn({ ip: from });
  const before = (await readSession(sessionId)).location;
  await age(sessionId, minutes(2));
  await refresh(first.refreshToken, { ...client, ip: to });
  const [listed] = await listSessions(user.id);
  return { before, after: listed?.location };
}

describe("with a file of places", () => {
  beforeAll(() => {
    const networks = {
      "203.0.113.0/24": place("Germany", "Berlin"),
      "2001:db8::/32": place("Japan", "Osaka"),
    };
    expect(openPlaces(writeFile(mmdb(networks)))).toBeNull();
  });

  afterAll(() => {
    delete (globalThis as { latchkeyPlaces?: unknown }).latchkeyPlaces;
    removeFiles();
  });

  it("G09 a session tells where it was started, and then where it was last renewed", async () => {
    expect(await moved(berlin, osaka)).toEqual({
      before: "Berlin, Germany",
      after: "Osaka, Japan",
    });
  });

  it("G09 a session that moves to an unknown address keeps no place it has left", async () => {
    expect(await moved(berlin, nowhere)).toEqual({
      before: "Berlin, Germany",
      after: null,
    });
    expect(await moved(berlin, null)).toMatchObject({ after: null });
  });

  it("F7 activity keeps the place of each event, also after its session has moved", async () => {
    const { user, client, sessionId, first } = await makeSignedIn({ ip: berlin });
    await age(sessionId, minutes(2));
    await refresh(first.refreshToken, { ...client, ip: osaka });
    const event = { type: "sign_in", result: "failure", method: "password" } as const;
    const failed = { ...event, reason: "wrong_password", userId: user.id } as const;
    await recordEvent(failed, { ip: osaka });
    const found = await listActivity(user.id, { kind: "sign-ins", limit: 9 });
    const places = found.map(({ result, location }) => [result, location]);
    expect(places[0]).toEqual(["failure", "Osaka, Japan"]);
    expect(places.at(-1)).toEqual(["success", "Berlin, Germany"]);
  });

  it("G09 a renewal too early to rotate changes neither address nor place", async () => {
    const { client, sessionId, first } = await makeSignedIn({ ip: berlin });
    await refresh(first.refreshToken, { ...client, ip: osaka });
    expect(await readSession(sessionId)).toMatchObject({
      ip: berlin,
      location: "Berlin, Germany",
    });
  });
});

describe("without one", () => {
  it("G09 a session tells no place", async () => {
    expect(await moved(berlin, osaka)).toEqual({ before: null, after: null });
  });
});
