// Roles that demand a second factor: asked for whatever their owner has turned on,
// and not to be got rid of.
import { describe, expect, it } from "vitest";
import { findFactors } from "@/lib/auth/factors";
import {
  findTwoFactor,
  removeTotp,
  turnOffTwoFactor,
} from "@/lib/auth/second-factor/settings";
import { confirm } from "@/lib/auth/step-up/confirm";
import { findConfirmation } from "@/lib/auth/step-up/confirmation";
import { db } from "@/lib/db";
import { begin, enterFirst, makeGuarded, signInFully } from "@/tests/guarded";
import { makePasskeyRow } from "@/tests/passkey-rows";
import { enterWith, makeHolder, outcomeOf, remove } from "@/tests/passkeys";
import { makeSignedIn, makeUser } from "@/tests/people";

const admin = { role: "admin" } as const;

function makeAdmin(userId: string) {
  return db().user.update({ where: { id: userId }, data: admin });
}

/** Confirmed by name that two-factor authentication may go. */
async function makeConfirmed() {
  const account = await makeGuarded(admin);
  const there = await signInFully(account.user.id);
  const code = account.backupCodes[0] ?? "";
  await confirm({ ...there, act: "disable_two_factor" }, { method: "backup_code", code });
  return { ...account, ...there };
}

describe("an admin", () => {
  it.each(["password", "magic_link"] as const)(
    "F01 who has a passkey is asked for it after %s, though nothing was turned on",
    async (method) => {
      const { user } = await makeHolder();
      expect(await enterFirst(user.id, undefined, { method })).toMatchObject({
        status: "signed_in",
      });
      await makeAdmin(user.id);
      expect(await enterFirst(user.id, undefined, { method })).toMatchObject({
        status: "second_factor_required",
        methods: ["passkey"],
      });
      expect(await findTwoFactor(user.id)).toMatchObject({
        isOn: true,
        isDemanded: true,
      });
      expect((await findFactors(db(), user.id)).isOn).toBe(false);
    },
  );

  it("F01 E05 who has only a passkey that verified nobody is asked for nothing that is none", async () => {
    const { user, passkey, authenticator } = await makeHolder();
    const data = { isVerifiable: false };
    await db().passkey.update({ where: { id: passkey.id }, data });
    await makeAdmin(user.id);
    expect(await enterFirst(user.id)).toMatchObject({ session: { aal: 1 } });
    expect(await enterWith(authenticator)).toMatchObject({ session: { aal: 1 } });
  });

  it("F01 without any second factor is let in at the lowest level, and not locked out", async () => {
    const user = await makeUser();
    await makeAdmin(user.id);
    expect(await enterFirst(user.id)).toMatchObject({
      status: "signed_in",
      session: { aal: 1 },
    });
  });

  it("F05 in a session of one factor the password confirms nothing from then on", async () => {
    const { user, sessionId } = await makeSignedIn();
    const session = { id: sessionId, userId: user.id };
    await makePasskeyRow(session);
    expect((await findConfirmation(session)).isConfirmed).toBe(true);
    await makeAdmin(user.id);
    expect(await findConfirmation(session)).toMatchObject({
      isConfirmed: false,
      methods: ["passkey"],
    });
  });

  it("F05 cannot turn it off, and keeps the confirmation that was given for it", async () => {
    const { user, session, client } = await makeConfirmed();
    const attempt = () => outcomeOf(turnOffTwoFactor({ session, client }));
    expect(await attempt()).toBe("conflict");
    await makePasskeyRow(session);
    expect(await attempt()).toBe("conflict");
    const { isOn, has } = await findFactors(db(), user.id);
    expect({ isOn, has }).toEqual({
      isOn: true,
      has: ["passkey", "totp", "backup_code"],
    });
    const { isConfirmed } = await findConfirmation(session, "disable_two_factor");
    expect(isConfirmed).toBe(true);
  });

  it("F05 cannot remove the app that is the only one, and can beside a passkey", async () => {
    const { user, session, client } = await makeConfirmed();
    const attempt = () => outcomeOf(removeTotp({ session, client }));
    expect(await attempt()).toBe("conflict");
    expect(await db().totp.count({ where: { userId: user.id } })).toBe(1);
    await begin(user.id);
    const passkey = await makePasskeyRow(session);
    expect(await attempt()).toBe("done");
    expect(await db().totp.count({ where: { userId: user.id } })).toBe(0);
    expect((await findTwoFactor(user.id)).isOn).toBe(true);
    expect(await outcomeOf(remove(session, passkey.id))).toBe("conflict");
  });

  it("F05 cannot remove the only passkey that is asked for, though nothing was turned on", async () => {
    const { user, session, passkey } = await makeHolder({
      password: "what it is and stays",
    });
    await makeAdmin(user.id);
    expect(await outcomeOf(remove(session, passkey.id))).toBe("conflict");
  });
});
