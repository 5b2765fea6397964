// An answer counts for what was asked, in the browser, session and account that asked.
import { describe, expect, it } from "vitest";
import { cookieHandle, linkToken } from "@/lib/auth/challenge";
import { finishRegistration } from "@/lib/auth/passkey/register";
import type { PasskeyCeremony } from "@/lib/crypto";
import {
  answerToAdd,
  answerToEnter,
  askToAdd,
  askToConfirm,
  askToEnter,
  enter,
  idOf,
  isConsumed,
  liveSessionsOf,
  makeHolder,
  newAuthenticator,
  outcomeOf,
  passkeysOf,
  prove,
} from "@/tests/passkeys";
import { makeClient, readSession, signIn } from "@/tests/people";

describe("a ceremony that is not for this", () => {
  const uses = ["passkey-sign-in", "passkey-step-up"] as const;

  it.each(uses)("E03 a registration's challenge, signed, is no %s", async (use) => {
    const { authenticator, session, user } = await makeHolder();
    const { options, handle } = await askToAdd({ session });
    const { challenge } = options;
    const response = authenticator.get({ challenge, rpId: options.rp.id ?? "" });
    const attempt =
      use === "passkey-sign-in"
        ? enter(response, handle)
        : prove(session, response, handle);
    expect(await outcomeOf(attempt)).toBe("no_ceremony");
    // Not even under the other's name: the handle's key is of its purpose.
    const renamed = cookieHandle(use as PasskeyCeremony, idOf(handle));
    expect(await outcomeOf(enter(response, renamed))).toBe("no_ceremony");
    expect(await isConsumed(handle)).toBe(false);
    expect(await liveSessionsOf(user.id)).toHaveLength(1);
  });

  it("E03 a sign-in's challenge adds no passkey, nor does its answer", async () => {
    const { authenticator, session } = await makeHolder();
    const client = makeClient();
    const { options, handle } = await askToEnter();
    const { options: adding, handle: own } = await askToAdd({ session });
    const response = newAuthenticator().create({
      ...adding,
      challenge: options.challenge,
    });
    const given = { session, response, client };
    expect(await finishRegistration({ ...given, handle })).toBeNull();
    expect(await isConsumed(handle)).toBe(false);
    expect(await outcomeOf(finishRegistration({ ...given, handle: own }))).toBe(
      "not_verified",
    );
    const { response: assertion } = authenticator.get(options);
    const asked = await askToAdd({ session });
    const crossed = { ...response, response: { ...response.response, ...assertion } };
    const attempt = finishRegistration({
      ...given,
      response: crossed,
      handle: asked.handle,
    });
    expect(await outcomeOf(attempt)).toBe("not_verified");
    expect(await passkeysOf(session.userId)).toBe(1);
  });

  it("E03 a confirmation's answer signs nobody in, and a sign-in's confirms nothing", async () => {
    const { authenticator, session, user } = await makeHolder();
    const proof = await askToConfirm(session);
    const signed = authenticator.get(proof.options);
    expect(await outcomeOf(enter(signed, proof.handle))).toBe("no_ceremony");
    expect(await isConsumed(proof.handle)).toBe(false);
    const own = await askToEnter();
    expect(await outcomeOf(enter(signed, own.handle))).toBe("not_verified");
    expect(await liveSessionsOf(user.id)).toHaveLength(1);
    const other = await answerToEnter(authenticator);
    expect(await outcomeOf(prove(session, other.response, other.handle))).toBe(
      "no_ceremony",
    );
    expect(await isConsumed(other.handle)).toBe(false);
    expect(await outcomeOf(prove(session, signed, proof.handle))).toBe("done");
  });
});

describe("a ceremony of somebody else", () => {
  const refuseAsOther = async (asked: { handle: string }, attempt: Promise<unknown>) => {
    expect(await outcomeOf(attempt)).toBe("no_ceremony");
    // Whoever has the handle has used it up, wherever he presents it.
    expect(await isConsumed(asked.handle)).toBe(true);
  };

  it("E03 one session's counts in no other session of the same person", async () => {
    const { authenticator, session, user } = await makeHolder();
    const { id } = (await signIn(user)).session;
    const other = { id, userId: user.id };
    const asked = await askToConfirm(session);
    await refuseAsOther(
      asked,
      prove(other, authenticator.get(asked.options), asked.handle),
    );
    const adding = await askToAdd({ session });
    expect(await answerToAdd({ session: other }, adding)).toBeNull();
    expect(await passkeysOf(user.id)).toBe(1);
    expect((await readSession(id)).generation).toBe(0);
  });

  it("E03 one person's adds nothing to, and confirms nothing for, another", async () => {
    const [ann, bob] = [await makeHolder(), await makeHolder()];
    const adding = await askToAdd(ann);
    expect(await answerToAdd({ session: bob.session }, adding)).toBeNull();
    const asked = await askToConfirm(ann.session);
    const response = ann.authenticator.get(asked.options);
    await refuseAsOther(asked, prove(bob.session, response, asked.handle));
    for (const { user } of [ann, bob]) expect(await passkeysOf(user.id)).toBe(1);
  });

  it("E03 an answer without its browser's handle, or with another's, signs nobody in", async () => {
    const { authenticator, user } = await makeHolder();
    const { response, handle } = await answerToEnter(authenticator);
    const another = await askToEnter();
    const id = idOf(handle);
    const guesses = [
      null,
      "",
      id,
      `${id}.${"A".repeat(43)}`,
      linkToken("passkey-sign-in", id),
    ];
    for (const guess of guesses) {
      expect(await outcomeOf(enter(response, guess))).toBe("no_ceremony");
    }
    expect(await outcomeOf(enter(response, another.handle))).toBe("not_verified");
    expect(await isConsumed(handle)).toBe(false);
    expect(await isConsumed(another.handle)).toBe(true);
    expect(await liveSessionsOf(user.id)).toHaveLength(1);
    expect(await outcomeOf(enter(response, handle))).toBe("done");
  });
});
