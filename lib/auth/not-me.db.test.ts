import { describe, expect, it } from "vitest";
import { findChallenge } from "@/lib/auth/challenge";
import { requestEmailChange } from "@/lib/auth/email-change";
import { secureAccount } from "@/lib/auth/not-me";
import { signInWithPassword } from "@/lib/auth/password";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { requestReset, resetPassword } from "@/lib/auth/reset";
import { findSession } from "@/lib/auth/session-cache";
import { hours, minutes, seconds } from "@/lib/config";
import { db } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import {
  age,
  makeClient,
  makeUser,
  proveFirst,
  signIn,
  signInAsNews,
} from "@/tests/people";
import { ageChallenge, linkOf, mailTo, newAddress, newestId } from "@/tests/secrets";

const password = "what it was before";
const fresh = "what it is from now";

/** The owner's session, an hour older than the stranger's, and what was mailed of it. */
async function makeInvaded() {
  const user = await makeUser({ password });
  const [owner, stranger] = [makeClient(), makeClient()];
  const own = await signIn(user, owner);
  await age(own.session.id, hours(1));
  const strange = await signInAsNews(user, stranger);
  const session = { id: strange.session.id, userId: user.id };
  const token = await linkOf("not-me", { sessionId: session.id });
  return { user, owner, own, stranger, strange, session, token };
}

const press = (token: string, client = makeClient()) => secureAccount(token, client);
const refused = (reason: string) => ({ status: "refused", reason });
const ended = { status: "ended", reason: "security" };
const stateOf = async (id: string) => (await findSession(id)).status;

const enter = (email: string, typed: string, client = makeClient()) => {
  const attempt = { email, password: typed, client, previousToken: null };
  return signInWithPassword({ ...attempt, isPersistent: true });
};

describe("the sessions", () => {
  it("F8 the told one ends with every younger one, and what is older goes on", async () => {
    const { user, owner, own, stranger, strange, token } = await makeInvaded();
    const younger = await signIn(user, makeClient());
    const bystander = await makeInvaded();
    const client = makeClient();
    const answer = await press(token, client);
    expect(answer).toMatchObject({ status: "secured", ended: 2, restoredEmail: null });
    const sessionIds = [strange.session.id, younger.session.id];
    if (answer.status !== "secured") throw new Error(answer.status);
    expect([...answer.sessionIds].sort()).toEqual([...sessionIds].sort());
    for (const id of sessionIds) expect(await findSession(id)).toEqual(ended);
    const stolen = { token: strange.refreshToken, client: stranger };
    expect(await rotateRefreshToken(stolen)).toEqual(ended);
    expect(await stateOf(own.session.id)).toBe("alive");
    const renewal = { token: own.refreshToken, client: owner };
    expect((await rotateRefreshToken(renewal)).status).toBe("renewed");
    expect(await stateOf(bystander.strange.session.id)).toBe("alive");
    expect(await stateOf(bystander.own.session.id)).toBe("alive");
    const about = { userId: user.id, result: "success" as const };
    const ending = { ...about, type: "session_ended", reason: "security" };
    await expectEvents(
      client,
      ...sessionIds.map((sessionId) => ({ ...ending, sessionId })),
      { ...about, type: "not_me", sessionId: strange.session.id },
      { ...about, type: "password_blocked", reason: "not_me", sessionId: null },
    );
    expect((await mailTo(user.email)).at(-1)).toBe("account_secured");
  });

  it("F8 a reused refresh token's mail ends what came after, though that session is over", async () => {
    const { user, strange, own, token } = await makeInvaded();
    await db().$executeRaw`UPDATE session SET ended_at = clock_timestamp(),
      end_reason = 'reuse' WHERE id = ${strange.session.id}`;
    const younger = await signIn(user, makeClient());
    expect(await press(token)).toMatchObject({ status: "secured", ended: 1 });
    expect(await stateOf(younger.session.id)).toBe("ended");
    expect(await stateOf(own.session.id)).toBe("alive");
    expect(await findSession(strange.session.id)).toMatchObject({ reason: "reuse" });
  });

  it("C02 of thirty presses at once one counts", async () => {
    const { user, token } = await makeInvaded();
    const answers = await Promise.all(Array.from({ length: 30 }, () => press(token)));
    expect(answers.filter(({ status }) => status === "secured")).toHaveLength(1);
    expect(answers.filter(({ status }) => status === "refused")).toHaveLength(29);
    const mails = await mailTo(user.email);
    expect(mails.filter((mail) => mail === "account_secured")).toHaveLength(1);
    expect(await press(token)).toEqual(refused("used"));
  });

  it("C03 the link works at the end of its three days and not after", async () => {
    const [late, tooLate] = [await makeInvaded(), await makeInvaded()];
    await ageChallenge(late.token.slice(0, 22), hours(72) - seconds(20));
    await ageChallenge(tooLate.token.slice(0, 22), hours(72));
    expect((await press(late.token)).status).toBe("secured");
    expect(await press(tooLate.token)).toEqual(refused("expired"));
    expect(await stateOf(tooLate.strange.session.id)).toBe("alive");
  });

  it("F8 the browsers they came from are news again, the owner's is not", async () => {
    const { user, owner, stranger, token } = await makeInvaded();
    await press(token);
    const known = await db().knownBrowser.findMany({ where: { userId: user.id } });
    const hashes = known.map(({ deviceHash }) => Buffer.from(deviceHash).toString("hex"));
    expect(hashes).toEqual([owner.deviceHash?.toString("hex")]);
    expect(hashes).not.toContain(stranger.deviceHash?.toString("hex"));
  });
});

describe("the password", () => {
  it("C14 is refused from then on like a wrong one, in every browser", async () => {
    const { user, owner, token } = await makeInvaded();
    await press(token);
    for (const client of [owner, makeClient()]) {
      await expect(enter(user.email, password, client)).rejects.toMatchObject({
        code: "invalid_credentials",
      });
    }
  });

  it("G08 a sign-in that was past its check opens nothing", async () => {
    const { user, token } = await makeInvaded();
    await press(token);
    expect(await proveFirst(user)).toEqual({ status: "refused", reason: "blocked" });
  });

  it("G08 a sign-in racing the press leaves no session that is younger", async () => {
    for (let round = 0; round < 20; round++) {
      const { user, own, token } = await makeInvaded();
      const late = signIn(user, makeClient()).catch(() => null);
      await Promise.all([press(token), late]);
      const alive = await db().session.findMany({
        where: { userId: user.id, endedAt: null },
        select: { id: true },
      });
      expect(alive).toEqual([{ id: own.session.id }]);
    }
  }, 60_000);

  it("C14 a reset lifts it, with another password", async () => {
    const { user, token } = await makeInvaded();
    await press(token);
    await requestReset(user.email, makeClient());
    const proof = { token: await linkOf("reset", { email: user.email }) };
    const reset = (chosen: string) =>
      resetPassword({ proof, password: chosen, client: makeClient() });
    await expect(reset(password)).rejects.toMatchObject({ code: "invalid_request" });
    expect((await reset(fresh)).status).toBe("password_changed");
    expect((await enter(user.email, fresh)).status).toBe("signed_in");
  });
});

describe("what was pending", () => {
  it("C14 a mailed reset and a change of address die with the press", async () => {
    const { user, session, stranger, token } = await makeInvaded();
    await requestReset(user.email, stranger);
    await requestEmailChange({ session, email: newAddress(), client: stranger });
    const ids = [
      ["reset", await newestId("reset", { email: user.email })],
      ["email-change", await newestId("email-change", { userId: user.id })],
    ] as const;
    await press(token);
    for (const [purpose, id] of ids) {
      expect(await findChallenge(purpose, id)).toMatchObject({ state: "replaced" });
    }
  });
});

describe("a link that is no good", () => {
  it("K03 one of this account does nothing to another", async () => {
    const [mine, theirs] = [await makeInvaded(), await makeInvaded()];
    await press(mine.token);
    expect((await enter(theirs.user.email, password)).status).toBe("signed_in");
    expect(await stateOf(theirs.strange.session.id)).toBe("alive");
  });

  it("C04 links of other purposes and guesses do nothing", async () => {
    const { user, strange, token } = await makeInvaded();
    await requestReset(user.email, makeClient());
    const reset = await linkOf("reset", { email: user.email });
    for (const other of [reset, "", "null", `${token.slice(0, 23)}${"A".repeat(43)}`]) {
      const client = makeClient();
      expect(await press(other, client)).toEqual(refused("wrong"));
      const event = { type: "not_me", result: "failure", reason: "wrong" } as const;
      await expectEvents(client, { ...event, userId: null, sessionId: null });
    }
    expect(await stateOf(strange.session.id)).toBe("alive");
  });

  it("M05 what is ended and its mail are there together or not at all", async () => {
    const { user, strange, token } = await makeInvaded();
    await db().$executeRaw`ALTER TABLE pgboss.job RENAME TO job_away`;
    try {
      await expect(press(token)).rejects.toThrow();
    } finally {
      await db().$executeRaw`ALTER TABLE pgboss.job_away RENAME TO job`;
    }
    expect(await stateOf(strange.session.id)).toBe("alive");
    expect((await enter(user.email, password)).status).toBe("signed_in");
    await ageChallenge(token.slice(0, 22), minutes(1));
    expect((await press(token)).status).toBe("secured");
  });
});
