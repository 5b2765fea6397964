// How many wrong passwords an account stands, and whom that keeps out.
import { describe, expect, it } from "vitest";
import { countTry } from "@/lib/auth/throttle";
import { config, minutes, seconds } from "@/lib/config";
import { db } from "@/lib/db";
import type { Refusal } from "@/lib/errors";
import {
  amongHashes,
  answerTo,
  countsOf,
  failBefore,
  letWaitsPass,
  goodPassword as password,
  resetTo,
  tryPassword,
  wrongPassword as wrong,
} from "@/tests/guesses";
import { makeClient, makeUser, signIn } from "@/tests/people";

const { freeFailures, refuseAfter, maxDelay } = config.password.throttle;
const countWrong = (subject: string) =>
  countTry({ kind: "password", subject, deviceHash: null });
const native = () => makeClient({ channel: "native", deviceHash: null });

async function noticesOf(email: string): Promise<number> {
  const [row] = await db().$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM pgboss.job
    WHERE name = 'mail' AND data->>'template' = 'password_blocked'
      AND data->>'challengeId' IN (SELECT id FROM challenge WHERE email = ${email})`;
  return row?.n ?? 0;
}

describe("a hundred wrong passwords", () => {
  it("B01 from ever new browsers and addresses end the password until a reset, and mail the owner once", async () => {
    const { email } = await makeUser({ password });
    for (let n = 1; n <= refuseAfter; n++) {
      const client = n % 4 ? makeClient({ ip: `192.0.2.${n}` }) : native();
      expect(await answerTo(tryPassword({ email, password: wrong, client }))).toBe(
        "invalid_credentials",
      );
      expect(await noticesOf(email)).toBe(n < refuseAfter ? 0 : 1);
      await letWaitsPass();
    }
    for (const client of [makeClient(), native()]) {
      const refused = await tryPassword({ email, client }).catch((e: Refusal) => e);
      expect(refused).toMatchObject({
        code: "rate_limited",
        detail: expect.stringContaining("Reset your password"),
      });
      await letWaitsPass();
    }
    expect(await noticesOf(email)).toBe(1);

    const next = "another horse, another battery";
    expect(await resetTo(email, next)).toMatchObject({ status: "password_changed" });
    expect(await answerTo(tryPassword({ email, password: next }))).toBe("signed_in");
  });

  it("B01 the last one tells the record why the password is refused", async () => {
    const { id: userId, email } = await makeUser({ password });
    await failBefore(userId, refuseAfter - 1);
    await answerTo(tryPassword({ email, password: wrong }));
    const events = await db().auditEvent.findMany({
      where: { userId, type: "password_blocked" },
    });
    expect(events).toMatchObject([{ result: "success", reason: "failures" }]);
  });

  it("B01 reached by many guesses at once, they are still told of once", async () => {
    const { id, email } = await makeUser({ password });
    await failBefore(id, refuseAfter - 1);
    const guesses = Array.from({ length: 20 }, () =>
      answerTo(tryPassword({ email, password: wrong })),
    );
    const answers = await Promise.all(guesses);
    expect(answers.filter((a) => a === "invalid_credentials")).toHaveLength(1);
    expect(await noticesOf(email)).toBe(1);
  });

  it("B01 a right password before the last one begins the count anew", async () => {
    const { id, email } = await makeUser({ password });
    await failBefore(id, refuseAfter - 1);
    expect(await answerTo(tryPassword({ email }))).toBe("signed_in");
    expect(await countsOf(id)).toEqual([]);
    await answerTo(tryPassword({ email, password: wrong }));
    expect(await countsOf(id)).toMatchObject([{ failures: 1 }]);
  });
});

describe("a browser that the account knows", () => {
  it("B02 signs in while strangers are refused, and does not help them", async () => {
    const user = await makeUser({ password });
    const { email } = user;
    const client = makeClient();
    await signIn(user, client);
    await failBefore(user.id, refuseAfter);
    expect(await answerTo(tryPassword({ email, client }))).toBe("signed_in");
    expect(await answerTo(tryPassword({ email }))).toBe("rate_limited");
    expect(await countsOf(user.id)).toMatchObject([{ failures: refuseAfter }]);
  });

  it("B02 has a budget of its own, which runs out like any other and troubles nobody else", async () => {
    const user = await makeUser({ password });
    const { email } = user;
    const [client, other] = [makeClient(), makeClient()];
    for (const known of [client, other]) await signIn(user, known);
    for (let n = 0; n < freeFailures; n++) {
      await answerTo(tryPassword({ email, password: wrong, client }));
    }
    expect(await answerTo(tryPassword({ email, client }))).toBe("rate_limited");
    expect(await answerTo(tryPassword({ email, client: other }))).toBe("signed_in");
    expect(await answerTo(tryPassword({ email }))).toBe("signed_in");
    await db().$executeRaw`UPDATE throttle SET failures = ${refuseAfter - 1}`;
    await letWaitsPass();
    await answerTo(tryPassword({ email, password: wrong, client }));
    await letWaitsPass();
    expect(await answerTo(tryPassword({ email, client }))).toBe("rate_limited");
    expect(await noticesOf(email)).toBe(0);
  });

  it("B02 is a stranger to every other account", async () => {
    const [mine, theirs] = [await makeUser({ password }), await makeUser({ password })];
    const client = makeClient();
    await signIn(mine, client);
    await failBefore(theirs.id, refuseAfter);
    expect(await answerTo(tryPassword({ email: theirs.email, client }))).toBe(
      "rate_limited",
    );
  });

  it("B02 a reset forgets every count of the account, and of no other", async () => {
    const [user, other] = [await makeUser({ password }), await makeUser({ password })];
    const client = makeClient();
    await signIn(user, client);
    for (const { id } of [user, other]) await failBefore(id, refuseAfter);
    await answerTo(tryPassword({ email: user.email, password: wrong, client }));
    expect(await countsOf(user.id)).toHaveLength(2);
    await resetTo(user.email, "another horse, another battery");
    expect(await countsOf(user.id)).toEqual([]);
    expect(await countsOf(other.id)).toHaveLength(1);
  });
});

describe("many guesses at once", () => {
  it.each(["an account", "an address without one"])(
    "B07 of a hundred at %s only the free ones are looked at",
    async (which) => {
      const email =
        which === "an account"
          ? (await makeUser({ password })).email
          : "b07@nobody.example";
      const guesses = Array.from({ length: 100 }, (_, n) =>
        answerTo(tryPassword({ email, password: `${wrong} ${n}` })),
      );
      const answers = await Promise.all(guesses);
      const looked = answers.filter((answer) => answer === "invalid_credentials");
      expect(looked).toHaveLength(freeFailures);
      expect(answers.filter((answer) => answer === "rate_limited")).toHaveLength(
        100 - freeFailures,
      );
    },
  );

  it("B07 the right one among those that wait is not looked at either", async () => {
    const { id, email } = await makeUser({ password });
    await failBefore(id, freeFailures - 1);
    await answerTo(tryPassword({ email, password: wrong }));
    const refused = await tryPassword({ email }).catch((e: Refusal) => e);
    expect(refused).toMatchObject({ code: "rate_limited", status: 429 });
    await letWaitsPass();
    expect(await answerTo(tryPassword({ email }))).toBe("signed_in");
  });
});

describe("the wait", () => {
  /** In seconds, after so many failures. */
  async function waitAfter(failures: number): Promise<number> {
    const { id } = await makeUser();
    if (failures > 1) await failBefore(id, failures - 1);
    await countWrong(id);
    const [count] = await countsOf(id);
    const wait = (count?.nextTryAt.getTime() ?? 0) - (count?.lastTryAt.getTime() ?? 0);
    return Math.round(wait / 1000);
  }

  it("B01 doubles after the free failures, up to a quarter of an hour", async () => {
    const waits: number[] = [];
    for (const n of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 50, 99, 100]) {
      waits.push(await waitAfter(n));
    }
    const cap = maxDelay / 1000;
    const capped = [cap, cap, cap, cap, cap];
    expect(waits).toEqual([0, 0, 0, 0, 15, 30, 60, 120, 240, 480, ...capped]);
    expect(maxDelay).toBe(minutes(15));
  });

  it("B01 is told to whoever has to wait, and asking meanwhile does not lengthen it", async () => {
    const { id } = await makeUser();
    await failBefore(id, freeFailures);
    await countWrong(id);
    const [before] = await countsOf(id);
    for (let n = 0; n < 3; n++) {
      const refused = await countWrong(id).catch((e: Refusal) => e);
      const { retryAfter } = refused as Refusal;
      expect(retryAfter).toBeGreaterThan(seconds(15));
      expect(retryAfter).toBeLessThanOrEqual(seconds(30));
    }
    expect(await countsOf(id)).toEqual([before]);
  });
});

describe("a server that is drowning", () => {
  it("A12 B08 says so at once, and what was not looked at costs nobody a try", async () => {
    const { id, email } = await makeUser({ password });
    await failBefore(id, freeFailures - 1);
    await amongHashes(200, async () => {
      for (const typed of [password, wrong, password]) {
        await expect(tryPassword({ email, password: typed })).rejects.toMatchObject({
          code: "unavailable",
          status: 503,
        });
      }
    });
    expect(await countsOf(id)).toMatchObject([{ failures: freeFailures - 1 }]);
    expect(await db().session.count({ where: { userId: id } })).toBe(0);
    expect(await answerTo(tryPassword({ email }))).toBe("signed_in");
  });
});
