// A reset that meets what the account does at the same moment.
import { describe, expect, it } from "vitest";
import { createChallenge, findChallenge, linkToken } from "@/lib/auth/challenge";
import { changePassword } from "@/lib/auth/change-password";
import { confirmEmailChange, requestEmailChange } from "@/lib/auth/email-change";
import { hashPassword } from "@/lib/auth/password-hash";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { requestReset, resetPassword } from "@/lib/auth/reset";
import { sendConfirmationCode } from "@/lib/auth/step-up/confirmation";
import { storePassword } from "@/lib/auth/store-password";
import { config } from "@/lib/config";
import { db, transaction } from "@/lib/db";
import { untilBlocked } from "@/tests/locks";
import {
  age,
  makeClient,
  makeSignedIn,
  makeUser,
  proveFirst,
  signIn,
} from "@/tests/people";
import { linkOf, mailTo, newAddress, newestId } from "@/tests/secrets";

const fresh = "what it is from now";
const password = "what it was before";

async function askFor(email: string): Promise<string> {
  await requestReset(email, makeClient());
  return linkOf("reset", { email });
}

const redeem = (token: string, chosen = fresh) =>
  resetPassword({ proof: { token }, password: chosen, client: makeClient() });

const alive = (userId: string) =>
  db().session.count({ where: { userId, endedAt: null } });

describe("a sign-in and a reset at once", () => {
  it("G08 leave no session of the old password, in either order", async () => {
    for (let round = 0; round < 20; round++) {
      const user = await makeUser({ password });
      const token = await askFor(user.email);
      await Promise.all([proveFirst(user), redeem(token), proveFirst(user)]);
      expect(await alive(user.id)).toBe(0);
    }
  }, 120_000);

  it("G08 a sign-in that meets the reset half done waits for it and is refused", async () => {
    const user = await makeUser({ password });
    const { id: userId, securityVersion } = user;
    const passwordHash = await hashPassword(fresh);
    let answer: ReturnType<typeof proveFirst> | undefined;
    await transaction(async (tx) => {
      await storePassword(tx, { userId, securityVersion, passwordHash }, makeClient());
      answer = proveFirst(user);
      await untilBlocked(answer);
    });
    expect(await answer).toEqual({ status: "refused", reason: "changed" });
    expect(await alive(userId)).toBe(0);
  });

  it("I07 a refresh racing a reset leaves nothing that can be used", async () => {
    for (let round = 0; round < 20; round++) {
      const user = await makeUser({ password });
      const client = makeClient();
      const { session, refreshToken } = await signIn(user, client);
      await age(session.id, config.refreshToken.minAge * 2);
      const token = await askFor(user.email);
      const renewal = { token: refreshToken, client };
      const [first] = await Promise.all([rotateRefreshToken(renewal), redeem(token)]);
      const late = first.status === "renewed" ? first.refreshToken : refreshToken;
      for (const one of [late, refreshToken]) {
        const answer = await rotateRefreshToken({ token: one, client });
        expect(answer).toEqual({ status: "ended", reason: "security" });
      }
    }
  }, 120_000);

  it("G08 two links of one account at once change the password once", async () => {
    const user = await makeUser({ password });
    const tokens = [await askFor(user.email), await askFor(user.email)];
    const answers = await Promise.all(tokens.map((t, n) => redeem(t, `${fresh} ${n}`)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual(["password_changed", "refused"]);
    const after = await db().user.findUniqueOrThrow({ where: { id: user.id } });
    expect(after.securityVersion).toBe(1);
    const mails = await mailTo(user.email);
    expect(mails.filter((m) => m === "password_changed")).toHaveLength(1);
  });
});

async function makePending() {
  const { user, client, sessionId } = await makeSignedIn();
  const { id: userId, email } = user;
  const session = { id: sessionId, userId };
  await requestEmailChange({ session, email: newAddress(), client });
  await sendConfirmationCode(session, client);
  const lifetime = config.challenge.signIn;
  const signInId = await createChallenge(db(), {
    purpose: "sign-in",
    lifetime,
    userId,
    data: {},
  });
  await askFor(email);
  const ids = {
    "sign-in": signInId,
    reset: await newestId("reset", { email }),
    "email-change": await newestId("email-change", { userId }),
    "step-up-code": await newestId("step-up-code", { userId }),
  };
  const state = async (purpose: keyof typeof ids) =>
    (await findChallenge(purpose, ids[purpose])).state;
  const purposes = Object.keys(ids) as (keyof typeof ids)[];
  const states = async () => new Set(await Promise.all(purposes.map(state)));
  return { user, session, client, states, resetToken: linkToken("reset", ids.reset) };
}

describe("what was pending", () => {
  it("C14 a reset ends all of it, and nothing of anybody else", async () => {
    const [account, other] = [await makePending(), await makePending()];
    const token = await askFor(account.user.email);
    expect((await redeem(token)).status).toBe("password_changed");
    expect(await account.states()).toEqual(new Set(["replaced"]));
    expect(await other.states()).toEqual(new Set(["open"]));
  });

  it("C14 a changed password ends all of it, a mailed reset too", async () => {
    const [account, other] = [await makePending(), await makePending()];
    const { session, client } = account;
    await changePassword({ session, newPassword: fresh, client });
    expect(await account.states()).toEqual(new Set(["replaced"]));
    expect(await other.states()).toEqual(new Set(["open"]));
    expect(await redeem(account.resetToken, `${fresh} on`)).toEqual({
      status: "refused",
      reason: "replaced",
    });
  });

  it("C14 a changed address ends the rest of it, what waits at the old mailbox too", async () => {
    const [account, other] = [await makePending(), await makePending()];
    const proof = { token: await linkOf("email-change", { userId: account.user.id }) };
    const confirming = { proof, session: null, client: makeClient() };
    expect((await confirmEmailChange(confirming)).status).toBe("email_changed");
    expect(await account.states()).toEqual(new Set(["replaced", "used"]));
    expect(await other.states()).toEqual(new Set(["open"]));
    expect(await redeem(account.resetToken)).toMatchObject({ reason: "replaced" });
  });
});
