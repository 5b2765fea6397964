// What ends the sign-in links that are open for an account.
import { describe, expect, it } from "vitest";
import { deleteAccount } from "@/lib/auth/account";
import { changePassword } from "@/lib/auth/change-password";
import { cancelEmailChange } from "@/lib/auth/email-cancel";
import { confirmEmailChange, requestEmailChange } from "@/lib/auth/email-change";
import { findMagicLink } from "@/lib/auth/magic-link/request";
import { secureAccount } from "@/lib/auth/not-me";
import { sendNotice } from "@/lib/auth/notices";
import { db } from "@/lib/db";
import { resetTo } from "@/tests/guesses";
import { type AskedLink, askForLink, redeem } from "@/tests/magic-links";
import { mailTo } from "@/tests/notices";
import { makePasskeyRow } from "@/tests/passkey-rows";
import { makeClient, makeUser, signIn, signInAsNews } from "@/tests/people";
import { linkOf, newAddress } from "@/tests/secrets";

const fresh = "what it is from now";

async function makeIn() {
  const user = await makeUser({ password: "what it was before" });
  const { session } = await signIn(user);
  return { user, client: makeClient(), session: { id: session.id, userId: user.id } };
}

type Account = Awaited<ReturnType<typeof makeIn>>;

const change = ({ session, client }: Account, newPassword: string | null) =>
  changePassword({ session, newPassword, client });

/** Answers the address that the account has from then on. */
async function move({ user, session, client }: Account): Promise<string> {
  const email = newAddress();
  await requestEmailChange({ session, email, client });
  const token = await linkOf("email-change", { userId: user.id });
  await confirmEmailChange({ proof: { token }, session, client });
  return email;
}

const ends: Record<string, (account: Account) => Promise<unknown>> = {
  "a reset of the password": ({ user }) => resetTo(user.email, fresh),
  "a change of the password": (account) => change(account, fresh),
  "the removal of the password": async (account) => {
    await makePasskeyRow(account.session);
    await change(account, null);
  },
  "a change of the address": move,
  "'This wasn't me'": async ({ user, client }) => {
    await signInAsNews(user);
    await secureAccount(await linkOf("not-me", { email: user.email }), client);
  },
  "a ban": ({ user: { id } }) =>
    db().user.update({ where: { id }, data: { bannedAt: new Date() } }),
  "the deletion of the account": async ({ session, client }) => {
    await db().$executeRaw`UPDATE session SET confirmed_for = 'delete_account',
      confirmed_for_at = clock_timestamp() WHERE id = ${session.id}`;
    expect(await deleteAccount(session, client)).toBe(true);
  },
};

async function expectDead(asked: AskedLink) {
  const before = await db().session.count();
  const { token, code } = asked;
  for (const proof of [{ token }, { code }]) {
    expect(await redeem(asked, { proof })).toMatchObject({ status: "refused" });
  }
  expect(await db().session.count()).toBe(before);
}

describe("a link that is open", () => {
  it.each(Object.keys(ends))("G03 C12 opens nothing after %s", async (end) => {
    const account = await makeIn();
    const { email } = account.user;
    const other = await askForLink((await makeUser()).email);
    const asked = await askForLink(email);
    await ends[end]?.(account);
    const users = await db().user.count({ where: { email } });
    await expectDead(asked);
    expect(await db().user.count({ where: { email } })).toBe(users);
    expect((await redeem(other)).status).toBe("finished");
  });

  it.each(Object.keys(ends))("C05 B09 is mailed to nobody after %s", async (end) => {
    const account = await makeIn();
    const { email } = account.user;
    const { id: challengeId } = await askForLink(email);
    await ends[end]?.(account);
    const before = await mailTo(email);
    await sendNotice({ template: "magic_link", challengeId });
    expect(await mailTo(email)).toEqual(before);
  });

  it("C12 for an address opens no account that has moved there meanwhile", async () => {
    const account = await makeIn();
    const { user, session, client } = account;
    const email = newAddress();
    await requestEmailChange({ session, email, client });
    const asked = await askForLink(email);
    const token = await linkOf("email-change", { userId: user.id });
    await confirmEmailChange({ proof: { token }, session: null, client });
    await expectDead(asked);
    expect((await redeem(await askForLink(email))).status).toBe("finished");
  });

  it("C12 for the address that an intruder took opens nothing once it is taken back", async () => {
    const account = await makeIn();
    const { user, client } = account;
    const taken = await askForLink(await move(account));
    const owners = await askForLink(user.email);
    await cancelEmailChange(await linkOf("email-cancel", { email: user.email }), client);
    await expectDead(taken);
    await expectDead(owners);
    const again = await redeem(await askForLink(user.email));
    expect(again).toMatchObject({ result: { user: { id: user.id } } });
  });

  it("G03 whoever proves the address of a deleted account inherits nothing", async () => {
    const account = await makeIn();
    await ends["the deletion of the account"]?.(account);
    const { email } = account.user;
    const answer = await redeem(await askForLink(email));
    const user = await db().user.findUniqueOrThrow({ where: { email } });
    expect(user.id).not.toBe(account.user.id);
    expect(user).toMatchObject({
      name: null,
      twoFactorAt: null,
      passwordChangedAt: null,
    });
    expect(answer).toMatchObject({
      result: { status: "signed_in", user: { id: user.id } },
    });
  });

  it("F04 C14 a password that was blocked keeps no owner of the mailbox out", async () => {
    const account = await makeIn();
    await ends["'This wasn't me'"]?.(account);
    const answer = await redeem(await askForLink(account.user.email));
    expect(answer).toMatchObject({ result: { status: "signed_in" } });
  });

  it("C05 is not waited for any more once it has ended", async () => {
    const account = await makeIn();
    const { handle } = await askForLink(account.user.email);
    expect(await findMagicLink(handle)).not.toBeNull();
    await change(account, fresh);
    expect(await findMagicLink(handle)).toBeNull();
  });
});
