// What ends all trust in browsers: every change of a password, a factor or the
// address, and "This wasn't me"; and none of somebody else's.
import { describe, expect, it } from "vitest";
import { changePassword } from "@/lib/auth/change-password";
import { cancelEmailChange } from "@/lib/auth/email-cancel";
import { confirmEmailChange, requestEmailChange } from "@/lib/auth/email-change";
import { secureAccount } from "@/lib/auth/not-me";
import { beginEnrollment, confirmEnrollment } from "@/lib/auth/second-factor/enrollment";
import {
  regenerateBackupCodes,
  removeTotp,
  turnOffTwoFactor,
  turnOnTwoFactor,
} from "@/lib/auth/second-factor/settings";
import { isTrusted, trustBrowser } from "@/lib/auth/trusted-browser";
import { db, transaction } from "@/lib/db";
import { enterFirst, signInFully } from "@/tests/guarded";
import { resetTo } from "@/tests/guesses";
import { remove } from "@/tests/passkeys";
import { makeClient } from "@/tests/people";
import { makeHolding } from "@/tests/second-passkeys";
import { linkOf, newAddress } from "@/tests/secrets";
import { codeNow } from "@/tests/totp";

type Trusting = Awaited<ReturnType<typeof makeTrusting>>;

/** With every factor, in a session that may do anything, and a browser that is trusted. */
async function makeTrusting() {
  const holding = await makeHolding();
  const { session, user } = holding;
  const trusted = makeClient();
  const trust = { userId: user.id, sessionId: session.id, client: trusted };
  await transaction((tx) => trustBrowser(tx, "user", trust));
  await db().$executeRaw`UPDATE session SET confirmed_for = 'disable_two_factor',
    confirmed_for_at = clock_timestamp() WHERE id = ${session.id}`;
  return { ...holding, trusted };
}

const isStill = ({ user, trusted }: Trusting) =>
  transaction((tx) => isTrusted(tx, { id: user.id, role: "user" }, trusted));

async function changeEmail({ session, client, user }: Trusting) {
  await requestEmailChange({ session, client, email: newAddress() });
  const token = await linkOf("email-change", { userId: user.id });
  const proof = { token };
  return confirmEmailChange({ proof, session, client });
}

const endings: Record<string, (account: Trusting) => Promise<unknown>> = {
  "a changed password": ({ session, client }) =>
    changePassword({ session, client, newPassword: "what it is from now on" }),
  "a removed password": ({ session, client }) =>
    changePassword({ session, client, newPassword: null }),
  "a reset": ({ user }) => resetTo(user.email, "what it is from now on"),
  "another app": async ({ session, client }) => {
    const { secret } = await beginEnrollment(session, "Latchkey");
    await confirmEnrollment({ session, client, code: codeNow(secret) });
  },
  "an app that is removed": (acting) => removeTotp(acting),
  "two-factor authentication that is turned off": (acting) => turnOffTwoFactor(acting),
  "two-factor authentication that is turned on": async (acting) => {
    const where = { id: acting.user.id };
    await db().user.update({ where, data: { twoFactorAt: null } });
    await turnOnTwoFactor(acting);
  },
  "a passkey that is removed": ({ session, passkey }) => remove(session, passkey.id),
  "a changed address": (account) => changeEmail(account),
  "an address that is taken back": async (account) => {
    await changeEmail(account);
    const { user, session, trusted: client } = account;
    const trust = { userId: user.id, sessionId: session.id, client };
    await transaction((tx) => trustBrowser(tx, "user", trust));
    const link = await linkOf("email-cancel", { userId: user.id });
    expect(await cancelEmailChange(link, makeClient())).toMatchObject({
      status: "restored",
    });
  },
  "This wasn't me": async ({ user }) => {
    const strange = await signInFully(user.id);
    const token = await linkOf("not-me", { sessionId: strange.session.id });
    await secureAccount(token, makeClient());
  },
};

describe("the trust in every browser", () => {
  it.each(Object.keys(endings))(
    "G07 F04 ends with %s, and nobody else's does",
    async (how) => {
      const [account, bystander] = [await makeTrusting(), await makeTrusting()];
      expect(await isStill(account)).toBe(true);
      await endings[how]?.(account);
      expect(await isStill(account)).toBe(false);
      const { userId } = account.session;
      expect(await db().trustedBrowser.count({ where: { userId } })).toBe(0);
      expect(await isStill(bystander)).toBe(true);
    },
  );

  it("F04 goes on through what changes no factor", async () => {
    const account = await makeTrusting();
    await regenerateBackupCodes(account);
    await signInFully(account.user.id);
    await db().user.update({ where: { id: account.user.id }, data: { name: "Other" } });
    expect(await isStill(account)).toBe(true);
  });

  it("F04 ends with the account, and a new one of that address inherits none", async () => {
    const { user, trusted } = await makeTrusting();
    await db().user.delete({ where: { id: user.id } });
    expect(await db().trustedBrowser.count({ where: { userId: user.id } })).toBe(0);
    const heir = await makeHolding();
    const { id } = heir.user;
    await db().user.update({ where: { id }, data: { email: user.email } });
    expect(await enterFirst(id, trusted)).toMatchObject({
      status: "second_factor_required",
    });
  });
});
