// Our own faults. What was not judged costs its owner nothing: no try of the sign-in,
// none of the account, and no code. What was judged wrong always costs.
import { afterEach, describe, expect, it } from "vitest";
import {
  askForSecondPasskey,
  signInWithSecondPasskey,
} from "@/lib/auth/second-factor/sign-in";
import { confirm } from "@/lib/auth/step-up/confirm";
import { config } from "@/lib/config";
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
import { letWaitsPass } from "@/tests/guesses";
import { addPasskey, newAuthenticator, outcomeOf } from "@/tests/passkeys";
import { makeClient, readSession } from "@/tests/people";
import { statementsOf } from "@/tests/statements";
import { codeNow } from "@/tests/totp";

/** Tables that a right code needs after it was found right. */
const tables = { events: "audit_event", sessions: "session", mail: "pgboss.job" };
type Table = keyof typeof tables;
let away: string | null = null;

async function takeAway(table: Table): Promise<void> {
  const name = tables[table];
  await db().$executeRawUnsafe(`ALTER TABLE ${name} RENAME TO is_away`);
  away = name;
}

async function bringBack(): Promise<void> {
  if (!away) return;
  const [schema, name = schema] = away.split(".");
  const from = away.includes(".") ? `${schema}.is_away` : "is_away";
  await db().$executeRawUnsafe(`ALTER TABLE ${from} RENAME TO ${name}`);
  away = null;
}

afterEach(bringBack);

async function attemptsOf(pending: string): Promise<number> {
  const [id = ""] = pending.split(".");
  return (await db().challenge.findUniqueOrThrow({ where: { id } })).attempts;
}

/** While that part is broken; anything but our own fault is a fault of the test. */
async function failBy(table: Table, attempt: () => Promise<unknown>): Promise<void> {
  await takeAway(table);
  const error = await attempt().then(
    () => null,
    (thrown: Error) => thrown,
  );
  await bringBack();
  expect(error?.constructor.name).toMatch(/^PrismaClient/);
}

describe("a fault of ours at the door", () => {
  it.each([
    ["totp", "events"],
    ["totp", "sessions"],
    ["backup_code", "mail"],
    ["backup_code", "events"],
  ] as const)(
    "D10 costs the right %s nothing when %s cannot be written",
    async (method, table) => {
      const { user, secret, backupCodes } = await makeGuarded();
      const waiting = await begin(user.id);
      const code = method === "totp" ? codeNow(secret) : (backupCodes[0] ?? "");
      await failSecondBefore(user.id, 3);
      await failBy(table, () => enterCode({ ...waiting, method, code }));
      expect(await attemptsOf(waiting.pending)).toBe(0);
      expect(await failuresOf(user.id)).toEqual([3]);
      expect(await liveLevelsOf(user.id)).toEqual([]);
      expect(await outcomeOf(enterCode({ ...waiting, method, code }))).toBe("done");
    },
  );

  it("D10 lets nobody wait who had used up the free tries before it", async () => {
    const { user, secret } = await makeGuarded();
    const { freeFailures } = config.secondFactor.throttle;
    await failSecondBefore(user.id, freeFailures + 2);
    const waiting = await begin(user.id);
    await failBy("events", () => enterCode({ ...waiting, code: codeNow(secret) }));
    expect(await outcomeOf(enterCode({ ...waiting, code: codeNow(secret) }))).toBe(
      "done",
    );
  });

  it("D10 costs a passkey no try either", async () => {
    const { user } = await makeGuarded();
    const authenticator = newAuthenticator();
    await addPasskey(await signInFully(user.id), { authenticator });
    const { pending, client } = await begin(user.id);
    const answer = async () => {
      const asked = await askForSecondPasskey(pending, client);
      const response = authenticator.get(asked.options);
      const attempt = { pending, client, response, handle: asked.handle };
      return () =>
        signInWithSecondPasskey({
          ...attempt,
          trustsBrowser: false,
          previousToken: null,
        });
    };
    await failBy("sessions", await answer());
    expect(await attemptsOf(pending)).toBe(0);
    expect(await outcomeOf((await answer())())).toBe("done");
  });
});

describe("a fault of ours at a confirmation", () => {
  it.each([
    ["totp", "events"],
    ["backup_code", "mail"],
  ] as const)(
    "D10 costs the right %s nothing when %s cannot be written",
    async (method, table) => {
      const { user, secret, backupCodes } = await makeGuarded();
      const there = await signInFully(user.id);
      const before = await readSession(there.session.id);
      const code = method === "totp" ? codeNow(secret) : (backupCodes[0] ?? "");
      await failBy(table, () => confirm(there, { method, code }));
      expect(await failuresOf(user.id)).toEqual([0]);
      expect(await readSession(there.session.id)).toEqual(before);
      expect(await outcomeOf(confirm(there, { method, code }))).toBe("done");
    },
  );
});

describe("a wrong code", () => {
  it("D10 is counted before it is looked at, for the sign-in and for the account", async () => {
    const { user, secret } = await makeGuarded();
    const waiting = await begin(user.id);
    const sent = await statementsOf(() =>
      outcomeOf(enterCode({ ...waiting, code: wrongNow(secret) })),
    );
    const at = (part: RegExp) => sent.findIndex((statement) => part.test(statement));
    const compared = at(/SELECT secret AS sealed/);
    expect(compared).toBeGreaterThan(0);
    for (const counting of [/UPDATE challenge SET attempts/, /INSERT INTO throttle/]) {
      expect(at(counting)).toBeGreaterThanOrEqual(0);
      expect(at(counting)).toBeLessThan(compared);
    }
  });

  it("D10 costs its try though nothing of it can be written down", async () => {
    const { user, secret } = await makeGuarded();
    const waiting = await begin(user.id);
    await failBy("events", () => enterCode({ ...waiting, code: wrongNow(secret) }));
    expect(await attemptsOf(waiting.pending)).toBe(1);
    expect(await failuresOf(user.id)).toEqual([1]);
  });

  it("D10 B11 that its owner should hear of buys no guesses while mail is out of order", async () => {
    const { user, secret } = await makeGuarded();
    const { mailAfter } = config.secondFactor.throttle;
    await failSecondBefore(user.id, mailAfter - 1);
    const [waiting, other] = [await begin(user.id), await begin(user.id)];
    await takeAway("mail");
    const answers: string[] = [];
    for (const code of [wrongNow(secret), codeNow(secret)]) {
      await letWaitsPass();
      const attempt = enterCode({ ...waiting, code });
      answers.push(await attempt.then(String, ({ name }) => name));
    }
    await bringBack();
    // Whoever guesses learns nothing from it: right and wrong are answered alike.
    expect(answers[0]).toMatch(/Prisma/);
    expect(answers[1]).toBe(answers[0]);
    expect(await liveLevelsOf(user.id)).toEqual([]);
    await letWaitsPass();
    const { pending } = other;
    const late = enterCode({ pending, client: other.client, code: wrongNow(secret) });
    expect(await outcomeOf(late)).toBe("invalid_code");
    expect(await failuresOf(user.id)).toEqual([mailAfter]);
    const told = await db().auditEvent.count({
      where: { userId: user.id, type: "second_factor_failures" },
    });
    expect(told).toBe(1);
  });

  it("D10 costs a stranger's browser, and the owner's nothing", async () => {
    const { user, secret } = await makeGuarded();
    const known = await signInFully(user.id);
    const waiting = await begin(user.id, makeClient());
    await outcomeOf(enterCode({ ...waiting, code: wrongNow(secret) }));
    expect(await failuresOf(user.id)).toEqual([1]);
    const own = await begin(user.id, known.client);
    await outcomeOf(enterCode({ ...own, code: wrongNow(secret) }));
    expect(await failuresOf(user.id)).toEqual([1, 1]);
  });
});
