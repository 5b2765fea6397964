// Changes of the second factors that meet each other: an account is never asked for a
// factor that is gone, and never stops being asked without anybody wanting it.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findFactors } from "@/lib/auth/factors";
import { beginEnrollment, confirmEnrollment } from "@/lib/auth/second-factor/enrollment";
import {
  removeTotp,
  turnOffTwoFactor,
  turnOnTwoFactor,
} from "@/lib/auth/second-factor/settings";
import { db } from "@/lib/db";
import {
  begin,
  enterCode,
  enterFirst,
  liveLevelsOf,
  makeGuarded,
  signInFully,
} from "@/tests/guarded";
import { countDeadlocks } from "@/tests/locks";
import { makePasskeyRow } from "@/tests/passkey-rows";
import { outcomeOf, remove } from "@/tests/passkeys";
import { makeSignedIn, proveFirst } from "@/tests/people";
import { codeNow } from "@/tests/totp";

const rounds = (count: number) => Array.from({ length: count }, (_, n) => n);

let before = 0;
beforeEach(async () => {
  before = await countDeadlocks();
});
afterEach(async () => {
  expect(await countDeadlocks()).toBe(before);
});

/** As if its owner had just confirmed by name that the factor may go. */
async function confirmAct(sessionId: string) {
  await db().$executeRaw`UPDATE session SET confirmed_for = 'disable_two_factor',
    confirmed_for_at = clock_timestamp() WHERE id = ${sessionId}`;
}

async function makeWithPasskey() {
  const account = await makeGuarded();
  const there = await signInFully(account.user.id);
  const passkey = await makePasskeyRow(there.session);
  await confirmAct(there.session.id);
  return { ...account, ...there, passkey };
}

/** What is asked for is there, and what is there is asked for. */
async function expectWhole(userId: string): Promise<void> {
  const { isOn, has, demanded, backupCodesLeft } = await findFactors(db(), userId);
  const isEnough = has.includes("totp") || has.includes("passkey");
  if (isOn) expect(isEnough).toBe(true);
  if (!isOn) expect([demanded, backupCodesLeft]).toEqual([[], 0]);
  const { status } = await enterFirst(userId);
  expect(status).toBe(isOn ? "second_factor_required" : "signed_in");
}

describe("at the same moment", () => {
  it("G07 of app and passkey, both removed, the last one stays or it is off", async () => {
    const seen = new Set<string>();
    for (const _ of rounds(25)) {
      const { user, session, client, passkey } = await makeWithPasskey();
      const both = await Promise.all([
        outcomeOf(removeTotp({ session, client })),
        outcomeOf(remove(session, passkey.id)),
      ]);
      seen.add(both.join());
      await expectWhole(user.id);
    }
    // Passkey first: then the app turns it off. App first: then the passkey stays.
    for (const outcome of seen) expect(["done,done", "done,conflict"]).toContain(outcome);
  }, 120_000);

  it("G07 with its only passkey removed it is not turned on, and with it on none goes", async () => {
    for (const _ of rounds(25)) {
      const { user, sessionId, client } = await makeSignedIn();
      const session = { id: sessionId, userId: user.id };
      const passkey = await makePasskeyRow(session);
      // Or the passkey would be the last way in.
      await db().user.update({ where: { id: user.id }, data: { passwordHash: "-" } });
      const both = await Promise.all([
        outcomeOf(turnOnTwoFactor({ session, client })),
        outcomeOf(remove(session, passkey.id)),
      ]);
      expect(both.sort()).toEqual(["conflict", "done"]);
      await expectWhole(user.id);
    }
  }, 120_000);

  it("G07 turned off here and a new app confirmed there, one session is left to say", async () => {
    for (const _ of rounds(20)) {
      const { user } = await makeGuarded();
      const [here, there] = [await signInFully(user.id), await signInFully(user.id)];
      await confirmAct(here.session.id);
      const { secret } = await beginEnrollment(there.session, "Latchkey");
      const outcomes = await Promise.all([
        outcomeOf(turnOffTwoFactor(here)),
        outcomeOf(confirmEnrollment({ ...there, code: codeNow(secret) })),
      ]);
      expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(1);
      const winner = outcomes[0] === "done" ? here : there;
      const live = await liveLevelsOf(user.id);
      expect(live.map(({ id }) => id)).toEqual([winner.session.id]);
      await expectWhole(user.id);
    }
  }, 120_000);

  it("G07 F07 turned off and removed in ten tabs it happens once", async () => {
    for (const _ of rounds(5)) {
      const { user, session, client } = await makeWithPasskey();
      const acting = { session, client };
      const outcomes = await Promise.all(
        rounds(5).flatMap(() => [
          outcomeOf(turnOffTwoFactor(acting)),
          outcomeOf(removeTotp(acting)),
        ]),
      );
      expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(1);
      const removed = { userId: user.id, type: "totp_removed" };
      expect(await db().auditEvent.count({ where: removed })).toBe(1);
      await expectWhole(user.id);
    }
  }, 120_000);
});

describe("turning it on", () => {
  it("G08 a first factor that was given before it counts for nothing after it", async () => {
    const { user, sessionId, client } = await makeSignedIn();
    const session = { id: sessionId, userId: user.id };
    await makePasskeyRow(session);
    await turnOnTwoFactor({ session, client });
    // `user` is as it was before.
    expect(await proveFirst(user)).toEqual({ status: "refused", reason: "changed" });
  });

  it("D09 sent ten times it happens once, and the codes that were shown are right", async () => {
    const { user, sessionId, client } = await makeSignedIn();
    const session = { id: sessionId, userId: user.id };
    await makePasskeyRow(session);
    const sent = Array.from({ length: 10 }, () => turnOnTwoFactor({ session, client }));
    const settled = await Promise.allSettled(sent);
    const done = settled.flatMap((one) =>
      one.status === "fulfilled" ? [one.value] : [],
    );
    expect(done).toHaveLength(1);
    for (const one of settled) {
      if (one.status === "rejected")
        expect(one.reason).toMatchObject({ code: "conflict" });
    }
    const waiting = await begin(user.id);
    const code = done[0]?.backupCodes[0] ?? "";
    const entered = await enterCode({ ...waiting, method: "backup_code", code });
    expect(entered.status).toBe("signed_in");
  });
});
