// Passwords that a setting has switched off: nobody gets one, and those that there are
// open and confirm nothing.
import { describe, expect, it } from "vitest";
import { cookieHandle, linkToken } from "@/lib/auth/challenge";
import { changePassword } from "@/lib/auth/change-password";
import { findWeaknesses } from "@/lib/auth/check-up";
import { mailNotice } from "@/lib/auth/owner-mail";
import { removePasskey } from "@/lib/auth/passkey/credentials";
import { hashPassword } from "@/lib/auth/password-hash";
import { begin, register } from "@/lib/auth/registration/begin";
import { verifyRegistration } from "@/lib/auth/registration/verify";
import { requestReset, resetPassword } from "@/lib/auth/reset";
import { confirm } from "@/lib/auth/step-up/confirm";
import { findConfirmation } from "@/lib/auth/step-up/confirmation";
import { newId } from "@/lib/crypto";
import { db, transaction } from "@/lib/db";
import type { NoticeMail } from "@/lib/jobs";
import { mailTo, rowsOf, sendQueued } from "@/tests/notices";
import { makePasskeyRow } from "@/tests/passkey-rows";
import { makeClient, makeUser, proveFirst } from "@/tests/people";
import { linkOf } from "@/tests/secrets";

process.env.SIGN_IN_METHODS = "passkey,magic_link";

const password = "a long enough sentence";
const address = () => `${newId().toLowerCase().replaceAll("_", "x")}@example.com`;
const asked = () => ({ email: address(), name: "Pat", next: null, client: makeClient() });

const refusedPassword = {
  code: "invalid_request",
  fields: [{ path: "password", message: "Nobody has a password here." }],
};

/** With a password from before, and in by mail. */
async function makeIn() {
  const user = await makeUser({ password });
  const client = makeClient();
  const mailbox = { method: "magic_link" as const, amr: ["email"] };
  const result = await proveFirst(user, client, mailbox);
  if (result.status !== "signed_in") throw new Error(result.status);
  return { user, client, session: { id: result.session.id, userId: user.id } };
}

describe("a sign-up", () => {
  it("A01 that brings a password is refused, and one without is not", async () => {
    const given = { ...asked(), password };
    await expect(register(given)).rejects.toMatchObject(refusedPassword);
    expect(await db().challenge.count({ where: { email: given.email } })).toBe(0);
    expect(await register({ ...asked(), password: null })).toEqual(expect.any(String));
  });

  it.each([
    ["in its own browser", true],
    ["in another browser", false],
  ])("C14 of before, confirmed %s, makes an account without one", async (_, isOwn) => {
    const email = address();
    const passwordHash = await hashPassword(password);
    const data = { name: "Pat", passwordHash, next: null };
    const id = await transaction((tx) => begin(tx, { email, data }));
    const verified = await verifyRegistration({
      proof: { token: linkToken("registration", id) },
      handle: isOwn ? cookieHandle("registration", id) : null,
      password: null,
      client: makeClient(),
      previousToken: null,
    });
    expect(verified).toMatchObject({
      status: "finished",
      result: { status: "signed_in", session: { amr: ["email"] } },
    });
    expect(await db().user.findUnique({ where: { email } })).toMatchObject({
      name: isOwn ? "Pat" : null,
    });
    const where = { email, passwordHash: null };
    expect(await db().user.count({ where })).toBe(1);
  });
});

describe("an account that has one", () => {
  it("F01 is not opened by it", async () => {
    const user = await makeUser({ password });
    const refused = { status: "refused", reason: "disabled" };
    expect(await proveFirst(user)).toEqual(refused);
  });

  it("F05 is confirmed by a mailed code in place of it", async () => {
    const { session, client } = await makeIn();
    expect((await findConfirmation(session)).methods).toEqual(["email_code"]);
    const tried = confirm({ session, client }, { method: "password", password });
    const refused = { code: "step_up_required", extra: { methods: ["email_code"] } };
    await expect(tried).rejects.toMatchObject(refused);
  });

  it("A08 can neither change nor reset it", async () => {
    const { session, client, user } = await makeIn();
    const newPassword = "another long sentence";
    const changed = changePassword({ session, newPassword, client });
    const refused = { ...refusedPassword.fields[0], path: "newPassword" };
    await expect(changed).rejects.toMatchObject({ fields: [refused] });
    await requestReset(user.email, client);
    const proof = { token: await linkOf("reset", { email: user.email }) };
    const reset = resetPassword({ proof, password: newPassword, client });
    await expect(reset).rejects.toMatchObject(refusedPassword);
  });

  it("E13 keeps its last passkey, since the password is no way in", async () => {
    const { session, client } = await makeIn();
    const { id: passkeyId } = await makePasskeyRow(session);
    const removed = removePasskey({ session, passkeyId, client });
    await expect(removed).rejects.toMatchObject({ code: "conflict" });
  });

  it("A11 is not asked to change it", async () => {
    const { session } = await makeIn();
    const data = { passwordListedAt: new Date() };
    await db().user.update({ where: { id: session.userId }, data });
    const kinds = (await findWeaknesses(session)).map(({ kind }) => kind);
    expect(kinds).toEqual(["no_second_factor"]);
  });

  it.each(["account_secured", "email_restored"] satisfies NoticeMail[])(
    "M07 is sent to no page for a new one by %s",
    async (template) => {
      const { id: userId, email } = await makeUser({ password });
      const [row] = await rowsOf(userId, () =>
        transaction((tx) => mailNotice(tx, { template, userId, email })),
      );
      await sendQueued(row?.id ?? "");
      const [mail] = await mailTo(email);
      expect(mail?.text).toContain("somebody else can read your mail");
      expect(`${mail?.text} ${mail?.html}`).not.toMatch(/forgot-password|new password/i);
    },
  );
});
