// Whether an address has an account, and what is the matter with it, must not
// show in the work that a refusal costs. The clock is not asked: statements and
// hashes are counted.
import { describe, expect, it } from "vitest";
import { config } from "@/lib/config";
import { newId } from "@/lib/crypto";
import { db } from "@/lib/db";
import {
  amongHashes,
  answerTo,
  goodPassword as password,
  tryPassword,
  wrongPassword,
} from "@/tests/guesses";
import { makeUser, signIn } from "@/tests/people";
import { statementsOf } from "@/tests/statements";

const { freeFailures } = config.password.throttle;

/** An address of each kind, and what is typed there in vain. */
const kinds: Record<string, () => Promise<{ email: string; typed?: string }>> = {
  "an address without an account": async () => ({
    email: `${newId().toLowerCase().replaceAll("_", "x")}@example.com`,
  }),
  "an account": () => makeUser({ password }),
  "an account with a second factor": () =>
    makeUser({ password, secondFactors: ["totp"] }),
  "an account without a password": () => makeUser(),
  "a banned account": () => makeMarked("bannedAt"),
  "a banned account, with its password": async () => ({
    ...(await makeMarked("bannedAt")),
    typed: password,
  }),
  "a blocked password, guessed wrong": () => makeMarked("passwordBlockedAt"),
  "a blocked password, guessed right": async () => ({
    ...(await makeMarked("passwordBlockedAt")),
    typed: password,
  }),
  "an account that knows other browsers": async () => {
    const user = await makeUser({ password });
    await signIn(user);
    return user;
  },
};

async function makeMarked(column: "bannedAt" | "passwordBlockedAt") {
  const { id } = await makeUser({ password });
  return db().user.update({ where: { id }, data: { [column]: new Date() } });
}

/** The kind that says least: what it costs is what everything must cost. */
const [nobody = "", ...others] = Object.keys(kinds);

/** What the database is asked after so many failures, and the answer. */
async function statementsFor(kind: string, failures: number) {
  const made = await kinds[kind]?.();
  if (!made) throw new Error(kind);
  const attempt = { email: made.email, password: made.typed ?? wrongPassword };
  for (let n = 0; n < failures; n++) await answerTo(tryPassword(attempt));
  let answer = "";
  const statements = await statementsOf(async () => {
    answer = await answerTo(tryPassword(attempt));
  });
  return { answer, statements };
}

describe.each(others)("%s", (kind) => {
  it.each([
    ["the first refusal", 0, "invalid_credentials"],
    ["a later one", 2, "invalid_credentials"],
    ["being told to wait", freeFailures, "rate_limited"],
  ])(
    "B09 B10 asks the database what nobody's address does, at %s",
    async (_at, failures, answer) => {
      const expected = await statementsFor(nobody, failures);
      expect(expected.answer).toBe(answer);
      expect(expected.statements.length).toBeGreaterThan(3);
      expect(await statementsFor(kind, failures)).toEqual(expected);
    },
  );

  it("B09 B10 costs as many hashes as nobody's address", async () => {
    const hashesFor = async (which: string) => {
      const made = await kinds[which]?.();
      if (!made) throw new Error(which);
      const attempt = { email: made.email, password: made.typed ?? wrongPassword };
      return countHashes(() => answerTo(tryPassword(attempt)));
    };
    await answerTo(tryPassword({ email: "warm@up.example" }));
    expect([await hashesFor(nobody), await hashesFor(kind)]).toEqual([1, 1]);
  });
});

/** Those in line ahead are counted: each hash waits for as many as there always are. */
async function countHashes(work: () => Promise<unknown>): Promise<number> {
  const ahead = 40;
  return Math.round((await amongHashes(ahead, work)) / ahead);
}
