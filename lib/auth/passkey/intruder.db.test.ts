// A stranger who got in, and the owner who throws them out: what was added goes, what
// is older stays, and no guess at a password keeps a passkey's owner out.
import { describe, expect, it } from "vitest";
import { cancelEmailChange } from "@/lib/auth/email-cancel";
import { confirmEmailChange, requestEmailChange } from "@/lib/auth/email-change";
import { secureAccount } from "@/lib/auth/not-me";
import { listPasskeys } from "@/lib/auth/passkey/credentials";
import { findSession } from "@/lib/auth/session-cache";
import { findConfirmation } from "@/lib/auth/step-up/confirmation";
import { config, hours } from "@/lib/config";
import { db } from "@/lib/db";
import { answerTo, failBefore, goodPassword, tryPassword } from "@/tests/guesses";
import {
  addPasskey,
  confirmWith,
  enterWith,
  liveSessionsOf,
  makeHolder,
  newAuthenticator,
  outcomeOf,
  signInWith,
} from "@/tests/passkeys";
import { age, makeClient, signInAsNews } from "@/tests/people";
import { linkOf, newAddress } from "@/tests/secrets";

const ended = { status: "ended", reason: "security" };
const idsOf = async (userId: string) => (await listPasskeys(userId)).map(({ id }) => id);

/** The owner's passkey and session, an hour older than the stranger's session. */
async function makeInvaded() {
  const owner = await makeHolder({ password: goodPassword });
  await age(owner.session.id, hours(1));
  const client = makeClient();
  const { id } = (await signInAsNews(owner.user, client)).session;
  return { ...owner, strange: { session: { id, userId: owner.user.id }, client } };
}

const press = async (sessionId: string) =>
  secureAccount(await linkOf("not-me", { sessionId }), makeClient());

describe("this wasn't me", () => {
  it("C14 removes the passkeys that the strange sessions added, and what they opened", async () => {
    const { user, session, authenticator, passkey, strange } = await makeInvaded();
    const theirs = newAuthenticator();
    await addPasskey(strange, { authenticator: theirs });
    const opened = (await signInWith(theirs)).session;
    const further = newAuthenticator();
    const second = { session: { id: opened.id, userId: user.id } };
    await addPasskey(second, { authenticator: further });
    await press(strange.session.id);
    expect(await idsOf(user.id)).toEqual([passkey.id]);
    for (const { id } of [strange.session, opened])
      expect(await findSession(id)).toEqual(ended);
    for (const one of [theirs, further]) {
      expect(await outcomeOf(enterWith(one))).toBe("unknown_passkey");
    }
    expect((await findSession(session.id)).status).toBe("alive");
    expect(await outcomeOf(enterWith(authenticator))).toBe("done");
  });

  it("C14 in the mail of an added passkey removes that one", async () => {
    const { user, passkey, strange } = await makeInvaded();
    await addPasskey(strange);
    // The newest of the links is the one that came with it.
    await press(strange.session.id);
    expect(await idsOf(user.id)).toEqual([passkey.id]);
  });

  it("C14 touches nobody else's passkeys", async () => {
    const [mine, theirs] = [await makeInvaded(), await makeInvaded()];
    await addPasskey(theirs.strange);
    await press(mine.strange.session.id);
    expect(await idsOf(theirs.user.id)).toHaveLength(2);
  });

  it("G08 racing a registration leaves no passkey of the stranger", async () => {
    for (let round = 0; round < 20; round++) {
      const { user, passkey, strange } = await makeInvaded();
      const adding = addPasskey(strange).then(
        () => "done",
        () => "refused",
      );
      await Promise.all([press(strange.session.id), adding]);
      expect(await idsOf(user.id)).toEqual([passkey.id]);
    }
  }, 60_000);

  it("G08 racing a sign-in with the stranger's passkey leaves no session of it", async () => {
    for (let round = 0; round < 20; round++) {
      const { user, session, strange } = await makeInvaded();
      const authenticator = newAuthenticator();
      await addPasskey(strange, { authenticator });
      const entering = [1, 2, 3].map(() => outcomeOf(enterWith(authenticator)));
      await Promise.all([press(strange.session.id), ...entering]);
      const live = await liveSessionsOf(user.id);
      expect(live.map(({ id }) => id)).toEqual([session.id]);
    }
  }, 60_000);
});

describe("an address that is taken back", () => {
  /** The stranger moves the account to an address of theirs. */
  async function moveAway({ strange }: Awaited<ReturnType<typeof makeInvaded>>) {
    const { session, client } = strange;
    const email = newAddress();
    await requestEmailChange({ session, email, client });
    const own = { userId: session.userId };
    const cancel = await linkOf("email-cancel", own);
    const token = await linkOf("email-change", own);
    const moved = await confirmEmailChange({ proof: { token }, client, session });
    return { cancel, moved };
  }

  it("C12 C14 takes along the passkeys that were added since it was taken away", async () => {
    const invaded = await makeInvaded();
    const { user, authenticator, passkey, strange } = invaded;
    const { cancel, moved } = await moveAway(invaded);
    expect(moved.status).toBe("email_changed");
    const theirs = newAuthenticator();
    await addPasskey(strange, { authenticator: theirs });
    expect((await cancelEmailChange(cancel, makeClient())).status).toBe("restored");
    expect(await idsOf(user.id)).toEqual([passkey.id]);
    expect(await outcomeOf(enterWith(theirs))).toBe("unknown_passkey");
    expect(await outcomeOf(enterWith(authenticator))).toBe("done");
  });

  it("C12 C14 takes along what the session that took it away had added before", async () => {
    const invaded = await makeInvaded();
    const theirs = newAuthenticator();
    await addPasskey(invaded.strange, { authenticator: theirs });
    const { cancel } = await moveAway(invaded);
    expect((await cancelEmailChange(cancel, makeClient())).status).toBe("restored");
    expect(await idsOf(invaded.user.id)).toEqual([invaded.passkey.id]);
  });

  it("C12 K03 takes along nobody else's passkeys, however new", async () => {
    const invaded = await makeInvaded();
    const { cancel } = await moveAway(invaded);
    const other = await makeHolder({ password: goodPassword });
    expect((await cancelEmailChange(cancel, makeClient())).status).toBe("restored");
    expect(await idsOf(other.user.id)).toEqual([other.passkey.id]);
    expect(await liveSessionsOf(other.user.id)).toHaveLength(1);
  });

  it("C12 of a change that only waited leaves all passkeys", async () => {
    const { user, strange } = await makeInvaded();
    const { session, client } = strange;
    await requestEmailChange({ session, email: newAddress(), client });
    await addPasskey(strange);
    const cancel = await linkOf("email-cancel", { userId: user.id });
    expect((await cancelEmailChange(cancel, makeClient())).status).toBe("cancelled");
    expect(await idsOf(user.id)).toHaveLength(2);
  });
});

describe("a password that is refused", () => {
  it("B01 after a hundred wrong ones leaves the passkey, for signing in and confirming", async () => {
    const { user, authenticator, session } = await makeHolder({ password: goodPassword });
    const { email } = user;
    await failBefore(user.id, config.password.throttle.refuseAfter);
    expect(await answerTo(tryPassword({ email }))).not.toBe("signed_in");
    expect((await signInWith(authenticator)).session.aal).toBe(2);
    expect(await outcomeOf(confirmWith(session, authenticator))).toBe("done");
  });

  it("B01 C14 because its owner said so leaves the passkey, and asks for nothing else", async () => {
    const { user, authenticator, strange, session } = await makeInvaded();
    await press(strange.session.id);
    const { email } = user;
    expect(await answerTo(tryPassword({ email }))).toBe("invalid_credentials");
    expect(await outcomeOf(enterWith(authenticator))).toBe("done");
    const methods = ["passkey"];
    expect(await findConfirmation(session)).toMatchObject({
      isConfirmed: false,
      methods,
    });
    await confirmWith(session, authenticator);
    expect(await findConfirmation(session)).toMatchObject({ isConfirmed: true, methods });
  });

  it("B01 gets no tries back by a sign-in with the passkey", async () => {
    const { user, authenticator } = await makeHolder({ password: goodPassword });
    await failBefore(user.id, config.password.throttle.refuseAfter);
    await signInWith(authenticator);
    const [count] = await db().throttle.findMany({ where: { key: user.id } });
    expect(count?.failures).toBe(config.password.throttle.refuseAfter);
  });
});

describe("one's own passkey that somebody else has", () => {
  it("E13 lets them in no more once its owner says so, nor what they added with it", async () => {
    const { user, session, authenticator } = await makeHolder({
      password: goodPassword,
    });
    await age(session.id, hours(1));
    const stolen = (await signInWith(authenticator)).session;
    await addPasskey({ session: { id: stolen.id, userId: user.id } });
    await press(stolen.id);
    expect(await idsOf(user.id)).toEqual([]);
    await expect(signInWith(authenticator)).rejects.toMatchObject({
      extra: { reason: "unknown_passkey" },
    });
    expect((await liveSessionsOf(user.id)).map(({ id }) => id)).toEqual([session.id]);
  });
});
