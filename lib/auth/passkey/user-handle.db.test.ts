// What an account is called by its passkeys: 64 random bytes that say nothing.
import { describe, expect, it } from "vitest";
import { db } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import {
  type Authenticator,
  askToAdd,
  confirmWith,
  enterWith,
  liveSessionsOf,
  makeHolder,
  outcomeOf,
} from "@/tests/passkeys";
import { makeClient, makeSignedIn } from "@/tests/people";

const failure = { type: "sign_in", result: "failure", method: "passkey" } as const;

describe("the user handle", () => {
  async function handlesOf(
    authenticator: Authenticator,
    user: { id: string; email: string },
  ) {
    const other = await makeHolder();
    const [own] = authenticator.passkeys;
    const bytes = Buffer.from(own?.userHandle ?? "", "base64url");
    const text = (plain: string) => Buffer.from(plain).toString("base64url");
    return {
      "another's": other.authenticator.passkeys[0]?.userHandle ?? "",
      none: null,
      empty: "",
      "a part": bytes.subarray(0, 63).toString("base64url"),
      "one byte more": Buffer.concat([bytes, Buffer.alloc(1)]).toString("base64url"),
      zeros: Buffer.alloc(64).toString("base64url"),
      "the account's id": text(user.id),
      "the account's address": text(user.email),
    };
  }

  it("E08 must be its owner's: of no other form, of nobody else, and not missing", async () => {
    const { authenticator, user } = await makeHolder();
    for (const [kind, userHandle] of Object.entries(
      await handlesOf(authenticator, user),
    )) {
      const client = makeClient();
      const attempt = enterWith(authenticator, { altered: { userHandle }, client });
      expect([kind, await outcomeOf(attempt)]).toEqual([kind, "not_verified"]);
      const about = { userId: user.id, sessionId: null };
      await expectEvents(client, { ...failure, ...about, reason: "not_verified" });
    }
    expect(await liveSessionsOf(user.id)).toHaveLength(1);
    expect(await outcomeOf(enterWith(authenticator))).toBe("done");
  });

  it("E08 may be missing where the session says whose it is, and may not be another's", async () => {
    const { authenticator, session, user } = await makeHolder();
    const { none, "another's": foreign } = await handlesOf(authenticator, user);
    const confirm = (userHandle: string | null) =>
      outcomeOf(confirmWith(session, authenticator, { altered: { userHandle } }));
    expect(await confirm(none)).toBe("done");
    expect(await confirm(foreign)).toBe("not_verified");
  });

  it("E08 of an account that has none any more opens nothing", async () => {
    const { authenticator, user } = await makeHolder();
    await db().user.update({ where: { id: user.id }, data: { passkeyHandle: null } });
    for (const userHandle of [undefined, "", null]) {
      const attempt = enterWith(authenticator, { altered: { userHandle } });
      expect(await outcomeOf(attempt)).toBe("not_verified");
    }
  });
});

describe("the making of the handle", () => {
  async function makeIn() {
    const { user, sessionId } = await makeSignedIn();
    return { user, session: { id: sessionId, userId: user.id } };
  }
  const handleOf = async (userId: string) =>
    (await db().user.findUniqueOrThrow({ where: { id: userId } })).passkeyHandle;

  it("E08 happens once, of 64 bytes, and of twenty at once all get the same", async () => {
    const { user, session } = await makeIn();
    expect(await handleOf(user.id)).toBeNull();
    const asked = Array.from({ length: 20 }, () => askToAdd({ session }));
    const handles = (await Promise.all(asked)).map(({ options }) => options.user.id);
    expect(new Set(handles).size).toBe(1);
    const bytes = Buffer.from(handles[0] ?? "", "base64url");
    expect(bytes).toHaveLength(64);
    expect(Buffer.from((await handleOf(user.id)) ?? [])).toEqual(bytes);
    expect((await askToAdd({ session })).options.user.id).toBe(handles[0]);
  });

  it("E08 is random: another for each account, and nothing of it is in there", async () => {
    const [ann, bob] = [await makeIn(), await makeIn()];
    const [hers, his] = [await askToAdd(ann), await askToAdd(bob)];
    expect(hers.options.user.id).not.toBe(his.options.user.id);
    const plain = Buffer.from(hers.options.user.id, "base64url").toString("latin1");
    for (const known of [ann.user.id, ann.user.email, ann.session.id]) {
      expect(plain).not.toContain(known);
    }
  });
});
