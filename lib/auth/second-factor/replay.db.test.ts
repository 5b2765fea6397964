// A code of an authenticator app counts once, near its own half minute, and never
// after a later one: by the database's clock and in one statement (RFC 6238 §5.2).
import { afterEach, describe, expect, it, vi } from "vitest";
import { confirm } from "@/lib/auth/step-up/confirm";
import { hours, minutes } from "@/lib/config";
import { db } from "@/lib/db";
import {
  begin,
  enterCode,
  failuresOf,
  letStepsPass,
  liveLevelsOf,
  makeGuarded,
  signInFully,
  withinOneStep,
} from "@/tests/guarded";
import { outcomeOf } from "@/tests/passkeys";
import { makeClient } from "@/tests/people";
import { codeNow } from "@/tests/totp";

type Guarded = Awaited<ReturnType<typeof makeGuarded>>;

/** A sign-in of its own for it, which nothing else is wrong with. */
async function enter({ user }: Guarded, code: string): Promise<string> {
  return outcomeOf(enterCode({ ...(await begin(user.id)), code }));
}

const rowOf = (userId: string) =>
  db().totp.findUniqueOrThrow({ where: { userId }, omit: { secret: false } });

describe("a code that was used", () => {
  it("D01 is refused in its own half minute, in the same browser and in another", async () => {
    const outcomes = await withinOneStep(async () => {
      const account = await makeGuarded();
      const code = codeNow(account.secret);
      const client = makeClient();
      const { pending } = await begin(account.user.id, client);
      const first = await outcomeOf(enterCode({ pending, client, code }));
      const again = await begin(account.user.id, client);
      const second = await outcomeOf(enterCode({ ...again, code }));
      return [first, second, await enter(account, code)];
    });
    expect(outcomes).toEqual(["done", "invalid_code", "invalid_code"]);
  });

  it("D01 is refused for a confirmation, and one that confirmed is refused at the door", async () => {
    const outcomes = await withinOneStep(async () => {
      const account = await makeGuarded();
      const { session, client } = await signInFully(account.user.id);
      const confirmWith = (code: string) =>
        outcomeOf(confirm({ session, client }, { method: "totp", code }));
      const [code, next] = [codeNow(account.secret), codeNow(account.secret, 1)];
      return [
        await enter(account, code),
        await confirmWith(code),
        await confirmWith(next),
        await enter(account, next),
      ];
    });
    expect(outcomes).toEqual(["done", "invalid_code", "done", "invalid_code"]);
  });

  it("D02 of fifty at once, over ten sign-ins, one is signed in", async () => {
    const { entered, live, failures } = await withinOneStep(async () => {
      const { user, secret } = await makeGuarded();
      const waiting = await Promise.all(
        Array.from({ length: 10 }, () => begin(user.id, makeClient())),
      );
      // More than the free tries of the account, which are not what is tested here.
      await db().$executeRaw`INSERT INTO known_browser (user_id, device_hash)
        SELECT ${user.id}, device_hash FROM challenge WHERE user_id = ${user.id}`;
      const code = codeNow(secret);
      const tries = waiting.flatMap((one) =>
        Array.from({ length: 5 }, () => outcomeOf(enterCode({ ...one, code }))),
      );
      const entered = await Promise.all(tries);
      const live = await liveLevelsOf(user.id);
      return { entered, live, failures: await failuresOf(user.id) };
    });
    expect(entered.filter((outcome) => outcome === "done")).toHaveLength(1);
    const refusals = new Set(entered.filter((outcome) => outcome !== "done"));
    const expected = ["invalid_code", "spent", "expired"];
    expect(expected).toEqual(expect.arrayContaining([...refusals]));
    expect(live.map(({ aal }) => aal)).toEqual([2]);
    // The nine others of other browsers each count for theirs.
    expect(failures.length).toBeGreaterThanOrEqual(9);
  });

  it("D02 of a door and a confirmation at once one opens", async () => {
    for (let round = 0; round < 15; round++) {
      const outcomes = await withinOneStep(async () => {
        const { user, secret } = await makeGuarded();
        const [there, waiting] = [await signInFully(user.id), await begin(user.id)];
        const code = codeNow(secret);
        return Promise.all([
          outcomeOf(confirm(there, { method: "totp", code })),
          outcomeOf(enterCode({ ...waiting, code })),
        ]);
      });
      expect(outcomes.sort()).toEqual(["done", "invalid_code"]);
    }
  });
});

describe("the steps", () => {
  it.each([
    [-1, "done"],
    [0, "done"],
    [1, "done"],
    [-2, "invalid_code"],
    [2, "invalid_code"],
    [-6, "invalid_code"],
    [6, "invalid_code"],
  ])("D03 the code of %i steps from now is answered with %s", async (steps, expected) => {
    const outcome = await withinOneStep(async () => {
      const account = await makeGuarded();
      return enter(account, codeNow(account.secret, steps));
    });
    expect(outcome).toBe(expected);
  });

  it("D03 once a step was used it and those before it are over, and a later one is not", async () => {
    const outcomes = await withinOneStep(async () => {
      const account = await makeGuarded();
      const enterAt = (steps: number) => enter(account, codeNow(account.secret, steps));
      const tried: string[] = [];
      for (const steps of [0, -1, 0, 1, 0, -1, 1]) tried.push(await enterAt(steps));
      return tried;
    });
    expect(outcomes.slice(0, 4)).toEqual([
      "done",
      "invalid_code",
      "invalid_code",
      "done",
    ]);
    expect(new Set(outcomes.slice(4))).toEqual(new Set(["invalid_code"]));
  });

  it("D03 a code of the former step does not come back when the clock is asked later", async () => {
    const account = await makeGuarded();
    await db().totp.update({
      where: { userId: account.user.id },
      data: { lastStep: Math.floor(Date.now() / 30_000) + 5 },
    });
    expect(await enter(account, codeNow(account.secret))).toBe("invalid_code");
    await letStepsPass(account.user.id);
    expect(await enter(account, codeNow(account.secret))).toBe("done");
  });
});

describe("the clock", () => {
  afterEach(() => void vi.useRealTimers());

  it.each([-hours(1), -minutes(3), minutes(3), hours(1)])(
    "D05 that of this node, %i ms off, says nothing: the database's does",
    async (shift) => {
      const outcomes = await withinOneStep(async () => {
        const account = await makeGuarded();
        const { user, secret } = account;
        const [real, one, other] = [
          codeNow(secret),
          await begin(user.id),
          await begin(user.id),
        ];
        vi.useFakeTimers({ toFake: ["Date"] });
        vi.setSystemTime(Date.now() + shift);
        const off = await outcomeOf(enterCode({ ...one, code: codeNow(secret) }));
        const right = await outcomeOf(enterCode({ ...other, code: real }));
        vi.useRealTimers();
        return [off, right];
      });
      expect(outcomes).toEqual(["invalid_code", "done"]);
    },
  );
});

describe("the key", () => {
  it("D07 that is moved to another account's row opens nothing there", async () => {
    const [ann, bob] = [await makeGuarded(), await makeGuarded()];
    const { secret } = await rowOf(ann.user.id);
    await db().totp.update({ where: { userId: bob.user.id }, data: { secret } });
    expect(await enter(bob, codeNow(ann.secret))).toBe("invalid_code");
    expect(await enter(bob, codeNow(bob.secret))).toBe("invalid_code");
    expect(await liveLevelsOf(bob.user.id)).toEqual([]);
    expect(await enter(ann, codeNow(ann.secret))).toBe("done");
  });

  it("D07 is nowhere in the database as it is, and comes along with no row", async () => {
    const { user, secret } = await makeGuarded();
    const [{ text } = { text: "" }] = await db().$queryRaw<{ text: string }[]>`
      SELECT row_to_json(totp)::text AS text FROM totp WHERE user_id = ${user.id}`;
    expect(text).not.toContain(secret);
    const row = await db().totp.findUniqueOrThrow({ where: { userId: user.id } });
    expect(Object.keys(row)).not.toContain("secret");
  });
});

describe("root secrets", () => {
  const root = process.env.APP_SECRET ?? "";
  const newRoot = "a-root-secret-drawn-this-year-9876543210";

  async function nodeWith(...roots: string[]) {
    vi.stubEnv("APP_SECRET", roots.join(","));
    vi.resetModules();
    return import("@/lib/auth/second-factor/totp");
  }

  afterEach(() => void vi.unstubAllEnvs());

  it("D07 a code that is used seals the key anew, so that the former root can go", async () => {
    const { user, secret } = await makeGuarded();
    const { transaction } = await import("@/lib/db");
    const use = (node: Awaited<ReturnType<typeof nodeWith>>, code: string) =>
      transaction((tx) => node.useTotp(tx, user.id, code));
    const before = await rowOf(user.id);
    expect(await use(await nodeWith(newRoot), codeNow(secret))).toBe(false);
    expect(await use(await nodeWith(newRoot, root), codeNow(secret))).toBe(true);
    const after = await rowOf(user.id);
    expect(after.secret.split(".")[0]).not.toBe(before.secret.split(".")[0]);
    await letStepsPass(user.id);
    expect(await use(await nodeWith(newRoot), codeNow(secret))).toBe(true);
    await letStepsPass(user.id);
    expect(await use(await nodeWith(root), codeNow(secret))).toBe(false);
  });
});
