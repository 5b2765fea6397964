// The ceremony of a passkey between the factors: of one sign-in, for that alone, once.
import { describe, expect, it } from "vitest";
import { askForPasskey, provePasskey } from "@/lib/auth/passkey/assertion";
import { askForSecondPasskey } from "@/lib/auth/second-factor/sign-in";
import { confirm } from "@/lib/auth/step-up/confirm";
import { minutes } from "@/lib/config";
import { begin } from "@/tests/guarded";
import { askToConfirm, idOf, outcomeOf } from "@/tests/passkeys";
import { age } from "@/tests/people";
import {
  answerTo,
  enterPasskey,
  makeHolding,
  send,
  sessionsBeside,
} from "@/tests/second-passkeys";
import { ageChallenge } from "@/tests/secrets";

describe("its ceremony", () => {
  it("F03 E03 is of one sign-in: an answer to another's, of the same person, is none", async () => {
    const holding = await makeHolding();
    const { user, authenticator } = holding;
    const [one, other] = [await begin(user.id), await begin(user.id)];
    const asked = await askForSecondPasskey(one.pending, one.client);
    const response = authenticator.get(asked.options);
    expect(await outcomeOf(send(other, response, asked.handle))).toBe("no_ceremony");
    // E02: and is used up by that.
    expect(await outcomeOf(send(one, response, asked.handle))).toBe("no_ceremony");
    expect(await sessionsBeside(holding)).toEqual([]);
  });

  it("E03 C04 one of the sign-in page, of a confirmation, or none, completes nothing", async () => {
    const holding = await makeHolding();
    const { authenticator, session, user } = holding;
    const waiting = await begin(user.id);
    const asked = [await askForPasskey("passkey-sign-in"), await askToConfirm(session)];
    for (const { options, handle } of asked) {
      const response = authenticator.get(options);
      expect(await outcomeOf(send(waiting, response, handle))).toBe("no_ceremony");
      expect(await outcomeOf(send(waiting, response, null))).toBe("no_ceremony");
    }
    expect(await sessionsBeside(holding)).toEqual([]);
  });

  it("E03 C04 that of a second factor signs in nowhere else and confirms nothing", async () => {
    const { authenticator, session, client, user } = await makeHolding();
    await age(session.id, minutes(20));
    const waiting = await begin(user.id);
    const { response, handle } = await answerTo({ authenticator }, waiting);
    const proof = { method: "passkey", response, handle } as const;
    expect(await outcomeOf(confirm({ session, client }, proof))).toBe("no_ceremony");
    expect(await provePasskey("passkey-sign-in", proof)).toEqual({
      refused: "no_ceremony",
    });
    // Neither has used up what is not theirs.
    expect(await outcomeOf(send(waiting, response, handle))).toBe("done");
  });

  it("E02 of twenty that send one answer at once one is signed in", async () => {
    const holding = await makeHolding();
    const waiting = await begin(holding.user.id);
    const { response, handle } = await answerTo(holding, waiting);
    const sent = Array.from({ length: 20 }, () =>
      outcomeOf(send(waiting, response, handle)),
    );
    const outcomes = await Promise.all(sent);
    expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(1);
    expect(await sessionsBeside(holding)).toHaveLength(1);
  });

  it("E02 F03 is over after five minutes, and with its sign-in after ten", async () => {
    const holding = await makeHolding();
    const waiting = await begin(holding.user.id);
    const { options, handle } = await askForSecondPasskey(
      waiting.pending,
      waiting.client,
    );
    await ageChallenge(idOf(handle), minutes(5));
    const response = holding.authenticator.get(options);
    expect(await outcomeOf(send(waiting, response, handle))).toBe("no_ceremony");
    await ageChallenge(idOf(waiting.pending), minutes(10));
    const { pending, client } = waiting;
    expect(await outcomeOf(askForSecondPasskey(pending, client))).toBe("expired");
    expect(await sessionsBeside(holding)).toEqual([]);
  });

  it("D04 five answers that are no good end the sign-in", async () => {
    const holding = await makeHolding();
    const waiting = await begin(holding.user.id);
    const outcomes: string[] = [];
    for (let n = 0; n < 6; n++) {
      const attempt = enterPasskey(holding, waiting, { isUserVerified: false });
      outcomes.push(await outcomeOf(attempt));
    }
    expect(outcomes.slice(0, 5)).toEqual(Array(5).fill("no_user_verification"));
    expect(outcomes[5]).toBe("expired");
  });
});
