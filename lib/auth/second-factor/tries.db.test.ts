// How often a second factor may be wrong: five times for a sign-in, and on one count
// of the account that goes on across sign-ins, methods and confirmations.
import { describe, expect, it } from "vitest";
import { confirm } from "@/lib/auth/step-up/confirm";
import { config, hours, seconds } from "@/lib/config";
import { db } from "@/lib/db";
import {
  begin,
  enterCode,
  failSecondBefore,
  failuresOf,
  liveLevelsOf,
  makeGuarded,
  signInFully,
  wrongNow,
} from "@/tests/guarded";
import { countsOf, letWaitsPass } from "@/tests/guesses";
import { outcomeOf } from "@/tests/passkeys";
import { makeClient } from "@/tests/people";
import { codeNow } from "@/tests/totp";

type Guarded = Awaited<ReturnType<typeof makeGuarded>>;
type Waiting = Awaited<ReturnType<typeof begin>>;
type Given = { method?: "totp" | "backup_code"; code: string };

const times = (count: number) => Array.from({ length: count }, (_, n) => n);
const give = (waiting: Waiting, given: Given) =>
  outcomeOf(enterCode({ ...waiting, ...given }));
const wrongPaper = "0000-1111-2222-3333";

/** In a sign-in of its own, by default in a browser that the account has never seen. */
async function enter({ user }: Guarded, given: Given, client = makeClient()) {
  return give(await begin(user.id, client), given);
}

async function attemptsOf({ pending }: Waiting): Promise<number> {
  const [id = ""] = pending.split(".");
  return (await db().challenge.findUniqueOrThrow({ where: { id } })).attempts;
}

describe("one sign-in", () => {
  it("D04 ends with the fifth wrong code, and its right one is too late then", async () => {
    const { user, secret } = await makeGuarded();
    const waiting = await begin(user.id);
    const outcomes: string[] = [];
    for (const n of times(5)) {
      outcomes.push(await give(waiting, { code: wrongNow(secret, n) }));
    }
    expect(outcomes).toEqual([...times(4).map(() => "invalid_code"), "spent"]);
    await letWaitsPass();
    expect(await give(waiting, { code: codeNow(secret) })).toBe("expired");
    expect(await liveLevelsOf(user.id)).toEqual([]);
    const again = await begin(user.id);
    expect(await give(again, { code: codeNow(secret) })).toBe("done");
  });

  it("D04 is still open for a fifth one that is right", async () => {
    const { user, secret } = await makeGuarded();
    const waiting = await begin(user.id);
    for (const n of times(4)) await give(waiting, { code: wrongNow(secret, n) });
    expect(await give(waiting, { code: codeNow(secret) })).toBe("done");
    expect(await failuresOf(user.id)).toEqual([]);
  });

  it("D04 gives fifty guesses that come at once no more than five", async () => {
    const { user, secret } = await makeGuarded();
    const waiting = await begin(user.id);
    const guesses = times(50).map((n) => give(waiting, { code: wrongNow(secret, n) }));
    const outcomes = await Promise.all(guesses);
    expect(await attemptsOf(waiting)).toBeLessThanOrEqual(5);
    const judged = outcomes.filter((one) => one === "invalid_code" || one === "spent");
    expect(judged.length).toBeLessThanOrEqual(5);
    expect(await failuresOf(user.id)).toEqual([judged.length]);
    expect(outcomes).not.toContain("done");
  });

  it("D04 counts codes of paper and of the app together", async () => {
    const { user, secret, backupCodes } = await makeGuarded();
    const waiting = await begin(user.id);
    for (const n of times(3)) await give(waiting, { code: wrongNow(secret, n) });
    const paper = { method: "backup_code", code: wrongPaper } as const;
    expect(await give(waiting, paper)).toBe("invalid_code");
    expect(await give(waiting, paper)).toBe("spent");
    await letWaitsPass();
    const right = { method: "backup_code", code: backupCodes[0] ?? "" } as const;
    expect(await give(waiting, right)).toBe("expired");
  });
});

describe("the account", () => {
  it("D04 counts on across sign-ins and methods, and waits after five", async () => {
    const account = await makeGuarded();
    const { user, secret } = account;
    for (const n of times(3)) await enter(account, { code: wrongNow(secret, n) });
    for (const _ of times(2)) {
      await enter(account, { method: "backup_code", code: wrongPaper });
    }
    expect(await failuresOf(user.id)).toEqual([5]);
    const paper = { method: "backup_code", code: account.backupCodes[0] ?? "" } as const;
    for (const given of [{ code: codeNow(secret) }, paper]) {
      const waiting = await begin(user.id);
      expect(await give(waiting, given)).toBe("rate_limited");
      // What has to wait was not judged, and so costs nothing.
      expect(await attemptsOf(waiting)).toBe(0);
      expect(await failuresOf(user.id)).toEqual([5]);
    }
    await letWaitsPass();
    expect(await enter(account, { code: codeNow(secret) })).toBe("done");
    expect(await failuresOf(user.id)).toEqual([]);
  });

  it("D04 gives fifty sign-ins that guess at once no more than five", async () => {
    const account = await makeGuarded();
    const { user, secret } = account;
    const waiting = await Promise.all(times(50).map(() => begin(user.id)));
    const outcomes = await Promise.all(
      waiting.map((one, n) => give(one, { code: wrongNow(secret, n) })),
    );
    const count = (kind: string) => outcomes.filter((one) => one === kind).length;
    expect([count("invalid_code"), count("rate_limited")]).toEqual([5, 45]);
    expect(await failuresOf(user.id)).toEqual([5]);
    const attempts = await Promise.all(waiting.map(attemptsOf));
    expect(attempts.filter((tried) => tried === 1)).toHaveLength(5);
    expect(attempts.filter((tried) => tried === 0)).toHaveLength(45);
  });

  it("D04 waits twice as long for each further one, and an hour at most", async () => {
    const account = await makeGuarded();
    const { user, secret } = account;
    const waits: number[] = [];
    await failSecondBefore(user.id, 4);
    for (const n of times(12)) {
      await letWaitsPass();
      await enter(account, { code: wrongNow(secret, n) });
      const [{ lastTryAt, nextTryAt } = { lastTryAt: 0, nextTryAt: 0 }] = await countsOf(
        user.id,
        "second_factor",
      );
      waits.push(Math.round((Number(nextTryAt) - Number(lastTryAt)) / 1000));
    }
    const doubled = times(8).map((n) => 15 * 2 ** n);
    expect(waits).toEqual([...doubled, ...times(4).map(() => hours(1) / seconds(1))]);
  });

  it("B03 D04 a confirmation and a sign-in feed one count, in the same browser", async () => {
    const account = await makeGuarded();
    const { user, secret } = account;
    const there = await signInFully(user.id);
    const confirmWith = (code: string) =>
      outcomeOf(confirm(there, { method: "totp", code }));
    for (const n of times(3)) await confirmWith(wrongNow(secret, n));
    for (const n of times(2)) {
      await enter(account, { code: wrongNow(secret, n) }, there.client);
    }
    // Of the account none, of this browser five.
    expect(await failuresOf(user.id)).toEqual([5]);
    expect(await confirmWith(codeNow(secret))).toBe("rate_limited");
    expect(await enter(account, { code: codeNow(secret) }, there.client)).toBe(
      "rate_limited",
    );
    await letWaitsPass();
    expect(await confirmWith(codeNow(secret))).toBe("done");
    expect(await failuresOf(user.id)).toEqual([]);
  });

  it("B03 wrong passwords and wrong codes are not each other's", async () => {
    const account = await makeGuarded({ password: "what it is and stays" });
    const { user, secret } = account;
    await failSecondBefore(user.id, config.secondFactor.throttle.refuseAfter);
    await db().$executeRaw`INSERT INTO throttle (kind, key, failures, next_try_at)
      VALUES ('password', ${user.id}, 3, clock_timestamp())`;
    const there = await signInFully(user.id);
    const proof = { method: "totp", code: codeNow(secret) } as const;
    expect(await outcomeOf(confirm(there, proof))).toBe("done");
    const left = await db().throttle.findMany({ where: { key: user.id } });
    expect(left.map(({ kind, failures }) => [kind, failures]).sort()).toEqual([
      ["password", 3],
      ["second_factor", 100],
    ]);
  });
});
