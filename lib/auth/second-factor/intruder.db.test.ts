// A stranger who got in and set up factors of their own, and the owner who throws
// them out with what the mailbox was told.
import { describe, expect, it } from "vitest";
import { cancelEmailChange } from "@/lib/auth/email-cancel";
import { confirmEmailChange, requestEmailChange } from "@/lib/auth/email-change";
import { findFactors } from "@/lib/auth/factors";
import { secureAccount } from "@/lib/auth/not-me";
import { beginEnrollment, confirmEnrollment } from "@/lib/auth/second-factor/enrollment";
import { findSession } from "@/lib/auth/session-cache";
import { hours } from "@/lib/config";
import { db } from "@/lib/db";
import { goodPassword } from "@/tests/guesses";
import { makePasskeyRow } from "@/tests/passkey-rows";
import {
  age,
  enrol,
  makeClient,
  makeUser,
  proveFirst,
  signIn,
  signInAsNews,
} from "@/tests/people";
import { linkOf, newAddress } from "@/tests/secrets";
import { codeNow } from "@/tests/totp";

async function makeInvaded(password?: string) {
  const user = await makeUser({ password });
  const own = await signIn(user);
  await age(own.session.id, hours(1));
  const client = makeClient();
  const { id } = (await signInAsNews(user, client)).session;
  return { user, own, strange: { session: { id, userId: user.id }, client } };
}

type Strange = Awaited<ReturnType<typeof makeInvaded>>["strange"];

async function setUp({ session, client }: Strange) {
  const { secret } = await beginEnrollment(session, "Test");
  return confirmEnrollment({ session, code: codeNow(secret), client });
}

async function enterAgain(userId: string): Promise<Strange> {
  const client = makeClient();
  const { session } = await signIn(await now(userId), client);
  return { session: { id: session.id, userId }, client };
}

const now = (id: string) => db().user.findUniqueOrThrow({ where: { id } });

describe("the address that is taken back", () => {
  it.each(["before", "after"])(
    "C14 takes the app that was set up %s the move along",
    async (when) => {
      const { user, strange } = await makeInvaded();
      if (when === "before") await setUp(strange);
      await requestEmailChange({ ...strange, email: newAddress() });
      const whose = { userId: user.id };
      const token = await linkOf("email-change", whose);
      const link = await linkOf("email-cancel", whose);
      await confirmEmailChange({ proof: { token }, ...strange });
      if (when === "after") await setUp(await enterAgain(user.id));
      expect((await cancelEmailChange(link, makeClient())).status).toBe("restored");
      expect(await findFactors(db(), user.id)).toMatchObject({ has: [], isOn: false });
      const byMail = { method: "magic_link" as const, amr: ["email"] };
      const entering = proveFirst(await now(user.id), makeClient(), byMail);
      expect((await entering).status).toBe("signed_in");
    },
  );

  it("C14 refuses a password that the stranger may know, where nothing else is left", async () => {
    const { user, strange } = await makeInvaded(goodPassword);
    await enrol(user.id, ["totp"]);
    await requestEmailChange({ ...strange, email: newAddress() });
    const whose = { userId: user.id };
    const link = await linkOf("email-cancel", whose);
    const token = await linkOf("email-change", whose);
    await confirmEmailChange({ proof: { token }, ...strange });
    // In place of the owner's, which no longer counts then.
    await setUp(strange);
    await cancelEmailChange(link, makeClient());
    const { passwordBlockedAt } = await now(user.id);
    expect(passwordBlockedAt).not.toBeNull();
    const proved = proveFirst(await now(user.id));
    expect(await proved).toMatchObject({ status: "refused", reason: "blocked" });
  });

  it("C14 leaves what the owner had before", async () => {
    const { user, strange } = await makeInvaded();
    await enrol(user.id, ["totp", "backup_code"]);
    await requestEmailChange({ ...strange, email: newAddress() });
    const whose = { userId: user.id };
    const token = await linkOf("email-change", whose);
    const link = await linkOf("email-cancel", whose);
    await confirmEmailChange({ proof: { token }, ...strange });
    await cancelEmailChange(link, makeClient());
    const { has, isOn } = await findFactors(db(), user.id);
    expect({ has, isOn }).toEqual({ has: ["totp", "backup_code"], isOn: true });
    expect((await now(user.id)).passwordBlockedAt).toBeNull();
  });
});

describe("this wasn't me", () => {
  it("C14 where it turns the second factor off, older sessions go on", async () => {
    const { user, own, strange } = await makeInvaded();
    await makePasskeyRow(strange.session);
    await db().user.update({ where: { id: user.id }, data: { twoFactorAt: new Date() } });
    await secureAccount(
      await linkOf("not-me", { sessionId: strange.session.id }),
      makeClient(),
    );
    expect((await findFactors(db(), user.id)).isOn).toBe(false);
    expect((await findSession(own.session.id)).status).toBe("alive");
  });

  it("F09 a mailbox alone does not take the last second factor of an account away", async () => {
    const user = await makeUser();
    const owned = { id: "older", userId: user.id };
    const passkey = await makePasskeyRow(owned);
    await enrol(user.id, ["backup_code"]);
    await proveFirst(user, makeClient(), {
      aal: 2,
      amr: ["swk", "user", "mfa"],
      passkey: { id: passkey.id, isCrossDevice: false },
    });
    await secureAccount(await linkOf("not-me", { userId: user.id }), makeClient());
    // As after a reset, or a mailed link.
    const first = await proveFirst(await now(user.id), makeClient(), {
      method: "magic_link",
      amr: ["email"],
    });
    expect(first).toMatchObject({
      status: "second_factor_required",
      methods: ["backup_code"],
    });
  });
});
