// A passkey as the second factor: of this account, and only where it has verified its
// user, now and when it was made (Level 3 §7.2).
import { describe, expect, it } from "vitest";
import { askForSecondPasskey } from "@/lib/auth/second-factor/sign-in";
import { findConfirmation } from "@/lib/auth/step-up/confirmation";
import { minutes } from "@/lib/config";
import { db } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import { begin, enterFirst } from "@/tests/guarded";
import {
  addPasskey,
  confirmWith,
  enterWith,
  makeHolder,
  newAuthenticator,
  newSecurityKey,
  outcomeOf,
  readPasskey,
  remove,
} from "@/tests/passkeys";
import { age, makeClient, readSession } from "@/tests/people";
import {
  answerTo,
  enterPasskey,
  makeHolding,
  send,
  sessionsBeside,
} from "@/tests/second-passkeys";

describe("after a password", () => {
  it("F01 is asked for first, by the account's own passkeys and with user verification", async () => {
    const holding = await makeHolding();
    await makeHolding();
    expect(await enterFirst(holding.user.id)).toMatchObject({
      methods: ["passkey", "totp", "backup_code"],
    });
    const { pending, client } = await begin(holding.user.id);
    const { options } = await askForSecondPasskey(pending, client);
    const own = holding.authenticator.passkeys.map(({ id }) => id);
    expect(options.allowCredentials?.map(({ id }) => id)).toEqual(own);
    expect(options.userVerification).toBe("required");
  });

  it("F01 opens a session of two factors that ends with the passkey", async () => {
    const holding = await makeHolding();
    const { user, session, passkey } = holding;
    const waiting = await begin(user.id);
    const entered = await enterPasskey(holding, waiting);
    expect(entered).toMatchObject({
      status: "signed_in",
      session: { aal: 2, amr: ["pwd", "swk", "user", "mfa"], method: "password" },
    });
    expect((await readPasskey(passkey.id)).lastUsedAt).toBeInstanceOf(Date);
    expect(await sessionsBeside(holding)).toHaveLength(1);
    await remove(session, passkey.id);
    expect(await sessionsBeside(holding)).toEqual([]);
  });

  it.each([
    ["now", {}, { isUserVerified: false }],
    ["when it was made", { isUserVerified: false }, {}],
    ["ever", { isUserVerified: false }, { isUserVerified: false }],
  ])("E05 is refused where its user was not verified %s", async (_, made, answered) => {
    const holding = await makeHolding(newAuthenticator(), made);
    await addPasskey(holding);
    const waiting = await begin(holding.user.id);
    const client = makeClient({ deviceHash: waiting.client.deviceHash });
    const attempt = enterPasskey(holding, { ...waiting, client }, answered);
    expect(await outcomeOf(attempt)).toBe("no_user_verification");
    expect(await sessionsBeside(holding)).toEqual([]);
    await expectEvents(client, {
      type: "second_factor",
      result: "failure",
      method: "passkey",
      reason: "no_user_verification",
      userId: holding.user.id,
      sessionId: null,
    });
  });

  it("E05 is not even asked for where no passkey could verify its user", async () => {
    const holding = await makeHolding(newAuthenticator(), { isUserVerified: false });
    const first = await enterFirst(holding.user.id);
    expect(first).toMatchObject({ methods: ["totp", "backup_code"] });
  });

  it("E06 of a copy, whose counter goes back, is refused and moves nothing", async () => {
    const holding = await makeHolding(newSecurityKey());
    await enterPasskey(holding, await begin(holding.user.id));
    const { counter } = await readPasskey(holding.passkey.id);
    const waiting = await begin(holding.user.id);
    expect(await outcomeOf(enterPasskey(holding, waiting, { counter: 1 }))).toBe(
      "counter",
    );
    expect((await readPasskey(holding.passkey.id)).counter).toBe(counter);
  });

  it("E09 F03 of another account completes nobody's sign-in", async () => {
    const [ann, bob] = [await makeHolding(), await makeHolding()];
    const waiting = await begin(ann.user.id);
    expect(await outcomeOf(enterPasskey(bob, waiting))).toBe("unknown_passkey");
    for (const holding of [ann, bob]) expect(await sessionsBeside(holding)).toEqual([]);
    expect(await outcomeOf(enterPasskey(ann, waiting))).toBe("done");
  });

  it("E13 that is removed while it answers opens nothing", async () => {
    const holding = await makeHolding();
    const waiting = await begin(holding.user.id);
    const { response, handle } = await answerTo(holding, waiting);
    await remove(holding.session, holding.passkey.id);
    expect(await outcomeOf(send(waiting, response, handle))).toBe("unknown_passkey");
    expect(await sessionsBeside(holding)).toEqual([]);
  });
});

describe("a passkey that verified nobody", () => {
  it("F01 E05 is a first factor, and may be followed by itself with verification", async () => {
    const holding = await makeHolding();
    const client = makeClient();
    const altered = { isUserVerified: false };
    const first = await enterWith(holding.authenticator, { client, altered });
    if (first.status !== "second_factor_required") throw new Error(first.status);
    const waiting = { pending: first.pending, client };
    expect(await outcomeOf(enterPasskey(holding, waiting, altered))).toBe(
      "no_user_verification",
    );
    const entered = await enterPasskey(holding, waiting);
    expect(entered).toMatchObject({
      session: { aal: 2, amr: ["swk", "user", "mfa"], method: "passkey" },
    });
  });

  it("E05 confirms nothing where a second factor is asked for, nor where none is", async () => {
    const holding = await makeHolding();
    const holder = await makeHolder();
    for (const { session, authenticator } of [holding, holder]) {
      await age(session.id, minutes(20));
      const before = await readSession(session.id);
      const altered = { isUserVerified: false };
      const attempt = confirmWith(session, authenticator, { altered });
      expect(await outcomeOf(attempt)).toBe("no_user_verification");
      expect(await readSession(session.id)).toEqual(before);
      expect((await findConfirmation(session)).isConfirmed).toBe(false);
      await db().passkey.updateMany({
        where: { userId: session.userId },
        data: { isVerifiable: false },
      });
      const late = await outcomeOf(confirmWith(session, authenticator));
      expect(["no_user_verification", "step_up_required"]).toContain(late);
      expect(await readSession(session.id)).toEqual(before);
    }
  });
});
