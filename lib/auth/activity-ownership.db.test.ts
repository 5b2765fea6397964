// Activity tells nothing of others, and of sessions what they did themselves.
import { describe, expect, it } from "vitest";
import { listActivity, listActivityOf } from "@/lib/auth/activity";
import { endSession } from "@/lib/auth/session";
import { newId } from "@/lib/crypto";
import { db } from "@/lib/db";
import { makeClient, makeSignedIn, signIn } from "@/tests/people";
import { recordEvent } from "@/tests/records";

const firefox =
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0";

describe("what is somebody else's", () => {
  it("F7 K03 never shows: not their events, nor one where the person only acted", async () => {
    const { user, sessionId } = await makeSignedIn();
    const other = await makeSignedIn({ ip: "203.0.113.66" });
    const event = { type: "profile_changed", result: "success" } as const;
    await recordEvent({ ...event, userId: other.user.id, actorId: user.id });
    await recordEvent({ ...event, userId: other.user.id, sessionId });
    await recordEvent({ type: "registration_requested", result: "success" });
    const found = await listActivity(user.id, { limit: 9 });
    expect(found.map(({ type }) => type)).toEqual(["sign_in"]);
    expect(JSON.stringify(found)).not.toContain("203.0.113.66");
  });

  it("F7 K03 where somebody else acted on the account, their address and browser do not show", async () => {
    const { user, sessionId } = await makeSignedIn();
    const actor = { actorId: newId(), ip: "203.0.113.66", userAgent: firefox };
    const ending = { sessionId, userId: user.id, reason: "security" } as const;
    await endSession({ ...ending, actorId: actor.actorId }, makeClient(actor));
    const [item] = await listActivity(user.id, { limit: 1 });
    expect(item).toMatchObject({
      sentence: "A device was signed out to keep your account safe: Chrome 140 on Linux",
      device: null,
      ip: null,
      location: null,
    });
    expect(JSON.stringify(item)).not.toContain(actor.actorId);
  });

  it("F7 K03 an event that names another user's session learns nothing of it", async () => {
    const { user } = await makeSignedIn();
    const other = await makeSignedIn({ userAgent: firefox });
    const { sessionId } = other;
    await db().session.update({
      where: { id: sessionId },
      data: { location: "Atlantis" },
    });
    const ended = { type: "session_ended", result: "success" } as const;
    await recordEvent({ ...ended, reason: "security", userId: user.id, sessionId });
    const [item] = await listActivity(user.id, { limit: 1 });
    expect(JSON.stringify(item)).not.toMatch(/Firefox|Atlantis/);
  });
});

describe("what sessions did", () => {
  it("F7 is told the oldest first, without what failed or befell them from outside", async () => {
    const { user, sessionId, client } = await makeSignedIn();
    const other = await signIn(user);
    const userId = user.id;
    await recordEvent({ type: "profile_changed", result: "success", userId, sessionId });
    await recordEvent({ type: "not_me", result: "success", userId, sessionId });
    await recordEvent({
      type: "refresh_reuse",
      result: "failure",
      reason: "other_device",
      userId,
      sessionId,
    });
    await recordEvent({
      type: "confirmation",
      result: "failure",
      method: "password",
      reason: "wrong_password",
      userId,
      sessionId,
    });
    await recordEvent({ type: "password_changed", result: "success", userId });
    await endSession({ sessionId, userId, reason: "security" }, client);
    const did = async (ids: string[]) =>
      (await listActivityOf(ids)).map(({ sentence }) => sentence);
    expect(await did([sessionId])).toEqual([
      "Signed in with your password",
      "Profile changed",
    ]);
    expect(await did([sessionId, other.session.id])).toHaveLength(3);
    expect(await did([])).toEqual([]);
  });
});
