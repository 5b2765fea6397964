import { describe, expect, it } from "vitest";
import { findFactors } from "@/lib/auth/factors";
import { signInWithPassword } from "@/lib/auth/password";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { readResetLink, requestReset, resetPassword } from "@/lib/auth/reset";
import { findSession } from "@/lib/auth/session-cache";
import { minutes, seconds } from "@/lib/config";
import { db } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import { makeClient, makeUser, signIn } from "@/tests/people";
import {
  ageChallenge,
  codeOf,
  linkOf,
  mailTo,
  newAddress,
  wrongCode,
} from "@/tests/secrets";

const old = "what it was before";
const fresh = "what it is from now";

async function makeAsking(over: Parameters<typeof makeUser>[0] = {}) {
  const user = await makeUser({ password: old, ...over });
  const client = makeClient();
  await requestReset(user.email, client);
  const { email } = user;
  return {
    user,
    client,
    email,
    token: await linkOf("reset", { email }),
    code: await codeOf("reset", { email }),
  };
}

const redeem = (token: string, password = fresh, client = makeClient()) =>
  resetPassword({ proof: { token }, password, client });

const enter = (email: string, password: string) =>
  signInWithPassword({
    email,
    password,
    isPersistent: true,
    client: makeClient(),
    previousToken: null,
  });

const refused = (reason: string) => ({ status: "refused", reason });
const versionOf = async (id: string) =>
  (await db().user.findUniqueOrThrow({ where: { id } })).securityVersion;

describe("the link", () => {
  it("C02 thirty redemptions at once change the password once", async () => {
    const { user, token, email } = await makeAsking();
    const passwords = Array.from({ length: 30 }, (_, n) => `${fresh} on, number ${n}`);
    const answers = await Promise.all(passwords.map((one) => redeem(token, one)));
    const changed = answers.flatMap((a, n) =>
      a.status === "password_changed" ? [n] : [],
    );
    expect(changed).toHaveLength(1);
    expect(answers.filter((a) => a.status === "refused")).toHaveLength(29);
    expect(await versionOf(user.id)).toBe(1);
    expect((await enter(email, passwords[changed[0] ?? -1] ?? "")).status).toBe(
      "signed_in",
    );
    expect(await redeem(token)).toEqual(refused("used"));
    expect(await readResetLink(token)).toEqual({ state: "used" });
  }, 60_000);

  it("C03 works at the end of its half hour and is dead after it", async () => {
    const [late, tooLate] = [await makeAsking(), await makeAsking()];
    await ageChallenge(late.token.slice(0, 22), minutes(30) - seconds(20));
    await ageChallenge(tooLate.token.slice(0, 22), minutes(30));
    expect(await redeem(tooLate.token)).toEqual(refused("expired"));
    expect(await readResetLink(tooLate.token)).toEqual({ state: "expired" });
    expect((await redeem(late.token)).status).toBe("password_changed");
    expect((await enter(tooLate.email, old)).status).toBe("signed_in");
  });

  it("C02 works in a browser that asked for nothing", async () => {
    const { token, email } = await makeAsking();
    expect(await readResetLink(token)).toEqual({ state: "open", about: { email } });
    expect((await redeem(token)).status).toBe("password_changed");
  });

  it("C02 a weak password is refused by its name and leaves the link as it was", async () => {
    const { user, token, email } = await makeAsking();
    for (const weak of ["short", "a".repeat(20), email]) {
      await expect(redeem(token, weak)).rejects.toMatchObject({
        code: "invalid_request",
        fields: [expect.objectContaining({ path: "password" })],
      });
    }
    expect(await versionOf(user.id)).toBe(0);
    expect((await redeem(token)).status).toBe("password_changed");
  });

  it("A04 the person's own words are no password", async () => {
    const { token, email } = await makeAsking();
    const [local = ""] = email.split("@");
    for (const own of [email, local, local.toUpperCase(), "latchkeylatchkey"]) {
      await expect(redeem(token, own)).rejects.toMatchObject({ code: "invalid_request" });
    }
  });

  it("C15 a banned account's link is dead, and nothing says of whom it was", async () => {
    const { user, token, client, code, email } = await makeAsking();
    await db().user.update({ where: { id: user.id }, data: { bannedAt: new Date() } });
    expect(await redeem(token)).toEqual(refused("wrong"));
    const proof = { email, code };
    expect(await resetPassword({ proof, password: fresh, client })).toEqual(
      refused("wrong"),
    );
    expect(await versionOf(user.id)).toBe(0);
  });

  it("C14 a link for an address without an account makes none", async () => {
    const email = newAddress();
    await requestReset(email, makeClient());
    expect(await redeem(await linkOf("reset", { email }))).toEqual(refused("wrong"));
    expect(await db().user.count({ where: { email } })).toBe(0);
  });
});

describe("the code", () => {
  it("C02 counts in the browser that asked and in no other", async () => {
    const { client, email, code } = await makeAsking();
    const proof = { email, code };
    for (const other of [makeClient(), makeClient({ deviceHash: null })]) {
      expect(await resetPassword({ proof, password: fresh, client: other })).toEqual(
        refused("wrong"),
      );
    }
    const answer = await resetPassword({ proof, password: fresh, client });
    expect(answer).toEqual({ status: "password_changed", ended: 0 });
  });

  it("C02 five wrong ones kill the code and not the link", async () => {
    const { client, email, code, token } = await makeAsking();
    const type = (typed: string) =>
      resetPassword({ proof: { email, code: typed }, password: fresh, client });
    for (let n = 1; n <= 5; n++) {
      expect(await type(wrongCode(code, n))).toEqual(refused("wrong"));
    }
    expect(await type(code)).toEqual(refused("wrong"));
    expect((await redeem(token)).status).toBe("password_changed");
  });

  it("C02 the right one is no guess: it outlives as many weak passwords as it takes", async () => {
    const { client, email, code } = await makeAsking();
    const type = (password: string) =>
      resetPassword({ proof: { email, code }, password, client });
    for (let n = 0; n < 7; n++) {
      await expect(type("short")).rejects.toMatchObject({ code: "invalid_request" });
    }
    expect((await type(fresh)).status).toBe("password_changed");
  });

  it("C04 of somebody else's address opens nothing", async () => {
    const [mine, theirs] = [await makeAsking(), await makeAsking()];
    const proof = { email: theirs.email, code: mine.code };
    const { client } = mine;
    expect(await resetPassword({ proof, password: fresh, client })).toEqual(
      refused("wrong"),
    );
    expect(await versionOf(theirs.user.id)).toBe(0);
  });
});

describe("what a reset leaves", () => {
  it("C11 signs nobody in, ends every session and refresh token, and mails the owner", async () => {
    const { user, token, email } = await makeAsking();
    const browsers = [makeClient(), makeClient()];
    const sessions = [];
    for (const client of browsers) sessions.push(await signIn(user, client));
    const client = makeClient();
    const answer = await redeem(token, fresh, client);
    expect(answer).toEqual({ status: "password_changed", ended: 2 });
    for (const [n, { session, refreshToken }] of sessions.entries()) {
      const ended = { status: "ended", reason: "security" };
      expect(await findSession(session.id)).toEqual(ended);
      const rotated = { token: refreshToken, client: browsers[n] ?? client };
      expect(await rotateRefreshToken(rotated)).toEqual(ended);
    }
    expect(await db().session.count({ where: { userId: user.id, endedAt: null } })).toBe(
      0,
    );
    expect((await mailTo(email)).at(-1)).toBe("password_changed");
    expect(await db().knownBrowser.count({ where: { userId: user.id } })).toBe(0);
    await expectEvents(
      client,
      { type: "password_reset", result: "success", userId: user.id, sessionId: null },
      ...sessions.map(({ session }) => ({
        type: "session_ended",
        result: "success" as const,
        reason: "security",
        userId: user.id,
        sessionId: session.id,
      })),
    );
    await expect(enter(email, old)).rejects.toMatchObject({
      code: "invalid_credentials",
    });
  });

  it("C11 a second factor stays, and stays demanded", async () => {
    const { user, token, email } = await makeAsking({ secondFactors: ["totp"] });
    expect((await redeem(token)).status).toBe("password_changed");
    expect((await findFactors(db(), user.id)).demanded).toEqual(["totp"]);
    expect((await enter(email, fresh)).status).toBe("second_factor_required");
  });

  it("C14 the password that somebody else knew is not taken again", async () => {
    const { user, token, email } = await makeAsking();
    const blocked = { passwordBlockedAt: new Date() };
    await db().user.update({ where: { id: user.id }, data: blocked });
    await expect(redeem(token, old)).rejects.toMatchObject({ code: "invalid_request" });
    await expect(enter(email, old)).rejects.toMatchObject({
      code: "invalid_credentials",
    });
    expect((await redeem(token)).status).toBe("password_changed");
    expect((await enter(email, fresh)).status).toBe("signed_in");
  });
});
