// "Trust this browser": for a month the first factor alone signs in there, at the
// level of one factor, for the person who said so and in that browser alone.
import { describe, expect, it } from "vitest";
import { endOtherSessions, endSession } from "@/lib/auth/session";
import {
  listTrustedBrowsers,
  removeTrustedBrowser,
  trustBrowser,
} from "@/lib/auth/trusted-browser";
import { days, minutes, seconds } from "@/lib/config";
import { db, transaction } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import {
  begin,
  enterCode,
  enterFirst,
  letStepsPass,
  makeGuarded,
  signInFully,
  wrongNow,
} from "@/tests/guarded";
import { enterWith, outcomeOf } from "@/tests/passkeys";
import { makeClient } from "@/tests/people";
import { makeHolding } from "@/tests/second-passkeys";
import { codeNow } from "@/tests/totp";

type Role = "user" | "admin";

/** Signed in with both factors, with the box ticked. */
async function makeTrusting(role: Role = "user", client = makeClient()) {
  const account = await makeGuarded({ role });
  const { user, secret } = account;
  const { pending } = await begin(user.id, client);
  const entering = { pending, client, code: codeNow(secret), trustsBrowser: true };
  const entered = await enterCode(entering);
  if (entered.status !== "signed_in") throw new Error(entered.status);
  return { ...account, client, session: { id: entered.session.id, userId: user.id } };
}

/** `1` or `2` for the level of the session that it opened, or what else came of it. */
async function levelOf(...first: Parameters<typeof enterFirst>) {
  const answer = await enterFirst(...first);
  return answer.status === "signed_in" ? answer.session.aal : answer.status;
}

const asked = "second_factor_required";
const rowsOf = (userId: string) => db().trustedBrowser.count({ where: { userId } });

async function ageTrust(userId: string, ms: number): Promise<void> {
  await db().$executeRaw`UPDATE trusted_browser SET
    expires_at = expires_at - ${ms} * interval '1 millisecond' WHERE user_id = ${userId}`;
}

describe("a trusted browser", () => {
  it.each(["password", "magic_link"] as const)(
    "F04 lets its owner in by %s alone, and with one factor",
    async (method) => {
      const { user, client } = await makeTrusting();
      expect(await levelOf(user.id, client, { method })).toBe(1);
    },
  );

  it("F03 is the one that both factors were given in: every other is asked", async () => {
    const { user, client } = await makeTrusting();
    const others = [
      makeClient(),
      makeClient({ ip: client.ip, userAgent: client.userAgent }),
      makeClient({ deviceHash: null }),
      makeClient({ channel: "native", deviceHash: null }),
    ];
    for (const other of others) expect(await levelOf(user.id, other)).toBe(asked);
    // Its network and its name may change.
    const { deviceHash } = client;
    const same = makeClient({ deviceHash, ip: "203.0.113.7", userAgent: "Other/1.0" });
    expect(await levelOf(user.id, same)).toBe(1);
  });

  it("F03 is trusted by that account, and by no other that signs in there", async () => {
    const { client } = await makeTrusting();
    const other = await makeGuarded();
    expect(await levelOf(other.user.id, client)).toBe(asked);
  });

  it("F03 is none whose box was not ticked, nor one whose code was wrong", async () => {
    const { user, secret } = await makeGuarded();
    const client = makeClient();
    const { pending } = await begin(user.id, client);
    const tick = { pending, client, trustsBrowser: true };
    const wrong = enterCode({ ...tick, code: wrongNow(secret) });
    expect(await outcomeOf(wrong)).toBe("invalid_code");
    expect(await rowsOf(user.id)).toBe(0);
    await enterCode({ ...tick, code: codeNow(secret), trustsBrowser: false });
    expect(await rowsOf(user.id)).toBe(0);
    expect(await levelOf(user.id, client)).toBe(asked);
  });

  it("F03 ends after thirty days, however often it was used meanwhile", async () => {
    const { user, client } = await makeTrusting();
    await ageTrust(user.id, days(30) - minutes(1));
    expect(await levelOf(user.id, client)).toBe(1);
    expect(await listTrustedBrowsers(user.id, client)).toHaveLength(1);
    await ageTrust(user.id, minutes(1));
    expect(await levelOf(user.id, client)).toBe(asked);
    expect(await listTrustedBrowsers(user.id, client)).toEqual([]);
  });

  it("F03 is trusted for thirty days more once both factors were given there again", async () => {
    const { user, client, secret } = await makeTrusting();
    await ageTrust(user.id, days(31));
    await letStepsPass(user.id);
    const { pending } = await begin(user.id, client);
    await enterCode({ pending, client, code: codeNow(secret), trustsBrowser: true });
    expect(await rowsOf(user.id)).toBe(1);
    const [{ createdAt, expiresAt } = { createdAt: 0, expiresAt: 0 }] =
      await listTrustedBrowsers(user.id, client);
    expect(Number(expiresAt) - Number(createdAt)).toBeGreaterThan(days(30) - seconds(1));
    expect(await levelOf(user.id, client)).toBe(1);
  });

  it("E05 lets a passkey that verified nobody in with one factor, too", async () => {
    const { user, authenticator } = await makeHolding();
    const client = makeClient();
    const altered = { isUserVerified: false };
    expect(await enterWith(authenticator, { client, altered })).toMatchObject({
      status: asked,
    });
    const { session } = await signInFully(user.id, client);
    const trust = { userId: user.id, sessionId: session.id, client };
    await transaction((tx) => trustBrowser(tx, "user", trust));
    const entered = await enterWith(authenticator, { client, altered });
    expect(entered).toMatchObject({ session: { aal: 1 } });
  });

  it("M01 is on the record", async () => {
    const client = makeClient();
    const { user, session } = await makeTrusting("user", client);
    const about = { userId: user.id, sessionId: session.id, result: "success" } as const;
    const factors = ["pwd", "otp", "mfa"];
    const first = { ...about, sessionId: null, type: "second_factor_asked" };
    await expectEvents(
      client,
      { ...first, method: "password" },
      { ...about, type: "sign_in", method: "password", factors },
      { ...about, type: "new_device" },
      { ...about, type: "browser_trusted" },
    );
  });
});

describe("who may trust none", () => {
  it("F05 an admin ticks in vain", async () => {
    const { user, client } = await makeTrusting("admin");
    expect(await rowsOf(user.id)).toBe(0);
    expect(await levelOf(user.id, client)).toBe(asked);
  });

  it("F05 whoever becomes an admin is asked where they were not before", async () => {
    const { user, client } = await makeTrusting();
    await db().user.update({ where: { id: user.id }, data: { role: "admin" } });
    expect(await levelOf(user.id, client)).toBe(asked);
  });

  it("F03 an app, which has no browser to speak of", async () => {
    const native = makeClient({ channel: "native", deviceHash: null });
    const { user } = await makeTrusting("user", native);
    expect(await rowsOf(user.id)).toBe(0);
    expect(await levelOf(user.id, native)).toBe(asked);
  });
});

describe("the list", () => {
  it("G09 shows the account's own, says which one asks, and holds no hash", async () => {
    const { user, client, session } = await makeTrusting();
    const other = makeClient({ ip: "203.0.113.7" });
    const beside = { userId: user.id, sessionId: session.id, client: other };
    await transaction((tx) => trustBrowser(tx, "user", beside));
    await makeTrusting("user", client);
    const listed = await listTrustedBrowsers(user.id, client);
    const shown = listed.map(({ ip, isThis, browser, os }) => [ip, isThis, browser, os]);
    expect(shown).toEqual([
      ["203.0.113.7", false, "Chrome 140", "Linux"],
      ["192.0.2.1", true, "Chrome 140", "Linux"],
    ]);
    expect(JSON.stringify(listed)).not.toContain("deviceHash");
    const native = makeClient({ deviceHash: null });
    for (const { isThis } of await listTrustedBrowsers(user.id, native)) {
      expect(isThis).toBe(false);
    }
  });

  it("K03 G09 one that is removed is asked again at once, and another's stays", async () => {
    const [ann, bob] = [await makeTrusting(), await makeTrusting()];
    const idOf = async ({ user, client }: typeof ann) =>
      (await listTrustedBrowsers(user.id, client))[0]?.id ?? "";
    const [hers, his] = [await idOf(ann), await idOf(bob)];
    const agent = makeClient();
    const remove = (browserId: string) =>
      removeTrustedBrowser({ session: ann.session, browserId }, agent);
    for (const id of [his, "", "%", ann.session.id]) expect(await remove(id)).toBe(false);
    expect(await levelOf(bob.user.id, bob.client)).toBe(1);
    expect(await levelOf(ann.user.id, ann.client)).toBe(1);
    const many = await Promise.all(Array.from({ length: 5 }, () => remove(hers)));
    expect(many.filter(Boolean)).toHaveLength(1);
    expect(await levelOf(ann.user.id, ann.client)).toBe(asked);
    const about = { userId: ann.user.id, sessionId: ann.session.id };
    await expectEvents(agent, { ...about, type: "trust_removed", result: "success" });
  });
});

describe("signing a device out", () => {
  it("G09 from elsewhere ends the trust in it, and by itself does not", async () => {
    const { user, client, session } = await makeTrusting();
    const [userId, sessionId] = [user.id, session.id];
    await endSession({ sessionId, userId, reason: "signed_out" }, client);
    expect(await levelOf(userId, client)).toBe(1);
    const again = await enterFirst(userId, client);
    if (again.status !== "signed_in") throw new Error(again.status);
    const ending = { sessionId: again.session.id, userId } as const;
    await endSession({ ...ending, reason: "signed_out_elsewhere" }, makeClient());
    expect(await levelOf(userId, client)).toBe(asked);
  });

  it("G09 with all others, the trust in them ends, and in this one it stays", async () => {
    const { user, client, session, secret } = await makeTrusting();
    const other = makeClient();
    await letStepsPass(user.id);
    const { pending } = await begin(user.id, other);
    const entering = { pending, client: other, code: codeNow(secret) };
    await enterCode({ ...entering, trustsBrowser: true });
    const kept = { userId: user.id, keepSessionId: session.id };
    expect(await endOtherSessions(kept, client)).toBe(1);
    expect(await levelOf(user.id, other)).toBe(asked);
    expect(await levelOf(user.id, client)).toBe(1);
  });
});
