import { describe, expect, it } from "vitest";
import {
  consumeChallenge,
  cookieHandle,
  createChallenge,
  findChallenge,
  linkToken,
  readSecret,
  replaceChallenges,
} from "@/lib/auth/challenge";
import { countAttempt, mailedCode } from "@/lib/auth/mailed-code";
import { hours, minutes } from "@/lib/config";
import { type ChallengePurpose, newId } from "@/lib/crypto";
import { db, transaction } from "@/lib/db";

type Data = { canary: string };
const data = { canary: "canary-in-data" };
const address = () => `${newId()}@example.com`;

function make(over: { email?: string; purpose?: ChallengePurpose } = {}) {
  const fresh = {
    purpose: "registration",
    lifetime: hours(24),
    email: address(),
    data,
  } as const;
  return createChallenge(db(), { ...fresh, ...over });
}

/** Another six digits than the right ones. */
function wrongCode(id: string, step = 1): string {
  const right = Number(mailedCode("registration", id));
  return String((right + step) % 1_000_000).padStart(6, "0");
}

async function expire(id: string): Promise<void> {
  await db().$executeRaw`
    UPDATE challenge SET expires_at = clock_timestamp() - interval '1 ms' WHERE id = ${id}`;
}

describe("at rest", () => {
  it("C01 the row holds no secret and nothing a secret could be told from", async () => {
    const id = await make();
    const row = JSON.stringify(await db().challenge.findUnique({ where: { id } }));
    const secrets = [
      linkToken("registration", id).slice(23),
      cookieHandle("registration", id).slice(23),
      mailedCode("registration", id),
      data.canary,
    ];
    for (const secret of secrets) expect(row).not.toContain(secret);
  });

  it("C01 link and handle carry 256 bits, and the code six digits", async () => {
    const id = await make();
    for (const secret of [
      linkToken("registration", id),
      cookieHandle("registration", id),
    ]) {
      expect(Buffer.from(secret.slice(23), "base64url")).toHaveLength(32);
    }
    const codes = Array.from({ length: 200 }, () => mailedCode("registration", newId()));
    for (const code of codes) expect(code).toMatch(/^\d{6}$/);
    expect(new Set(codes).size).toBeGreaterThan(190);
  });

  it("C01 data that was moved to another row does not open there", async () => {
    const [from, to] = [await make(), await make()];
    await db().$executeRaw`UPDATE challenge SET data =
      (SELECT data FROM challenge WHERE id = ${from}) WHERE id = ${to}`;
    expect(await findChallenge("registration", to)).toEqual({ state: "unknown" });
    expect(await consumeChallenge(db(), "registration", to)).toBeNull();
  });
});

describe("redeeming", () => {
  it("C02 of thirty at once one wins, and later ones find it used", async () => {
    const id = await make();
    const tries = Array.from({ length: 30 }, () =>
      transaction((tx) => consumeChallenge<Data>(tx, "registration", id)),
    );
    const won = (await Promise.all(tries)).filter((challenge) => challenge !== null);
    expect(won).toEqual([expect.objectContaining({ id, data })]);
    expect(await consumeChallenge(db(), "registration", id)).toBeNull();
    expect(await findChallenge("registration", id)).toMatchObject({
      state: "used",
      challenge: { id, data },
    });
  });

  it("C03 is over at its end, by the database's clock", async () => {
    const id = await make();
    await expire(id);
    expect(await findChallenge("registration", id)).toMatchObject({ state: "expired" });
    expect(await countAttempt("registration", id, mailedCode("registration", id))).toBe(
      false,
    );
    expect(await consumeChallenge(db(), "registration", id)).toBeNull();
  });

  it("C03 lives as long as it was given", async () => {
    const lifetime = minutes(10);
    const id = await createChallenge(db(), { purpose: "sign-in", lifetime, data: {} });
    const [row] = await db().$queryRaw<{ lives: number }[]>`
      SELECT extract(epoch FROM expires_at - created_at)::float AS lives
      FROM challenge WHERE id = ${id}`;
    expect(row?.lives).toBeCloseTo(600, 0);
  });

  it("C05 a newer one takes the place of those for the same address", async () => {
    const email = address();
    const older = await make({ email });
    const others = await make();
    expect(await replaceChallenges(db(), "registration", { email })).toBe(1);
    const newer = await make({ email });
    expect(await findChallenge("registration", older)).toMatchObject({
      state: "replaced",
    });
    expect(await consumeChallenge(db(), "registration", older)).toBeNull();
    expect(
      await countAttempt("registration", older, mailedCode("registration", older)),
    ).toBe(false);
    for (const id of [newer, others]) {
      expect((await findChallenge("registration", id)).state).toBe("open");
    }
  });

  it("C05 replaces one once, and never what another purpose holds", async () => {
    const email = address();
    const id = await make({ email });
    const pending = await make({ email, purpose: "sign-in" });
    const races = Array.from({ length: 10 }, () =>
      replaceChallenges(db(), "registration", { id }),
    );
    expect((await Promise.all(races)).reduce((sum, n) => sum + n)).toBe(1);
    expect(await replaceChallenges(db(), "registration", { id: pending })).toBe(0);
    expect((await findChallenge("sign-in", pending)).state).toBe("open");
  });

  it("C13 reports the address it was made for", async () => {
    const email = address();
    const id = await make({ email });
    const consumed = await consumeChallenge<Data>(db(), "registration", id);
    expect(consumed).toEqual({
      id,
      email,
      userId: null,
      sessionId: null,
      createdAt: expect.any(Date),
      data,
    });
  });
});

describe("codes", () => {
  it.each([
    ["as mailed", (code: string) => code],
    ["in two groups", (code: string) => `${code.slice(0, 3)} ${code.slice(3)}`],
    ["with a hyphen", (code: string) => `${code.slice(0, 3)}-${code.slice(3)}`],
    ["with spaces around", (code: string) => ` ${code}\n`],
  ])("takes one typed %s", async (_what, typed) => {
    const id = await make();
    expect(
      await countAttempt("registration", id, typed(mailedCode("registration", id))),
    ).toBe(true);
  });

  it("C02 five wrong ones kill the code and not the link", async () => {
    const id = await make();
    const right = mailedCode("registration", id);
    for (let step = 1; step <= 5; step++) {
      expect(await countAttempt("registration", id, wrongCode(id, step))).toBe(false);
    }
    expect(await countAttempt("registration", id, right)).toBe(false);
    const found = await findChallenge("registration", id);
    expect(found).toMatchObject({ state: "open", attemptsLeft: 0 });
    expect(readSecret("registration", "link", linkToken("registration", id))).toBe(id);
    expect(await consumeChallenge(db(), "registration", id)).not.toBeNull();
  });

  it("C02 four wrong ones leave one try", async () => {
    const id = await make();
    for (let step = 1; step <= 4; step++) {
      await countAttempt("registration", id, wrongCode(id, step));
    }
    expect(await countAttempt("registration", id, mailedCode("registration", id))).toBe(
      true,
    );
  });

  it("C02 fifty wrong guesses at once count five, and none of them is right", async () => {
    const id = await make();
    const guesses = Array.from({ length: 50 }, (_, step) =>
      countAttempt("registration", id, wrongCode(id, step + 1)),
    );
    expect((await Promise.all(guesses)).filter(Boolean)).toEqual([]);
    const row = await db().challenge.findUniqueOrThrow({ where: { id } });
    expect(row.attempts).toBe(5);
    expect(await countAttempt("registration", id, mailedCode("registration", id))).toBe(
      false,
    );
  });

  it("C02 fifty guesses at once, the right one last, get no more than five in", async () => {
    const id = await make();
    const codes = Array.from({ length: 50 }, (_, step) => wrongCode(id, step + 1));
    for (const code of codes.slice(0, 5)) await countAttempt("registration", id, code);
    const late = [...codes.slice(5), mailedCode("registration", id)];
    const answers = await Promise.all(
      late.map((c) => countAttempt("registration", id, c)),
    );
    expect(answers).not.toContain(true);
  });
});

describe("what is no secret", () => {
  it.each(["", " ", "null", "undefined", "0", "[]", "{}", ".", `${"a".repeat(22)}.`])(
    "C15 %j opens nothing",
    async (given) => {
      const id = await make();
      expect(readSecret("registration", "link", given)).toBeNull();
      expect(readSecret("registration", "cookie", given)).toBeNull();
      expect(await countAttempt("registration", id, given)).toBe(false);
      expect(await consumeChallenge(db(), "registration", given)).toBeNull();
      expect(await findChallenge("registration", given)).toEqual({ state: "unknown" });
    },
  );

  it("C15 replacing for an address nobody has touches nothing", async () => {
    const open = await createChallenge(db(), {
      purpose: "sign-in",
      lifetime: hours(1),
      data,
    });
    expect(await replaceChallenges(db(), "sign-in", { email: "" })).toBe(0);
    expect((await findChallenge("sign-in", open)).state).toBe("open");
  });
});
