// What the clean-up takes of one-time secrets and counts, and what it must leave.
import { describe, expect, it } from "vitest";
import { consumeChallenge, createChallenge, linkToken } from "@/lib/auth/challenge";
import { cleanUp } from "@/lib/auth/clean-up";
import { cancelEmailChange } from "@/lib/auth/email-cancel";
import { confirmEmailChange, requestEmailChange } from "@/lib/auth/email-change";
import { trustBrowser } from "@/lib/auth/trusted-browser";
import { config, days, hours, minutes } from "@/lib/config";
import type { ChallengePurpose } from "@/lib/crypto";
import { db, transaction } from "@/lib/db";
import { countsOf, failBefore } from "@/tests/guesses";
import { makeClient, makeSignedIn, makeUser } from "@/tests/people";
import { ageChallenge, linkOf, newAddress } from "@/tests/secrets";

const make = (purpose: ChallengePurpose, lifetime: number) =>
  createChallenge(db(), { purpose, lifetime, data: {} });

const isThere = async (id: string) => (await db().challenge.count({ where: { id } })) > 0;

describe("a one-time secret", () => {
  it("that was used goes a day later, however long it would have lived", async () => {
    const [fresh, spent] = [await make("not-me", days(3)), await make("not-me", days(3))];
    for (const id of [fresh, spent]) await consumeChallenge(db(), "not-me", id);
    for (const [id, ago] of [
      [fresh, hours(23)],
      [spent, hours(25)],
    ] as const) {
      await db().$executeRaw`UPDATE challenge
        SET consumed_at = consumed_at - ${ago} * interval '1 millisecond' WHERE id = ${id}`;
    }
    await cleanUp();
    expect([await isThere(fresh), await isThere(spent)]).toEqual([true, false]);
  });

  it("that is open stays to its end, for three days too", async () => {
    for (const purpose of ["email-cancel", "not-me"] as const) {
      const id = await make(purpose, days(3));
      await ageChallenge(id, days(3) - minutes(5));
      await cleanUp();
      expect(await isThere(id)).toBe(true);
    }
  });

  it.each([
    ["D07 that sets up an app goes at its end, for it holds the key", "totp-enrolment"],
    [
      "that holds an interrupted form goes at its end, for it may hold a password",
      "step-up",
    ],
  ] as const)("%s", async (_name, purpose) => {
    const [open, over] = [
      await make(purpose, minutes(10)),
      await make(purpose, minutes(10)),
    ];
    const code = await make("step-up-code", minutes(10));
    for (const id of [over, code]) await ageChallenge(id, minutes(10));
    await cleanUp();
    expect([await isThere(open), await isThere(over), await isThere(code)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it("C12 takes a change of address back for three days, whatever was cleaned up", async () => {
    const { user, client, sessionId } = await makeSignedIn();
    const session = { id: sessionId, userId: user.id };
    await requestEmailChange({ session, email: newAddress(), client });
    const proof = { token: await linkOf("email-change", { userId: user.id }) };
    await confirmEmailChange({ proof, session, client });
    const own = await db().challenge.findMany({ where: { userId: user.id } });
    for (const { id } of own) await ageChallenge(id, hours(71));
    await db().$executeRaw`UPDATE challenge
      SET consumed_at = consumed_at - interval '71 hours' WHERE user_id = ${user.id}`;
    await cleanUp();
    const { id: changed = "" } = own.find((c) => c.purpose === "email-change") ?? {};
    expect(await isThere(changed)).toBe(false);
    const { id = "" } = own.find((c) => c.purpose === "email-cancel") ?? {};
    const link = linkToken("email-cancel", id);
    expect(await cancelEmailChange(link, makeClient())).toMatchObject({
      status: "restored",
      email: user.email,
    });
  });
});

describe("a trusted browser", () => {
  it("is forgotten when its month is over, and no sooner", async () => {
    const { user, sessionId } = await makeSignedIn();
    for (const [name, ago] of [
      ["over", days(30) + minutes(1)],
      ["kept", days(30) - minutes(1)],
    ] as const) {
      const about = { userId: user.id, sessionId, client: makeClient({ ip: name }) };
      await transaction((tx) => trustBrowser(tx, "user", about));
      await db().$executeRaw`UPDATE trusted_browser
        SET expires_at = expires_at - ${ago} * interval '1 millisecond' WHERE ip = ${name}`;
    }
    await cleanUp();
    const left = await db().trustedBrowser.findMany({ where: { userId: user.id } });
    expect(left.map(({ ip }) => ip)).toEqual(["kept"]);
  });
});

describe("a known browser", () => {
  it("is forgotten once its cookie would be gone, and no sooner", async () => {
    const [gone, kept] = [await makeSignedIn(), await makeSignedIn()];
    for (const [{ user }, ago] of [
      [gone, config.deviceCookie.lifetime + minutes(1)],
      [kept, config.deviceCookie.lifetime - minutes(1)],
    ] as const) {
      await db().$executeRaw`UPDATE known_browser
        SET last_seen_at = last_seen_at - ${ago} * interval '1 millisecond'
        WHERE user_id = ${user.id}`;
    }
    await cleanUp();
    const browsersOf = ({ user }: typeof gone) =>
      db().knownBrowser.count({ where: { userId: user.id } });
    expect([await browsersOf(gone), await browsersOf(kept)]).toEqual([0, 1]);
  });
});

describe.each([
  ["password", config.password.throttle],
  ["second_factor", config.secondFactor.throttle],
] as const)("wrong tries of the kind %s", (kind, { forgetAfter, refuseAfter }) => {
  async function makeCount(failures: number, idle: number): Promise<string> {
    const { id } = await makeUser();
    await failBefore(id, failures, kind);
    await db().$executeRaw`UPDATE throttle
      SET last_try_at = last_try_at - ${idle} * interval '1 millisecond' WHERE key = ${id}`;
    return id;
  }

  it("B01 D04 are forgotten after a month without another, and no sooner", async () => {
    const over = await makeCount(refuseAfter - 1, forgetAfter + minutes(1));
    const young = await makeCount(1, forgetAfter - minutes(1));
    await cleanUp();
    expect(await countsOf(over, kind)).toEqual([]);
    expect(await countsOf(young, kind)).toHaveLength(1);
  });

  it("B01 D04 that only a change of the account makes good are kept: a year gives nobody new guesses", async () => {
    const refused = await makeCount(refuseAfter, days(365));
    const known = `${refused}.browser`;
    await db()
      .$executeRaw`INSERT INTO throttle (kind, key, failures, last_try_at, next_try_at)
      SELECT kind, k, failures, last_try_at, next_try_at FROM throttle,
        unnest(ARRAY[${known}, 'of-an-unknown-address']) AS k WHERE key = ${refused}`;
    await cleanUp();
    expect(await countsOf(refused, kind)).toHaveLength(2);
    expect(await countsOf("of-an-unknown-address", kind)).toEqual([]);
  });
});
