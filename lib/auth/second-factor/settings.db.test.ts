// Turning two-factor authentication on and off, and taking factors away: what each
// ends, what it needs, and what must not go.
import { describe, expect, it } from "vitest";
import { findFactors } from "@/lib/auth/factors";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import {
  findTwoFactor,
  removeTotp,
  turnOffTwoFactor,
  turnOnTwoFactor,
} from "@/lib/auth/second-factor/settings";
import { confirm } from "@/lib/auth/step-up/confirm";
import { findConfirmation } from "@/lib/auth/step-up/confirmation";
import { listTrustedBrowsers } from "@/lib/auth/trusted-browser";
import { db } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import {
  begin,
  enterCode,
  enterFirst,
  failSecondBefore,
  failuresOf,
  liveLevelsOf,
  makeGuarded,
  signInFully,
} from "@/tests/guarded";
import { makePasskeyRow } from "@/tests/passkey-rows";
import { outcomeOf, remove } from "@/tests/passkeys";
import { makeClient, makeSignedIn, readSession } from "@/tests/people";
import { mailTo } from "@/tests/secrets";

type Guarded = Awaited<ReturnType<typeof makeGuarded>>;
type Role = "user" | "admin";
const act = "disable_two_factor";

/** Signed in with both factors, and just confirmed by name that they may go. */
async function makeConfirmed(role: Role = "user") {
  const account = await makeGuarded({ role });
  const there = await signInFully(account.user.id);
  await confirmAct(account, there);
  return { ...account, ...there };
}

function confirmAct({ backupCodes }: Guarded, there: Acting, n = 0) {
  const code = backupCodes[n] ?? "";
  return confirm({ ...there, act }, { method: "backup_code", code });
}

type Acting = Omit<Awaited<ReturnType<typeof signInFully>>, "first">;

const isOn = async (userId: string) => (await findFactors(db(), userId)).isOn;

/** What a change of the factors has to end: sessions, pending sign-ins and trust. */
async function surround(userId: string) {
  const trusting = await begin(userId);
  const code = "not judged here";
  await db().$executeRaw`INSERT INTO trusted_browser (id, user_id, device_hash,
      device_type, created_at, last_used_at, expires_at)
    VALUES (${trusting.pending.slice(0, 22)}, ${userId}, ${trusting.client.deviceHash},
      'desktop', now(), now(), now() + interval '1 day')`;
  const other = await signInFully(userId);
  const waiting = await begin(userId);
  await failSecondBefore(userId, 7);
  return async () => {
    const otherRow = await readSession(other.session.id);
    expect(otherRow.endReason).toBe("security");
    expect(await outcomeOf(enterCode({ ...waiting, code }))).toBe("expired");
    expect(await listTrustedBrowsers(userId, trusting.client)).toEqual([]);
    expect(await failuresOf(userId)).toEqual([]);
  };
}

describe("turning it on", () => {
  it("G07 with a passkey that is there makes codes, ends the others and rotates the own", async () => {
    const { user, sessionId, first } = await makeSignedIn();
    const session = { id: sessionId, userId: user.id };
    await makePasskeyRow(session);
    const other = await makeSignedInAgain(user.id);
    const agent = makeClient();
    const changed = await turnOnTwoFactor({ session, client: agent });
    expect(changed.backupCodes).toHaveLength(10);
    expect(changed.ended).toBe(1);
    expect((await readSession(other)).endReason).toBe("security");
    expect(changed.tokens.refreshToken).not.toBe(first.refreshToken);
    expect(await findTwoFactor(user.id)).toMatchObject({
      isOn: true,
      isDemanded: false,
      has: ["passkey", "backup_code"],
      backupCodesLeft: 10,
    });
    // A level that nobody proved is not given for it.
    expect(await liveLevelsOf(user.id)).toEqual([{ id: sessionId, aal: 1 }]);
    const about = { userId: user.id, sessionId, result: "success" as const };
    await expectEvents(
      agent,
      { ...about, type: "two_factor_on" },
      { ...about, type: "session_ended", sessionId: other, reason: "security" },
    );
    expect((await mailTo(user.email)).at(-1)).toBe("two_factor_on");
  });

  it.each([
    ["nothing", null],
    ["a passkey that verifies nobody", false],
  ] as const)("E05 with %s there is nothing to ask for", async (_, isVerifiable) => {
    const { user, sessionId, client } = await makeSignedIn();
    const session = { id: sessionId, userId: user.id };
    if (isVerifiable !== null) {
      const { id } = await makePasskeyRow(session);
      await db().passkey.update({ where: { id }, data: { isVerifiable } });
    }
    expect(await outcomeOf(turnOnTwoFactor({ session, client }))).toBe("conflict");
    expect(await isOn(user.id)).toBe(false);
    expect(await db().backupCode.count({ where: { userId: user.id } })).toBe(0);
    expect((await readSession(sessionId)).generation).toBe(0);
  });
});

describe("turning it off", () => {
  it("G07 F07 takes app and codes, ends everything else, and rotates the own", async () => {
    const account = await makeConfirmed();
    const { user, session, client } = account;
    const check = await surround(user.id);
    const before = await readSession(session.id);
    const changed = await turnOffTwoFactor({ session, client });
    expect(changed).toMatchObject({ backupCodes: [], ended: 1 });
    await check();
    expect((await readSession(session.id)).generation).toBe(before.generation + 1);
    expect(await findFactors(db(), user.id)).toEqual({
      has: [],
      needsTwo: false,
      demanded: [],
      backupCodesLeft: 0,
      isOn: false,
    });
    expect(await enterFirst(user.id)).toMatchObject({ status: "signed_in" });
    expect(await mailTo(user.email)).toContain("two_factor_off");
    const token = changed.tokens.refreshToken;
    expect((await rotateRefreshToken({ token, client })).status).toBe("renewed");
  });

  it("F05 F07 needs a confirmation of its own name, which serves once", async () => {
    const account = await makeGuarded();
    const { user } = account;
    const there = await signInFully(user.id);
    const { session } = there;
    expect((await findConfirmation(session)).isConfirmed).toBe(true);
    const refused = { code: "step_up_required", extra: { for: act } };
    await expect(turnOffTwoFactor(there)).rejects.toMatchObject(refused);
    await confirm(
      { ...there, act: "delete_account" },
      { method: "backup_code", code: account.backupCodes[1] ?? "" },
    );
    await expect(turnOffTwoFactor(there)).rejects.toMatchObject(refused);
    await expect(removeTotp(there)).rejects.toMatchObject(refused);
    expect(await isOn(user.id)).toBe(true);
    await confirmAct(account, there);
    const tries = Array.from({ length: 5 }, () => outcomeOf(removeTotp(there)));
    expect((await Promise.all(tries)).filter((one) => one === "done")).toHaveLength(1);
  });

  it("F07 a confirmation in another session of the same person is none here", async () => {
    const account = await makeConfirmed();
    const beside = await signInFully(account.user.id);
    expect(await outcomeOf(turnOffTwoFactor(beside))).toBe("step_up_required");
    expect(await outcomeOf(turnOffTwoFactor(account))).toBe("done");
  });
});

describe("removing the app", () => {
  it("G07 turns it off where there is no passkey", async () => {
    const { user, session, client } = await makeConfirmed();
    const check = await surround(user.id);
    await removeTotp({ session, client });
    await check();
    expect(await isOn(user.id)).toBe(false);
    expect(await db().backupCode.count({ where: { userId: user.id } })).toBe(0);
    expect(await mailTo(user.email)).toContain("two_factor_off");
  });

  it("G07 leaves it on with a passkey, and the codes of paper", async () => {
    const { user, session, client } = await makeConfirmed();
    await makePasskeyRow(session);
    const check = await surround(user.id);
    await removeTotp({ session, client });
    await check();
    const left = { isOn: true, has: ["passkey", "backup_code"], backupCodesLeft: 9 };
    expect(await findFactors(db(), user.id)).toMatchObject(left);
    expect(await mailTo(user.email)).toContain("totp_removed");
    const asked = await enterFirst(user.id);
    expect(asked).toMatchObject({ methods: ["passkey", "backup_code"] });
  });

  it("G07 turns it off where the only passkey verifies nobody", async () => {
    const { user, session, client } = await makeConfirmed();
    const { id } = await makePasskeyRow(session);
    await db().passkey.update({ where: { id }, data: { isVerifiable: false } });
    await removeTotp({ session, client });
    expect(await isOn(user.id)).toBe(false);
  });

  it("F05 the last passkey that is asked for stays until it is turned off", async () => {
    const { user, session, client } = await makeConfirmed();
    const passkey = await makePasskeyRow(session);
    await removeTotp({ session, client });
    expect(await outcomeOf(remove(session, passkey.id))).toBe("conflict");
    expect(await isOn(user.id)).toBe(true);
    const other = await makePasskeyRow(session);
    expect(await outcomeOf(remove(session, passkey.id))).toBe("done");
    expect(await outcomeOf(remove(session, other.id))).toBe("conflict");
  });
});

async function makeSignedInAgain(userId: string): Promise<string> {
  const entered = await enterFirst(userId, makeClient());
  if (entered.status !== "signed_in") throw new Error(entered.status);
  return entered.session.id;
}

describe("turning it on or off once more", () => {
  it("G07 is refused, ends nothing and mails nobody", async () => {
    const on = await makeConfirmed();
    await makePasskeyRow(on.session);
    expect(await outcomeOf(turnOnTwoFactor(on))).toBe("conflict");
    await turnOffTwoFactor(on);
    const other = await enterFirst(on.user.id);
    expect(await outcomeOf(turnOffTwoFactor(on))).toBe("conflict");
    if (other.status !== "signed_in") throw new Error(other.status);
    expect((await readSession(other.session.id)).endedAt).toBeNull();
  });
});
