// A passkey in two hands at once: one uses it while the other takes it away.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deleteAccount } from "@/lib/auth/account";
import { changePassword } from "@/lib/auth/change-password";
import { lockUser } from "@/lib/auth/lock-user";
import { endPending } from "@/lib/auth/store-password";
import { db } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import { countDeadlocks, untilBlocked } from "@/tests/locks";
import {
  addPasskey,
  enterWith,
  liveSessionsOf,
  makeHolder,
  newAuthenticator,
  outcomeOf,
  passkeysOf,
  remove,
} from "@/tests/passkeys";
import { enrol, makeClient } from "@/tests/people";
import { proveSecond } from "@/tests/second-factors";

const password = "what it is and stays";
const altered = { isUserVerified: false };
const rounds = (count: number) => Array.from({ length: count }, (_, n) => n);

let before = 0;
beforeEach(async () => {
  before = await countDeadlocks();
});
afterEach(async () => {
  expect(await countDeadlocks()).toBe(before);
});

describe("the last way in", () => {
  it("E13 of two passkeys that are removed at once one stays", async () => {
    for (const _ of rounds(20)) {
      const { session, passkey } = await makeHolder();
      const other = await addPasskey({ session });
      const both = [passkey.id, other.id].map((id) => outcomeOf(remove(session, id)));
      expect((await Promise.all(both)).sort()).toEqual(["conflict", "done"]);
      expect(await passkeysOf(session.userId)).toBe(1);
    }
  }, 60_000);

  it("E13 of the password and the last passkey, removed at once, one stays", async () => {
    for (const _ of rounds(20)) {
      const { session, passkey, client } = await makeHolder({ password });
      const change = { session, newPassword: null, client };
      const both = [changePassword(change), remove(session, passkey.id)].map(outcomeOf);
      expect((await Promise.all(both)).sort()).toEqual(["conflict", "done"]);
      const { passwordHash } = await db().user.findUniqueOrThrow({
        where: { id: session.userId },
        omit: { passwordHash: false },
      });
      const ways = (passwordHash ? 1 : 0) + (await passkeysOf(session.userId));
      expect(ways).toBe(1);
    }
  }, 60_000);

  it("E13 of one that is removed twice at once one removal counts", async () => {
    const { session, passkey } = await makeHolder({ password });
    const many = rounds(10).map(() => outcomeOf(remove(session, passkey.id)));
    const outcomes = await Promise.all(many);
    expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "not_found")).toHaveLength(9);
  });
});

describe("a sign-in meanwhile", () => {
  it("E13 G08 leaves no live session of a passkey that is gone", async () => {
    for (const _ of rounds(30)) {
      const { session, passkey, authenticator, user } = await makeHolder({ password });
      const entering = rounds(3).map(() => outcomeOf(enterWith(authenticator)));
      const [removed, ...entered] = await Promise.all([
        outcomeOf(remove(session, passkey.id)),
        ...entering,
      ]);
      expect(removed).toBe("done");
      for (const outcome of entered)
        expect(["done", "unknown_passkey"]).toContain(outcome);
      const live = await liveSessionsOf(user.id);
      expect(live.map(({ id }) => id)).toEqual([session.id]);
    }
  }, 60_000);

  it("E13 F03 that waits for its second factor ends with its passkey", async () => {
    const holder = await makeHolder({ password });
    const { authenticator, user } = holder;
    await enrol(user.id, ["totp"]);
    const half = makeClient();
    const [kept, first] = [
      await enterWith(authenticator),
      await enterWith(authenticator, { altered, client: half }),
    ];
    if (first.status !== "second_factor_required") throw new Error(first.status);
    expect(kept.status).toBe("signed_in");
    await remove(holder.session, holder.passkey.id);
    const client = makeClient({ deviceHash: half.deviceHash });
    const second = await proveSecond(first.pending, client);
    expect(second).toEqual({ status: "refused", reason: "changed" });
    const failure = { type: "sign_in", result: "failure", method: "passkey" } as const;
    const about = { userId: user.id, sessionId: null };
    await expectEvents(client, { ...failure, ...about, reason: "changed" });
  });

  it("E13 F03 that waited for its second factor is of the passkey it began with", async () => {
    const { authenticator, user, passkey, session } = await makeHolder({ password });
    await enrol(user.id, ["totp"]);
    const client = makeClient();
    const first = await enterWith(authenticator, { altered, client });
    if (first.status !== "second_factor_required") throw new Error(first.status);
    const second = await proveSecond(first.pending, client);
    expect(second).toMatchObject({ status: "signed_in", session: { aal: 2 } });
    await remove(session, passkey.id);
    expect((await liveSessionsOf(user.id)).map(({ id }) => id)).toEqual([session.id]);
  });

  it("F03 G08 that waits for its second factor gives way to whoever secures the account", async () => {
    const { authenticator, user } = await makeHolder({ password });
    await enrol(user.id, ["totp"]);
    const client = makeClient();
    const first = await enterWith(authenticator, { altered, client });
    if (first.status !== "second_factor_required") throw new Error(first.status);
    let second: Promise<unknown> = Promise.resolve();
    await db().$transaction(async (tx) => {
      await lockUser(tx, user.id);
      second = proveSecond(first.pending, client);
      await untilBlocked(second);
      await endPending(tx, user.id);
    });
    expect(await second).toEqual({ status: "expired" });
  });

  it("G03 G08 leaves nothing of an account that is deleted", async () => {
    for (const _ of rounds(20)) {
      const { session, authenticator, user, client } = await makeHolder();
      await db().$executeRaw`UPDATE session SET confirmed_for = 'delete_account',
        confirmed_for_at = clock_timestamp() WHERE id = ${session.id}`;
      const entering = outcomeOf(enterWith(authenticator));
      const [isDeleted, entered] = await Promise.all([
        deleteAccount(session, client),
        entering,
      ]);
      expect(isDeleted).toBe(true);
      expect(["done", "unknown_passkey"]).toContain(entered);
      const { id: userId } = user;
      expect(await db().session.count({ where: { userId } })).toBe(0);
      expect(await passkeysOf(userId)).toBe(0);
    }
  }, 60_000);

  it("G03 G08 opens no session that a ban does not end", async () => {
    for (const _ of rounds(20)) {
      const { authenticator, user } = await makeHolder();
      const { id: userId } = user;
      const ban = db().$transaction([
        db()
          .$executeRaw`UPDATE "user" SET banned_at = clock_timestamp() WHERE id = ${userId}`,
        db()
          .$executeRaw`UPDATE session SET ended_at = clock_timestamp() WHERE user_id = ${userId}`,
      ]);
      const [entered] = await Promise.all([outcomeOf(enterWith(authenticator)), ban]);
      expect(["done", "not_verified"]).toContain(entered);
      expect(await liveSessionsOf(userId)).toEqual([]);
      expect(await outcomeOf(enterWith(authenticator))).toBe("not_verified");
    }
  }, 60_000);
});

describe("adding meanwhile", () => {
  it("E13 the last passkey goes only where the new one has come", async () => {
    for (const _ of rounds(20)) {
      const { session, passkey, client } = await makeHolder();
      const authenticator = newAuthenticator();
      const [removed] = await Promise.all([
        outcomeOf(remove(session, passkey.id, makeClient())),
        addPasskey({ session, client }, { authenticator }),
      ]);
      expect(await passkeysOf(session.userId)).toBe(removed === "done" ? 1 : 2);
    }
  }, 60_000);
});
