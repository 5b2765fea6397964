// Passkeys that a setting has switched off, in accounts that have some: they open and
// confirm nothing, and what they guarded stays guarded.
import { describe, expect, it } from "vitest";
import { findWeaknesses } from "@/lib/auth/check-up";
import { secureAccount } from "@/lib/auth/not-me";
import { findPasskeyOffer } from "@/lib/auth/passkey/offer";
import { replaceBackupCodes } from "@/lib/auth/second-factor/backup-codes";
import { findTwoFactor, turnOnTwoFactor } from "@/lib/auth/second-factor/settings";
import { signInWithCode } from "@/lib/auth/second-factor/sign-in";
import { findConfirmation, sendConfirmationCode } from "@/lib/auth/step-up/confirmation";
import { waysIn } from "@/lib/auth/ways-in";
import { newId } from "@/lib/crypto";
import { db, transaction } from "@/lib/db";
import { makePasskeyRow } from "@/tests/passkey-rows";
import {
  enrol,
  makeClient,
  makeUser,
  proveFirst,
  signIn,
  signInAsNews,
} from "@/tests/people";
import { proveSecond } from "@/tests/second-factors";
import { linkOf } from "@/tests/secrets";

process.env.SIGN_IN_METHODS = "password,magic_link";

const password = "a long enough sentence";
const mailbox = { method: "magic_link" as const, amr: ["email"] };

/** A session from before two-factor authentication was turned on with these. */
async function makeGuarded(methods: Parameters<typeof enrol>[1]) {
  const user = await makeUser({ password });
  const client = makeClient();
  const { session } = await signIn(user, client);
  await enrol(user.id, methods);
  return { user, client, session: { id: session.id, userId: user.id } };
}

describe("at the door", () => {
  it("F01 a passkey is refused", async () => {
    const user = await makeUser();
    const proof = { method: "passkey", aal: 2 } as const;
    const refused = { status: "refused", reason: "disabled" };
    expect(await proveFirst(user, makeClient(), proof)).toEqual(refused);
  });

  it.each([
    ["a password", {}],
    ["a sign-in link", mailbox],
  ])(
    "F01 %s alone opens no account whose second factor is a passkey",
    async (_, over) => {
      const user = await makeUser({ secondFactors: ["passkey"] });
      const client = makeClient();
      const first = await proveFirst(user, client, over);
      expect(first).toMatchObject({ status: "second_factor_required", methods: [] });
      if (first.status !== "second_factor_required") throw new Error(first.status);
      for (const method of ["passkey", "totp", "backup_code"] as const) {
        const wrong = { status: "wrong", reason: "not_offered" };
        expect(await proveSecond(first.pending, client, { method })).toEqual(wrong);
      }
      expect(await db().session.count({ where: { userId: user.id } })).toBe(0);
    },
  );

  it("F01 a password alone opens no admin's account either", async () => {
    const user = await makeUser();
    await makePasskeyRow({ id: newId(), userId: user.id });
    await db().user.update({ where: { id: user.id }, data: { role: "admin" } });
    expect(await proveFirst(user)).toMatchObject({ methods: [] });
  });

  it("F01 backup codes stand in for the passkey", async () => {
    const user = await makeUser({ secondFactors: ["passkey"] });
    const owned = { id: newId(), userId: user.id };
    const [code = ""] = await transaction((tx) => replaceBackupCodes(tx, owned));
    const client = makeClient();
    const first = await proveFirst(user, client);
    expect(first).toMatchObject({ methods: ["backup_code"] });
    if (first.status !== "second_factor_required") throw new Error(first.status);
    const { pending } = first;
    const attempt = { pending, client, trustsBrowser: false, previousToken: null };
    const done = await signInWithCode({ ...attempt, method: "backup_code", code });
    expect(done).toMatchObject({ status: "signed_in", session: { aal: 2 } });
  });

  it("F01 an app goes on beside it", async () => {
    const user = await makeUser({ secondFactors: ["passkey", "totp"] });
    expect(await proveFirst(user)).toMatchObject({ methods: ["totp"] });
  });

  it("F01 whoever had asked for no second factor comes in by mail", async () => {
    const user = await makeUser();
    await makePasskeyRow({ id: newId(), userId: user.id });
    const first = await proveFirst(user, makeClient(), mailbox);
    expect(first).toMatchObject({ status: "signed_in", session: { aal: 1 } });
  });
});

describe("in a session", () => {
  it("F05 nothing less confirms what a passkey guarded", async () => {
    const { session, client } = await makeGuarded(["passkey"]);
    const found = await findConfirmation(session);
    expect(found).toMatchObject({ isConfirmed: false, methods: [] });
    const refused = { code: "step_up_required" };
    await expect(sendConfirmationCode(session, client)).rejects.toMatchObject(refused);
  });

  it("F05 a backup code does", async () => {
    const { session } = await makeGuarded(["passkey", "backup_code"]);
    expect((await findConfirmation(session)).methods).toEqual(["backup_code"]);
  });

  it.each([
    ["the password", { password }, ["password"]],
    ["a mailed code", {}, ["email_code"]],
  ])("F05 %s confirms where no second factor was asked for", async (_, has, methods) => {
    const user = await makeUser(has);
    const { session } = await signIn(user);
    await makePasskeyRow({ id: session.id, userId: user.id });
    const found = await findConfirmation({ id: session.id, userId: user.id });
    expect(found.methods).toEqual(methods);
  });

  it("E13 they are no way in, so the password beside them stays", () => {
    const has = { passwordHash: "x", passwordBlockedAt: null, _count: { passkeys: 2 } };
    expect(waysIn(has)).toEqual(["password"]);
    expect(waysIn({ ...has, passwordHash: null })).toEqual([]);
  });

  it("E13 they turn no two-factor authentication on, and leave it on", async () => {
    const { session, client } = await makeGuarded(["passkey"]);
    expect(await findTwoFactor(session.userId)).toMatchObject({ isOn: true, has: [] });
    const conflict = { code: "conflict" };
    await expect(turnOnTwoFactor({ session, client })).rejects.toMatchObject(conflict);
  });

  it('F05 "This wasn\'t me" leaves on what they guard', async () => {
    const user = await makeUser({ password });
    const { session } = await signInAsNews(user);
    await enrol(user.id, ["passkey"]);
    const token = await linkOf("not-me", { sessionId: session.id });
    expect((await secureAccount(token, makeClient())).status).toBe("secured");
    const after = await db().user.findUniqueOrThrow({ where: { id: user.id } });
    expect(await proveFirst(after, makeClient(), mailbox)).toMatchObject({ methods: [] });
  });

  it("E10 none is offered, and none is missed", async () => {
    const user = await makeUser({ password });
    const { session } = await signIn(user);
    const owned = { id: session.id, userId: user.id };
    const none = { isOffered: false, mayUpgrade: false };
    expect(await findPasskeyOffer(owned)).toEqual(none);
    await makePasskeyRow(owned);
    const kinds = (await findWeaknesses(owned)).map(({ kind }) => kind);
    expect(kinds).toEqual(["no_second_factor"]);
  });
});
