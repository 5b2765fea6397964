// Changes of the factors beside other changes of the account: all of them lock the
// account first, so that none of them waits for one that waits for it.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deleteAccount } from "@/lib/auth/account";
import { linkToken } from "@/lib/auth/challenge";
import { cancelEmailChange } from "@/lib/auth/email-cancel";
import { confirmEmailChange, requestEmailChange } from "@/lib/auth/email-change";
import { lockUser } from "@/lib/auth/lock-user";
import { secureAccount } from "@/lib/auth/not-me";
import { requestReset, resetPassword } from "@/lib/auth/reset";
import {
  beginEnrollment,
  confirmEnrollment,
  findEnrollment,
} from "@/lib/auth/second-factor/enrollment";
import { regenerateBackupCodes } from "@/lib/auth/second-factor/settings";
import { sendConfirmationCode } from "@/lib/auth/step-up/confirmation";
import { db } from "@/lib/db";
import { makeGuarded, signInFully } from "@/tests/guarded";
import { countDeadlocks, untilBlocked } from "@/tests/locks";
import { askForLink, redeem } from "@/tests/magic-links";
import { makeClient } from "@/tests/people";
import { linkOf, newAddress, newestId } from "@/tests/secrets";
import { codeNow } from "@/tests/totp";

let before = 0;
beforeEach(async () => {
  before = await countDeadlocks();
});
afterEach(async () => {
  expect(await countDeadlocks()).toBe(before);
});

async function makeOwner() {
  const account = await makeGuarded();
  return { ...account, ...(await signInFully(account.user.id)) };
}

async function prepareChange({ session, client }: Owner) {
  const { secret } = await beginEnrollment(session, "Latchkey");
  return () => confirmEnrollment({ session, client, code: codeNow(secret) });
}

type Owner = Awaited<ReturnType<typeof makeOwner>>;

/** Prepared first, and then done while the factors change. */
const others: Record<string, (owner: Owner) => Promise<() => Promise<unknown>>> = {
  "a reset": async ({ user }) => {
    await requestReset(user.email, makeClient());
    const token = linkToken("reset", await newestId("reset", { email: user.email }));
    const password = "what it is from now on";
    return () => resetPassword({ proof: { token }, password, client: makeClient() });
  },
  "a change of address": async ({ user, session, client }) => {
    await requestEmailChange({ session, client, email: newAddress() });
    const token = await linkOf("email-change", { userId: user.id });
    return () => confirmEmailChange({ proof: { token }, session, client });
  },
  "a change of address that is cancelled": async ({ user, session, client }) => {
    await requestEmailChange({ session, client, email: newAddress() });
    const token = await linkOf("email-cancel", { userId: user.id });
    return () => cancelEmailChange(token, makeClient());
  },
  "an address that is taken back": async ({ user, session, client }) => {
    await requestEmailChange({ session, client, email: newAddress() });
    const token = await linkOf("email-change", { userId: user.id });
    const link = await linkOf("email-cancel", { userId: user.id });
    await confirmEmailChange({ proof: { token }, session, client });
    return () => cancelEmailChange(link, makeClient());
  },
  "This wasn't me": async ({ user }) => {
    const strange = await signInFully(user.id);
    const token = await linkOf("not-me", { sessionId: strange.session.id });
    return () => secureAccount(token, makeClient());
  },
  "a mailed link": async ({ user }) => {
    const link = await askForLink(user.email);
    return () => redeem(link);
  },
  "an account that is deleted": async ({ session, client }) => {
    await db().$executeRaw`UPDATE session SET confirmed_for = 'delete_account',
      confirmed_for_at = clock_timestamp() WHERE id = ${session.id}`;
    return () => deleteAccount(session, client);
  },
  "new codes": async (owner) => () => regenerateBackupCodes(owner),
  "a code that is asked for":
    async ({ session, client }) =>
    () =>
      sendConfirmationCode(session, client),
};

describe("beside a new app", () => {
  it.each(Object.keys(others))(
    "G08 %s waits its turn",
    async (name) => {
      for (let round = 0; round < 15; round++) {
        const owner = await makeOwner();
        const other = await others[name]?.(owner);
        const change = await prepareChange(owner);
        // Or there would be nothing for it to meet.
        expect(await findEnrollment(owner.session, "Latchkey")).not.toBeNull();
        await Promise.allSettled([change(), other?.()]);
      }
    },
    60_000,
  );
});

describe("beside a press of This wasn't me", () => {
  it("G08 an address that is taken back leaves its link alone until it has the account", async () => {
    const { user, session, client } = await makeOwner();
    await requestEmailChange({ session, client, email: newAddress() });
    const token = await linkOf("email-change", { userId: user.id });
    const link = await linkOf("email-cancel", { userId: user.id });
    await confirmEmailChange({ proof: { token }, session, client });
    let cancelling: Promise<unknown> = Promise.resolve();
    await db().$transaction(async (tx) => {
      await lockUser(tx, user.id);
      cancelling = cancelEmailChange(link, makeClient());
      await untilBlocked(cancelling);
      // As the press ends the links that strangers were mailed.
      await tx.$executeRaw`UPDATE challenge SET replaced = replaced
        WHERE user_id = ${user.id} AND purpose = 'email-cancel'`;
    });
    expect(await cancelling).toMatchObject({ status: "restored" });
  });
});
