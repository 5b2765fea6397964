// Account pre-hijacking (2022 study; better-auth GHSA-qq9h-g4jm-xgf3): whatever a
// stranger prepared for an address is worth nothing once its owner comes by link.
import { describe, expect, it } from "vitest";
import { linkToken } from "@/lib/auth/challenge";
import { confirmEmailChange, requestEmailChange } from "@/lib/auth/email-change";
import { findMagicLink, resendMagicLink } from "@/lib/auth/magic-link/request";
import { mailedCode } from "@/lib/auth/mailed-code";
import { signInWithPassword } from "@/lib/auth/password";
import { findRegistration, register } from "@/lib/auth/registration/begin";
import { renewRegistration, resendRegistration } from "@/lib/auth/registration/resend";
import { verifyRegistration } from "@/lib/auth/registration/verify";
import { seconds } from "@/lib/config";
import { db } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import { resetTo } from "@/tests/guesses";
import { askForLink, redeem, sessionsOf } from "@/tests/magic-links";
import { makeClient, makeSignedIn, makeUser } from "@/tests/people";
import { ageChallenge, linkOf, mailTo, newAddress } from "@/tests/secrets";

const theirs = "the attacker knows this";
const ours = "only the owner knows this";

async function prepare(email: string) {
  const client = makeClient();
  const chosen = { name: "Mallory", password: theirs, next: "/trap" };
  const handle = await register({ email, ...chosen, client });
  const id = handle.slice(0, 22);
  await ageChallenge(id, seconds(30));
  return { id, handle, client, token: linkToken("registration", id) };
}

type Prepared = Awaited<ReturnType<typeof prepare>>;

/** The owner of the address comes by a link of his own. */
async function enter(email: string) {
  const asked = await askForLink(email);
  const answer = await redeem(asked);
  expect(answer).toMatchObject({ status: "finished", next: null });
  return db().user.findUniqueOrThrow({ where: { email }, omit: { passwordHash: false } });
}

const tryPassword = (email: string, password: string) =>
  signInWithPassword({
    ...{ email, password, isPersistent: true },
    ...{ client: makeClient(), previousToken: null },
  });

/** With every secret that there is of it, and everywhere. */
async function useAll({ id, handle, client, token }: Prepared) {
  const code = mailedCode("registration", id);
  const rest = { client, previousToken: null };
  const tries = [{ token }, { code }].flatMap((proof) =>
    [handle, null].flatMap((own) =>
      [theirs, ours].map((password) => ({ proof, handle: own, password, ...rest })),
    ),
  );
  const answers: string[] = [];
  for (const attempt of tries) {
    answers.push((await verifyRegistration(attempt)).status);
  }
  return new Set(answers);
}

describe("an account that a sign-in link makes", () => {
  it("C14 has no name, no password and no second factor, and an address that is proved", async () => {
    const email = newAddress();
    const user = await enter(email);
    const { passwordHash, passwordChangedAt, passkeyHandle } = user;
    expect({ passwordHash, passwordChangedAt, passkeyHandle }).toEqual({
      passwordHash: null,
      passwordChangedAt: null,
      passkeyHandle: null,
    });
    expect(user).toMatchObject({ name: null, role: "user", twoFactorAt: null });
    expect(user.emailVerifiedAt).not.toBeNull();
  });

  it("M01 is recorded with its sign-in, and no mail calls its first browser new", async () => {
    const asked = await askForLink(newAddress());
    const client = makeClient({ deviceHash: asked.client.deviceHash });
    await redeem(asked, { client });
    const { email } = asked;
    const { id: userId } = await db().user.findUniqueOrThrow({ where: { email } });
    const { id: sessionId } = await db().session.findFirstOrThrow({ where: { userId } });
    const about = { userId, result: "success" as const };
    await expectEvents(
      client,
      { ...about, type: "address_verified", sessionId: null },
      { ...about, type: "sign_in", sessionId, method: "magic_link", factors: ["email"] },
    );
    expect(await mailTo(email)).toEqual(["magic_link"]);
  });

  it("C14 takes a password that its owner sets by mail", async () => {
    const email = newAddress();
    await enter(email);
    await expect(tryPassword(email, "")).rejects.toThrow("invalid_credentials");
    expect(await resetTo(email, ours)).toMatchObject({ status: "password_changed" });
    expect((await tryPassword(email, ours)).status).toBe("signed_in");
  });
});

describe("who registered the address before its owner came", () => {
  it("C14 has a password that opens nothing", async () => {
    const email = newAddress();
    await prepare(email);
    const user = await enter(email);
    expect(user).toMatchObject({ name: null, passwordHash: null });
    await expect(tryPassword(email, theirs)).rejects.toThrow("invalid_credentials");
  });

  it("C14 has no registration left to finish, to wait for or to renew", async () => {
    const email = newAddress();
    const prepared = [await prepare(email), await prepare(email)];
    const elsewhere = await prepare(newAddress());
    const user = await enter(email);
    const mailed = await mailTo(email);
    for (const one of prepared) {
      const { handle, token, client } = one;
      expect(await findRegistration(handle)).toBeNull();
      expect(await resendRegistration(handle, client)).toBeNull();
      expect(await useAll(one)).toEqual(new Set(["refused"]));
      await renewRegistration({ token, handle, client });
    }
    expect(await useAll(await prepare(email))).toEqual(new Set(["refused"]));
    const after = await db().user.findUniqueOrThrow({ where: { email } });
    expect(after).toMatchObject({ name: null, passwordChangedAt: null });
    expect(await sessionsOf(user.id)).toBe(1);
    expect(mailed).not.toContain("password_changed");
    expect(await findRegistration(elsewhere.handle)).not.toBeNull();
  });

  it("C14 touches no account that was there before him", async () => {
    const owner = await makeUser({ password: ours });
    const prepared = await prepare(owner.email);
    await redeem(await askForLink(owner.email));
    expect(await useAll(prepared)).toEqual(new Set(["refused"]));
    await expect(tryPassword(owner.email, theirs)).rejects.toThrow("invalid_credentials");
    expect((await tryPassword(owner.email, ours)).status).toBe("signed_in");
  });
});

describe("who asked for links to the address before its owner did", () => {
  it("C14 C05 has none that works, not even with its code", async () => {
    const email = newAddress();
    const attacker = await askForLink(email);
    const user = await enter(email);
    const { token, code, handle, client } = attacker;
    for (const proof of [{ token }, { code }]) {
      expect(await redeem(attacker, { proof })).toMatchObject({ status: "refused" });
    }
    expect(await findMagicLink(handle)).toBeNull();
    await ageChallenge(attacker.id, seconds(30));
    expect(await resendMagicLink(handle, client)).toBeNull();
    expect(await sessionsOf(user.id)).toBe(1);
  });

  it("C14 C05 makes no account with the owner's click on the attacker's link", async () => {
    const email = newAddress();
    const attacker = await askForLink(email);
    const answer = await redeem(attacker, { handle: null, client: makeClient() });
    expect(answer).toEqual({ status: "refused", reason: "other_browser" });
    expect(await db().user.count({ where: { email } })).toBe(0);
  });
});

describe("who was about to move an account of his own to the address", () => {
  it("C14 does not get there, and the owner's account is not touched", async () => {
    const email = newAddress();
    const { user, client, sessionId } = await makeSignedIn();
    const session = { id: sessionId, userId: user.id };
    await requestEmailChange({ session, email, client });
    const token = await linkOf("email-change", { userId: user.id });
    const owner = await enter(email);
    const confirming = { proof: { token }, session, client };
    await expect(confirmEmailChange(confirming)).rejects.toMatchObject({
      code: "conflict",
    });
    const after = await db().user.findUniqueOrThrow({ where: { email } });
    expect(after).toMatchObject({ id: owner.id, securityVersion: 0 });
    expect(await sessionsOf(owner.id)).toBe(1);
  });
});
