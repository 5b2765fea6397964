// The use of a passkey: whether it is still the one we knew, whose it is, and how
// much it proves.
import { describe, expect, it } from "vitest";
import { db } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import {
  answerToEnter,
  confirmWith,
  enter,
  enterWith,
  liveSessionsOf,
  makeHolder,
  newAuthenticator,
  newSecurityKey,
  outcomeOf,
  readPasskey,
  signInWith,
} from "@/tests/passkeys";
import { enrol, makeClient, readSession } from "@/tests/people";

const failure = { type: "sign_in", result: "failure", method: "passkey" } as const;

describe("user verification", () => {
  it.each([
    ["synced", newAuthenticator, "swk"],
    ["bound to its device", newSecurityKey, "hwk"],
  ])("E05 a passkey that is %s proves two factors with it", async (_kind, make, key) => {
    const { authenticator, passkey, user } = await makeHolder({}, make());
    const client = makeClient();
    const { session } = await signInWith(authenticator, { client });
    expect(session).toMatchObject({
      method: "passkey",
      aal: 2,
      amr: [key, "user", "mfa"],
    });
    expect(await readSession(session.id)).toMatchObject({
      aal: 2,
      amr: [key, "user", "mfa"],
      passkeyId: passkey.id,
    });
    const about = { userId: user.id, sessionId: session.id };
    const entered = { type: "sign_in", result: "success", method: "passkey" } as const;
    await expectEvents(
      client,
      { ...entered, ...about, factors: [key, "user", "mfa"] },
      { type: "new_device", result: "success", ...about },
    );
  });

  it("E05 without it a passkey is one factor", async () => {
    const { authenticator } = await makeHolder({}, newSecurityKey());
    const { session } = await signInWith(authenticator, {
      altered: { isUserVerified: false },
    });
    expect(session).toMatchObject({ aal: 1, amr: ["hwk", "user"] });
  });

  it("E05 F01 without it the second factor is asked for, and with it it is not", async () => {
    const { authenticator, user } = await makeHolder();
    await enrol(user.id, ["totp"]);
    const half = await enterWith(authenticator, { altered: { isUserVerified: false } });
    expect(half).toMatchObject({
      status: "second_factor_required",
      methods: ["passkey", "totp"],
    });
    expect(await liveSessionsOf(user.id)).toHaveLength(1);
    expect((await signInWith(authenticator)).session.aal).toBe(2);
  });

  it("E05 without it nothing is confirmed, and the record says why", async () => {
    const { authenticator, session, user } = await makeHolder();
    const before = await readSession(session.id);
    const client = makeClient();
    const altered = { isUserVerified: false };
    const attempt = confirmWith(session, authenticator, { altered, client });
    expect(await outcomeOf(attempt)).toBe("no_user_verification");
    expect(await readSession(session.id)).toEqual(before);
    await expectEvents(client, {
      type: "confirmation",
      result: "failure",
      method: "passkey",
      reason: "no_user_verification",
      userId: user.id,
      sessionId: session.id,
    });
  });

  it("E05 without the presence of anybody nobody is signed in", async () => {
    const { authenticator } = await makeHolder();
    const altered = { isUserPresent: false };
    expect(await outcomeOf(enterWith(authenticator, { altered }))).toBe("not_verified");
  });
});

describe("the counter", () => {
  /** A security key that was last seen at this count. */
  async function makeCounted(counter: number) {
    const holder = await makeHolder({}, newSecurityKey());
    const { id } = holder.passkey;
    await db().passkey.update({ where: { id }, data: { counter } });
    return holder;
  }

  it.each([
    [5, 6],
    [5, 500],
    [0, 1],
    [0, 0],
    [2 ** 31, 2 ** 32 - 1],
    [0, 2 ** 32 - 1],
  ])("E06 may go from %i to %i", async (from, to) => {
    const { authenticator, passkey } = await makeCounted(from);
    const counter = to;
    expect(await outcomeOf(enterWith(authenticator, { altered: { counter } }))).toBe(
      "done",
    );
    const row = await readPasskey(passkey.id);
    expect(Number(row.counter)).toBe(to);
    expect(row.lastUsedAt).toBeInstanceOf(Date);
  });

  it.each([
    [5, 5],
    [5, 4],
    [5, 0],
    [1, 0],
    [2 ** 32 - 1, 2 ** 32 - 1],
  ])(
    "E06 may not go from %i to %i: a copy is refused, and nothing changes",
    async (from, to) => {
      const { authenticator, passkey, user, session } = await makeCounted(from);
      const before = await readPasskey(passkey.id);
      const altered = { counter: to, isBackedUp: false };
      const client = makeClient();
      expect(await outcomeOf(enterWith(authenticator, { altered, client }))).toBe(
        "counter",
      );
      const about = { userId: user.id, sessionId: null };
      await expectEvents(client, { ...failure, ...about, reason: "counter" });
      expect(await outcomeOf(confirmWith(session, authenticator, { altered }))).toBe(
        "counter",
      );
      expect(await readPasskey(passkey.id)).toEqual(before);
      expect(await liveSessionsOf(user.id)).toHaveLength(1);
    },
  );

  it("E06 of twenty ceremonies at once with the same count one is answered", async () => {
    const { authenticator, passkey, user } = await makeCounted(5);
    const altered = { counter: 6 };
    const asked = Array.from({ length: 20 }, () => answerToEnter(authenticator, altered));
    const answers = await Promise.all(asked);
    const sent = answers.map(({ response, handle }) =>
      outcomeOf(enter(response, handle)),
    );
    const outcomes = await Promise.all(sent);
    expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "counter")).toHaveLength(19);
    expect(await liveSessionsOf(user.id)).toHaveLength(2);
    expect(Number((await readPasskey(passkey.id)).counter)).toBe(6);
  });

  it("E06 is moved by an answer that proves too little, which is a signature all the same", async () => {
    const { authenticator, passkey, session } = await makeCounted(5);
    const altered = { counter: 9, isUserVerified: false };
    await outcomeOf(confirmWith(session, authenticator, { altered }));
    expect(Number((await readPasskey(passkey.id)).counter)).toBe(9);
  });
});

describe("the backup flags", () => {
  it.each([
    ["synced that says it never was", newAuthenticator, false],
    ["of one device that says it is synced", newSecurityKey, true],
  ])(
    "E07 a passkey %s is refused and recorded",
    async (_kind, make, isBackupEligible) => {
      const { authenticator, passkey, user } = await makeHolder({}, make());
      const before = await readPasskey(passkey.id);
      const client = makeClient();
      const altered = { isBackupEligible, isBackedUp: isBackupEligible };
      const attempt = enterWith(authenticator, { altered, client });
      expect(await outcomeOf(attempt)).toBe("backup_eligibility");
      const about = { userId: user.id, sessionId: null };
      await expectEvents(client, { ...failure, ...about, reason: "backup_eligibility" });
      expect(await readPasskey(passkey.id)).toEqual(before);
    },
  );

  it("E07 whether it is backed up just now is kept as of its last use", async () => {
    const { authenticator, passkey } = await makeHolder();
    expect((await readPasskey(passkey.id)).isBackedUp).toBe(true);
    for (const isBackedUp of [false, true]) {
      await signInWith(authenticator, { altered: { isBackedUp } });
      expect(await readPasskey(passkey.id)).toMatchObject({ isBackedUp });
    }
  });

  it("E07 backed up but not eligible is refused", async () => {
    const { authenticator } = await makeHolder({}, newSecurityKey());
    const altered = { isBackedUp: true };
    expect(await outcomeOf(enterWith(authenticator, { altered }))).toBe("not_verified");
  });
});
