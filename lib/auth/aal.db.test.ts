// The level of a session: two factors count for a while, and not after a pause (NIST
// SP 800-63B-4 §2.2.3). It falls by itself and rises by a proof alone.
import { describe, expect, it } from "vitest";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { listSessions } from "@/lib/auth/session";
import { findSession } from "@/lib/auth/session-cache";
import { confirm } from "@/lib/auth/step-up/confirm";
import { findConfirmation, sendConfirmationCode } from "@/lib/auth/step-up/confirmation";
import { hours, minutes, seconds } from "@/lib/config";
import { db } from "@/lib/db";
import { makeGuarded, signInFully } from "@/tests/guarded";
import { type AskedLink, askForLink, redeem } from "@/tests/magic-links";
import { confirmWith, makeHolder, signInWith } from "@/tests/passkeys";
import { age, makeSignedIn, makeUser, readSession } from "@/tests/people";
import { refresh, reissue } from "@/tests/rotation";
import { codeOf } from "@/tests/secrets";
import { readPart } from "@/tests/tokens";
import { codeNow } from "@/tests/totp";

async function makeStrong() {
  const account = await makeGuarded();
  return { ...account, ...(await signInFully(account.user.id)) };
}

type Strong = Pick<Awaited<ReturnType<typeof makeStrong>>, "session">;

/** As it is read wherever a session is looked at. */
async function levelsOf({ session }: Strong): Promise<number[]> {
  const found = await findSession(session.id);
  const listed = (await listSessions(session.userId)).find(({ id }) => id === session.id);
  return [found.status === "alive" ? found.session.aal : 0, listed?.aal ?? 0];
}

/** Used again and again: a renewal every half hour, for as long as that. */
async function useFor(strong: Awaited<ReturnType<typeof makeStrong>>, ms: number) {
  const { session, client } = strong;
  let token = strong.first.refreshToken;
  const levels: number[] = [];
  for (let passed = 0; passed < ms; passed += minutes(30)) {
    await age(session.id, minutes(30));
    const renewed = await refresh(token, client);
    token = renewed.refreshToken;
    levels.push(renewed.session.aal);
    expect(readPart(renewed.accessToken.token, 1).aal).toBe(renewed.session.aal);
  }
  return levels;
}

describe("after an hour in which nothing happened", () => {
  it("G06 a session is of one factor wherever it is read, and not a minute before", async () => {
    const strong = await makeStrong();
    await age(strong.session.id, hours(1) - seconds(30));
    expect(await levelsOf(strong)).toEqual([2, 2]);
    await age(strong.session.id, seconds(30));
    expect(await levelsOf(strong)).toEqual([1, 1]);
    expect((await findConfirmation(strong.session)).isConfirmed).toBe(false);
  });

  it("G06 a renewal writes it down for good, and its tokens say so", async () => {
    const strong = await makeStrong();
    const { session, client, first } = strong;
    await age(session.id, hours(1));
    const renewed = await refresh(first.refreshToken, client);
    expect(renewed.session.aal).toBe(1);
    expect(readPart(renewed.accessToken.token, 1).aal).toBe(1);
    expect((await readSession(session.id)).aal).toBe(1);
    // Neither being there again nor the time of the proof brings it back.
    await db().$executeRaw`UPDATE session SET last_seen_at = clock_timestamp(),
      multi_factor_at = clock_timestamp() WHERE id = ${session.id}`;
    expect(await levelsOf(strong)).toEqual([1, 1]);
    await age(session.id, minutes(2));
    expect((await refresh(renewed.refreshToken, client)).session.aal).toBe(1);
  });

  it("G06 so does a change of the account in that session", async () => {
    const { session } = await makeStrong();
    await age(session.id, hours(1));
    expect((await reissue(session.id))?.session.aal).toBe(1);
    expect((await readSession(session.id)).aal).toBe(1);
  });

  it("G06 tokens that are given without a renewal say it, too", async () => {
    const strong = await makeStrong();
    const { session, client, first } = strong;
    // Renewed just now, and nothing seen for an hour: the judge answers "fresh".
    await db().$executeRaw`UPDATE session SET
      last_seen_at = clock_timestamp() - interval '1 hour' WHERE id = ${session.id}`;
    const answer = await rotateRefreshToken({ token: first.refreshToken, client });
    expect(answer).toMatchObject({ isUnchanged: true, session: { aal: 1 } });
    if (answer.status !== "renewed") throw new Error(answer.status);
    expect(readPart(answer.accessToken.token, 1).aal).toBe(1);
  });
});

describe("a day after both factors were given", () => {
  it("G06 it is of one, however busily it was used", async () => {
    const strong = await makeStrong();
    const levels = await useFor(strong, hours(25));
    expect(levels.slice(0, 47)).toEqual(Array(47).fill(2));
    expect(levels.slice(48)).toEqual([1, 1]);
    expect(await levelsOf(strong)).toEqual([1, 1]);
  }, 60_000);

  it("G06 a code that was given meanwhile counts for a day of its own", async () => {
    const strong = await makeStrong();
    const { session, client, secret } = strong;
    await db().$executeRaw`UPDATE session SET multi_factor_at =
      clock_timestamp() - interval '23 hours 59 minutes' WHERE id = ${session.id}`;
    expect(await levelsOf(strong)).toEqual([2, 2]);
    await confirm({ session, client }, { method: "totp", code: codeNow(secret) });
    await db().$executeRaw`UPDATE session SET multi_factor_at =
      multi_factor_at - interval '23 hours' WHERE id = ${session.id}`;
    expect(await levelsOf(strong)).toEqual([2, 2]);
  });
});

async function enterByLink(link: AskedLink) {
  const redeemed = await redeem(link);
  if (redeemed.status !== "finished") throw new Error(redeemed.status);
  return redeemed.result;
}

describe("one mailbox, twice", () => {
  it("F04 a mailed link and a mailed code are one factor, however recent", async () => {
    const user = await makeUser();
    const link = await askForLink(user.email);
    const entered = await enterByLink(link);
    if (entered.status !== "signed_in") throw new Error(entered.status);
    const session = { id: entered.session.id, userId: user.id };
    await sendConfirmationCode(session, link.client);
    const code = await codeOf("step-up-code", { sessionId: session.id });
    const proof = { method: "email_code", code } as const;
    const tokens = await confirm({ session, client: link.client }, proof);
    expect(tokens.session.aal).toBe(1);
    expect(await readSession(session.id)).toMatchObject({ aal: 1, multiFactorAt: null });
    expect(tokens.session.amr).not.toContain("mfa");
  });

  it("F04 a mailed link where an app is set up is followed by its code and no mail", async () => {
    const { user } = await makeGuarded();
    const first = await enterByLink(await askForLink(user.email));
    expect(first).toMatchObject({
      status: "second_factor_required",
      methods: ["totp", "backup_code"],
    });
  });
});

describe("a level", () => {
  it("G06 rises by a second factor and by nothing else", async () => {
    const strong = await makeStrong();
    const { session, client, first, secret } = strong;
    await age(session.id, hours(2));
    const { refreshToken } = await refresh(first.refreshToken, client);
    const proved = await reissue(session.id, { amr: ["pwd"] });
    expect(proved?.session.aal).toBe(1);
    const proof = { method: "totp", code: codeNow(secret) } as const;
    const tokens = await confirm({ session, client }, proof);
    expect(tokens.refreshToken).not.toBe(refreshToken);
    expect(tokens.session.aal).toBe(2);
    expect(await levelsOf(strong)).toEqual([2, 2]);
  });

  it("G06 is not made to last by a password", async () => {
    const password = "what it is and stays";
    const { authenticator, user } = await makeHolder({ password });
    const entered = await signInWith(authenticator);
    expect(entered.session.aal).toBe(2);
    const session = { id: entered.session.id, userId: user.id };
    await db().$executeRaw`UPDATE session SET multi_factor_at =
      clock_timestamp() - interval '23 hours 59 minutes' WHERE id = ${session.id}`;
    const before = await readSession(session.id);
    const client = (await makeSignedIn()).client;
    const tokens = await confirm({ session, client }, { method: "password", password });
    expect(tokens.session.aal).toBe(2);
    const after = await readSession(session.id);
    expect(after.multiFactorAt).toEqual(before.multiFactorAt);
    expect(after.authenticatedAt.getTime()).toBeGreaterThan(
      before.authenticatedAt.getTime(),
    );
    await age(session.id, minutes(1));
    expect(await levelsOf({ session })).toEqual([1, 1]);
  });

  it("G06 that was never two stays one, whatever its times say", async () => {
    const { user, sessionId } = await makeSignedIn();
    await db().$executeRaw`UPDATE session SET multi_factor_at = clock_timestamp()
      WHERE id = ${sessionId}`;
    expect(await levelsOf({ session: { id: sessionId, userId: user.id } })).toEqual([
      1, 1,
    ]);
    expect((await reissue(sessionId))?.session.aal).toBe(1);
  });

  it("G06 two whose proof nobody remembers is one", async () => {
    const strong = await makeStrong();
    await db().$executeRaw`UPDATE session SET multi_factor_at = NULL
      WHERE id = ${strong.session.id}`;
    expect(await levelsOf(strong)).toEqual([1, 1]);
  });

  it("G06 F06 a passkey lifts one that has fallen, for a day from then", async () => {
    const { session, authenticator } = await makeHolder();
    await age(session.id, hours(30));
    await confirmWith(session, authenticator);
    expect(await levelsOf({ session })).toEqual([2, 2]);
    await age(session.id, hours(1));
    expect(await levelsOf({ session })).toEqual([1, 1]);
  });
});
