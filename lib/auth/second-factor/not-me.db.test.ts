// "This wasn't me", where a stranger has touched the second factors: what their
// sessions set up goes, and what is older stays and goes on being asked for.
import { describe, expect, it } from "vitest";
import { findFactors } from "@/lib/auth/factors";
import { secureAccount } from "@/lib/auth/not-me";
import {
  beginEnrollment,
  confirmEnrollment,
  findEnrollment,
} from "@/lib/auth/second-factor/enrollment";
import {
  regenerateBackupCodes,
  turnOnTwoFactor,
} from "@/lib/auth/second-factor/settings";
import { findConfirmation } from "@/lib/auth/step-up/confirmation";
import { hours } from "@/lib/config";
import { db } from "@/lib/db";
import {
  begin,
  enterCode,
  enterFirst,
  liveLevelsOf,
  makeGuarded,
  signInFully,
} from "@/tests/guarded";
import { makePasskeyRow } from "@/tests/passkey-rows";
import { outcomeOf } from "@/tests/passkeys";
import { age, makeClient, makeUser, signIn } from "@/tests/people";
import { linkOf } from "@/tests/secrets";
import { codeNow } from "@/tests/totp";

/** The owner's session, an hour older than the stranger's, who had both factors too. */
async function makeInvaded() {
  const account = await makeGuarded({ password: "what it was before" });
  const own = await signInFully(account.user.id);
  await age(own.session.id, hours(1));
  const strange = await signInFully(account.user.id);
  const press = async () => {
    const token = await linkOf("not-me", { sessionId: strange.session.id });
    return secureAccount(token, makeClient());
  };
  return { ...account, own, strange, press };
}

const factorsOf = (userId: string) => findFactors(db(), userId);
const enterPaper = async (userId: string, code = "") =>
  outcomeOf(enterCode({ ...(await begin(userId)), method: "backup_code", code }));

/** The password is blocked; a mailed link is what is left to begin with. */
const enterBy = async (userId: string, code: string) => {
  const waiting = await begin(userId, makeClient(), { method: "magic_link" });
  return outcomeOf(enterCode({ ...waiting, code }));
};

describe("what the owner had before", () => {
  it("F8 C14 stays, and goes on being asked for", async () => {
    const { user, own, secret, press } = await makeInvaded();
    expect(await press()).toMatchObject({ status: "secured" });
    expect(await factorsOf(user.id)).toMatchObject({
      has: ["totp", "backup_code"],
      isOn: true,
      backupCodesLeft: 10,
    });
    expect(await enterBy(user.id, codeNow(secret))).toBe("done");
    const live = await liveLevelsOf(user.id);
    expect(live.map(({ id }) => id)).toContain(own.session.id);
  });

  it("F8 C14 the stranger's new codes go, and the app that is older stays", async () => {
    const { user, secret, strange, press } = await makeInvaded();
    const { backupCodes } = await regenerateBackupCodes(strange);
    await press();
    expect(await factorsOf(user.id)).toMatchObject({ has: ["totp"], isOn: true });
    const waiting = await begin(user.id, makeClient(), { method: "magic_link" });
    const paper = { method: "backup_code", code: backupCodes[0] ?? "" } as const;
    expect(await outcomeOf(enterCode({ ...waiting, ...paper }))).toBe("invalid_code");
    expect(await enterBy(user.id, codeNow(secret))).toBe("done");
  });

  it("F8 C14 turned on by the stranger with the owner's passkey, it stays on", async () => {
    const user = await makeUser();
    const own = await signIn(user, makeClient());
    await makePasskeyRow({ id: own.session.id, userId: user.id });
    await age(own.session.id, hours(1));
    const client = makeClient();
    const entered = await enterFirst(user.id, client);
    if (entered.status !== "signed_in") throw new Error(entered.status);
    const session = { id: entered.session.id, userId: user.id };
    await turnOnTwoFactor({ session, client });
    await secureAccount(await linkOf("not-me", { sessionId: session.id }), makeClient());
    // The codes are in the stranger's hands, and the passkey is not.
    expect(await factorsOf(user.id)).toMatchObject({ has: ["passkey"], isOn: true });
  });
});

describe("what the stranger set up", () => {
  it("F8 C14 an app in the place of the owner's goes, with its codes, and nothing is asked for", async () => {
    const { user, strange, press } = await makeInvaded();
    const { secret } = await beginEnrollment(strange.session, "Latchkey");
    const made = await confirmEnrollment({ ...strange, code: codeNow(secret) });
    const waiting = await begin(user.id);
    await press();
    expect(await factorsOf(user.id)).toEqual({
      has: [],
      needsTwo: false,
      demanded: [],
      backupCodesLeft: 0,
      isOn: false,
    });
    const late = enterCode({ ...waiting, code: codeNow(secret, 1) });
    expect(await outcomeOf(late)).toBe("expired");
    expect(await db().backupCode.count({ where: { userId: user.id } })).toBe(0);
    expect(await liveLevelsOf(user.id)).toEqual([]);
    // Nobody comes in by the password before it was reset.
    expect(await enterFirst(user.id)).toEqual({ status: "refused", reason: "blocked" });
    const mailed = await enterFirst(user.id, makeClient(), { method: "magic_link" });
    expect(mailed.status).toBe("signed_in");
    expect(made.backupCodes).toHaveLength(10);
    const types = await db().auditEvent.findMany({
      where: { userId: user.id, type: { in: ["totp_removed", "two_factor_off"] } },
    });
    expect(types.map(({ type }) => type).sort()).toEqual([
      "totp_removed",
      "two_factor_off",
    ]);
  });

  it("F8 C14 an app beside the owner's passkey goes, and the passkey is asked for", async () => {
    const { user, own, strange, press } = await makeInvaded();
    await makePasskeyRow(own.session);
    const { secret } = await beginEnrollment(strange.session, "Latchkey");
    await confirmEnrollment({ ...strange, code: codeNow(secret) });
    await press();
    expect(await factorsOf(user.id)).toMatchObject({ has: ["passkey"], isOn: true });
    const asked = await enterFirst(user.id, makeClient(), { method: "magic_link" });
    expect(asked).toMatchObject({ methods: ["passkey"] });
  });

  it("F8 C14 a set-up that is under way cannot be finished, nor a sign-in", async () => {
    const { user, strange, secret, press } = await makeInvaded();
    const { secret: fresh } = await beginEnrollment(strange.session, "Latchkey");
    const waiting = await begin(user.id);
    await press();
    expect(await findEnrollment(strange.session, "Latchkey")).toBeNull();
    const late = confirmEnrollment({ ...strange, code: codeNow(fresh) });
    expect(["conflict", "unauthenticated"]).toContain(await outcomeOf(late));
    expect(await outcomeOf(enterCode({ ...waiting, code: codeNow(secret) }))).toBe(
      "expired",
    );
    expect(await factorsOf(user.id)).toMatchObject({ has: ["totp", "backup_code"] });
  });

  it("F07 F8 what was confirmed before in an older session counts for nothing after", async () => {
    const { own, press } = await makeInvaded();
    const { id } = own.session;
    await db().$executeRaw`UPDATE session SET multi_factor_at = clock_timestamp(),
      last_seen_at = clock_timestamp(), confirmed_for = 'disable_two_factor',
      confirmed_for_at = clock_timestamp() WHERE id = ${id}`;
    expect((await findConfirmation(own.session)).isConfirmed).toBe(true);
    await press();
    expect((await findConfirmation(own.session)).isConfirmed).toBe(false);
    const named = await findConfirmation(own.session, "disable_two_factor");
    expect(named.isConfirmed).toBe(false);
  });

  it("F8 C14 what another person's stranger set up is none of this one's", async () => {
    const [mine, theirs] = [await makeInvaded(), await makeInvaded()];
    const { backupCodes } = await regenerateBackupCodes(theirs.strange);
    await mine.press();
    expect(await enterPaper(theirs.user.id, backupCodes[0])).toBe("done");
  });
});
