// The matrix: every first factor at every guard, each through the whole of its flow.
// The lists are `tests/first-factors.ts` and `tests/guards.ts`; what is not in them
// does not compile.
import { afterEach, describe, expect, it } from "vitest";
import { verifyAccessToken } from "@/lib/auth/access-token";
import { linkToken } from "@/lib/auth/challenge";
import { mailedCode } from "@/lib/auth/mailed-code";
import type { FirstFactor } from "@/lib/auth/policy";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { findRegistration } from "@/lib/auth/registration/begin";
import { verifyRegistration } from "@/lib/auth/registration/verify";
import { signInWithCode } from "@/lib/auth/second-factor/sign-in";
import { findSession } from "@/lib/auth/session-cache";
import { db } from "@/lib/db";
import {
  type Cell,
  firstFactors,
  type Guard,
  type Key,
  type Way,
} from "@/tests/first-factors";
import { guards, strangersPassword, switchOn } from "@/tests/guards";
import { answerTo, tryPassword } from "@/tests/guesses";
import { makeClient } from "@/tests/people";

type Row = Way & { method: FirstFactor };

const ways = Object.entries(firstFactors).flatMap(([method, variants]) =>
  Object.entries(variants).map(
    ([name, way]) => [name, { ...way, method: method as FirstFactor }] as const,
  ),
);

const columns = new Set<string>();

/** The rows of a column, with what they are to meet in their names. */
function at(guard: Guard) {
  columns.add(guard);
  return ways
    .filter(([, { cells }]) => cells[guard] !== "no account yet")
    .map(([name, way]) => [name, way.cells[guard], way] as const);
}

async function meet({ make, method }: Row, guard: Guard) {
  const key = await make();
  const left = await guards[guard](key, method);
  const before = await sessionsOf(key);
  const answer = await key.enter();
  const opened = (await sessionsOf(key)) - before;
  return { method, key, left, answer, opened };
}

const sessionsOf = ({ email }: Key) => db().session.count({ where: { user: { email } } });

async function eventsOf({ client: { requestId } }: Key): Promise<string[]> {
  const where = { requestId, type: { in: ["sign_in", "second_factor_asked"] } };
  const events = await db().auditEvent.findMany({ where, orderBy: { at: "asc" } });
  return events.map(({ type, result }) => `${type} ${result}`);
}

async function reasonsOf({ client: { requestId } }: Key) {
  const where = { requestId, result: "failure" };
  const events = await db().auditEvent.findMany({ where });
  return events.map(({ reason }) => reason);
}

type Met = Awaited<ReturnType<typeof meet>>;

const judges: Record<Exclude<Cell, "no account yet">, (met: Met) => Promise<void>> = {
  "aal 1": (met) => expectIn(met, 1),
  "aal 2": (met) => expectIn(met, 2),
  asked: expectAsked,
  refused: expectRefused,
};

async function expectCell(way: Row, guard: Guard): Promise<Met> {
  const cell = way.cells[guard];
  if (cell === "no account yet") throw new Error("there is nothing to meet");
  const met = await meet(way, guard);
  await judges[cell](met);
  return met;
}

async function expectIn({ method, key, answer, opened }: Met, aal: number) {
  expect(answer).toMatchObject({ status: "signed_in", session: { method, aal } });
  expect(opened).toBe(1);
  expect((await eventsOf(key)).at(-1)).toBe("sign_in success");
}

async function expectRefused({ key, answer, opened }: Met) {
  expect(Object.keys(answer).sort()).toEqual(["reason", "status"]);
  expect(answer.status).toBe("refused");
  expect(opened).toBe(0);
  expect(await eventsOf(key)).not.toContain("sign_in success");
  expect(await eventsOf(key)).not.toContain("second_factor_asked success");
}

/** Nothing but a handle, which is no session; and with the second factor it is one. */
async function expectAsked({ key, left, answer, opened }: Met) {
  const parts = ["expiresAt", "methods", "pending", "status"];
  expect(Object.keys(answer).sort()).toEqual(parts);
  if (answer.status !== "second_factor_required") throw new Error(answer.status);
  // A passkey that verifies its user is two factors, whatever came before it.
  const where = { userId: key.userId };
  const verifiable = { ...where, isVerifiable: true };
  const passkey =
    (await db().passkey.count({ where: verifiable })) > 0 ? ["passkey"] : [];
  const totp = (await db().totp.count({ where })) > 0 ? ["totp"] : [];
  expect(answer.methods).toEqual([...passkey, ...totp, "backup_code"]);
  expect(opened).toBe(0);
  expect(await eventsOf(key)).toEqual(["second_factor_asked success"]);
  await expectNoToken(answer.pending, key);
  const code = left.backupCodes?.[0] ?? "";
  const second = { method: "backup_code", code, trustsBrowser: false } as const;
  const rest = { pending: answer.pending, client: key.client, previousToken: null };
  const both = await signInWithCode({ ...second, ...rest });
  expect(both).toMatchObject({ status: "signed_in", session: { aal: 2 } });
}

async function expectNoToken(pending: string, { client }: Key): Promise<void> {
  expect(await verifyAccessToken(pending)).toBeNull();
  expect(await findSession(pending.slice(0, 22))).toEqual({ status: "unknown" });
  const renewed = await rotateRefreshToken({ token: pending, client });
  expect(renewed).toEqual({ status: "unknown" });
}

afterEach(switchOn);

it("F02 no guard is without its column", () => {
  expect([...columns].sort()).toEqual(Object.keys(guards).sort());
});

describe("every first factor", () => {
  it.each(at("nothing"))("F02 %s opens what it should: %s", async (_way, _cell, way) => {
    await expectCell(way, "nothing");
  });

  it.each(at("a second factor"))(
    "F01 F04 E05 %s, where a second factor is set up: %s",
    async (_way, _cell, way) => {
      await expectCell(way, "a second factor");
    },
  );

  it.each(at("paper alone"))(
    "F01 F09 %s, where nothing but backup codes is left: %s",
    async (_way, _cell, way) => {
      await expectCell(way, "paper alone");
    },
  );

  it.each(at("a role that demands one"))(
    "F01 F04 %s of an admin, who need not have turned it on: %s",
    async (_way, _cell, way) => {
      await expectCell(way, "a role that demands one");
    },
  );

  it.each(at("a trusted browser"))(
    "F01 %s in a browser that is trusted: %s",
    async (_way, _cell, way) => {
      await expectCell(way, "a trusted browser");
    },
  );

  it.each(at("a browser that an admin trusts"))(
    "F01 %s of an admin, in a browser that was trusted before: %s",
    async (_way, _cell, way) => {
      await expectCell(way, "a browser that an admin trusts");
    },
  );

  it.each(at("trust in another browser"))(
    "F01 %s beside a browser that is trusted: %s",
    async (_way, _cell, way) => {
      await expectCell(way, "trust in another browser");
    },
  );

  it.each(at("trust that is over"))(
    "F01 %s in a browser that was trusted for its time: %s",
    async (_way, _cell, way) => {
      await expectCell(way, "trust that is over");
    },
  );

  it.each(at("a ban"))("G03 G08 %s of a banned account: %s", async (_way, _cell, way) => {
    await expectCell(way, "a ban");
  });

  it.each(at("its limits"))(
    "B01 C02 E02 %s after as many wrong tries as there are: %s",
    async (_way, _cell, way) => {
      await expectCell(way, "its limits");
    },
  );

  it.each(at("being switched off"))(
    "F02 %s where its method is switched off: %s",
    async (_way, cell, way) => {
      const { key } = await expectCell(way, "being switched off");
      if (cell !== "refused") return;
      // Nor does it begin an account that would be for another method to enter.
      const users = await db().user.count({ where: { email: key.email } });
      expect(users).toBe(key.userId ? 1 : 0);
      expect(await reasonsOf(key)).toEqual([
        way.method === "email" ? "address_taken" : "disabled",
      ]);
    },
  );

  it.each(at("what a stranger prepared"))(
    "C14 %s, though a stranger has signed up with the address: %s",
    async (_way, _cell, way) => {
      const { key, left } = await expectCell(way, "what a stranger prepared");
      await expectNothingFor(left.registration ?? "", key);
    },
  );

  it.each(
    ways.flatMap(([name, way]) =>
      (Object.keys(guards) as Guard[])
        .filter((guard) => way.cells[guard] === "no account yet")
        .map((guard) => [name, guard, way] as const),
    ),
  )("F02 %s begins an account, and cannot meet %s", async (_way, _guard, { make }) => {
    const { email, userId } = await make();
    expect(userId).toBe("");
    expect(await db().user.count({ where: { email } })).toBe(0);
  });
});

/** With every secret of it, in the browser where it was begun and elsewhere. */
async function expectNothingFor(handle: string, { email, userId }: Key): Promise<void> {
  const id = handle.slice(0, 22);
  // Where the account has just begun it has ended; elsewhere the address is taken.
  if (!userId) expect(await findRegistration(handle)).toBeNull();
  const rest = { client: makeClient(), password: strangersPassword, previousToken: null };
  const code = mailedCode("registration", id);
  for (const proof of [{ token: linkToken("registration", id) }, { code }]) {
    for (const own of [handle, null]) {
      const answer = await verifyRegistration({ proof, handle: own, ...rest });
      expect(answer.status).toBe("refused");
    }
  }
  const typed = tryPassword({ email, password: strangersPassword });
  expect(await answerTo(typed)).toBe("invalid_credentials");
}
