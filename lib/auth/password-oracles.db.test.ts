// Every place that compares a typed password feeds the same counts (Keycloak
// CVE-2026-9798): more places are no more guesses.
import { describe, expect, it } from "vitest";
import type { Client } from "@/lib/auth/client";
import { confirm } from "@/lib/auth/step-up/confirm";
import { config } from "@/lib/config";
import { db } from "@/lib/db";
import {
  answerTo,
  countsOf,
  letWaitsPass,
  goodPassword as password,
  tryPassword,
  wrongPassword as wrong,
} from "@/tests/guesses";
import { makeClient, makeUser, signIn } from "@/tests/people";

const { freeFailures, refuseAfter } = config.password.throttle;

/** A signed-in person, and the places where a password can be tried. */
async function makeOracles(client: Client) {
  const user = await makeUser({ password });
  const signedIn = await signIn(user, client);
  const session = { id: signedIn.session.id, userId: user.id };
  const proof = (typed: string) => ({ method: "password" as const, password: typed });
  const answered = { status: "confirmed" };
  const oracles = [
    (typed: string) => tryPassword({ email: user.email, password: typed, client }),
    // Changing a password asks here too, with the one of the present.
    (typed: string) => confirm({ session, client }, proof(typed)).then(() => answered),
    (typed: string) =>
      confirm({ session, client, act: "delete_account" }, proof(typed)).then(
        () => answered,
      ),
  ];
  const ask = (n: number, typed: string) => {
    const oracle = oracles[n % oracles.length];
    return oracle ? answerTo(oracle(typed)) : Promise.resolve("none");
  };
  return { user, session, ask };
}

const callers: Record<string, () => Client> = {
  "a known browser": () => makeClient(),
  "a native app": () => makeClient({ channel: "native", deviceHash: null }),
};

describe.each(Object.entries(callers))("in %s", (_what, makeCaller) => {
  it("B03 wrong passwords at sign-in and at confirmations are one count", async () => {
    const { user, ask } = await makeOracles(makeCaller());
    for (let n = 0; n < freeFailures; n++) {
      expect(await ask(n, wrong)).toBe("invalid_credentials");
    }
    for (let n = 0; n < 3; n++) expect(await ask(n, password)).toBe("rate_limited");
    expect(await countsOf(user.id)).toMatchObject([{ failures: freeFailures }]);
  });

  it("B03 after a hundred in all, none of them takes the right one", async () => {
    const { user, ask } = await makeOracles(makeCaller());
    await ask(1, wrong);
    await db().$executeRaw`
      UPDATE throttle SET failures = ${refuseAfter - 1}
      WHERE starts_with(key, ${user.id})`;
    expect(await ask(2, wrong)).toBe("invalid_credentials");
    for (let n = 0; n < 3; n++) {
      await letWaitsPass();
      expect(await ask(n, password)).toBe("rate_limited");
    }
  });

  it("B03 B07 guessed at all of them at once, no more are looked at", async () => {
    const { ask } = await makeOracles(makeCaller());
    const guesses = Array.from({ length: 60 }, (_, n) => ask(n, `${wrong} ${n}`));
    const answers = await Promise.all(guesses);
    expect(answers.filter((a) => a === "invalid_credentials")).toHaveLength(freeFailures);
    expect(answers.filter((a) => a === "rate_limited")).toHaveLength(60 - freeFailures);
  });

  it.each([0, 1, 2])(
    "B03 the right one at place %i ends the count of all",
    async (place) => {
      const { user, ask } = await makeOracles(makeCaller());
      for (let n = 0; n < freeFailures - 1; n++) await ask(n, wrong);
      expect(["signed_in", "confirmed"]).toContain(await ask(place, password));
      expect(await countsOf(user.id)).toEqual([]);
    },
  );
});

describe("a native app", () => {
  it("B03 shares its count with the browsers that the account does not know", async () => {
    const { user, ask } = await makeOracles(
      makeClient({ channel: "native", deviceHash: null }),
    );
    for (let n = 0; n < freeFailures; n++) {
      await answerTo(tryPassword({ email: user.email, password: wrong }));
    }
    expect(await ask(1, password)).toBe("rate_limited");
  });
});
