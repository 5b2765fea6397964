// Confirming where a second factor is asked for: with nothing less, for ten minutes,
// and by what the session's row says, whatever a token claims.
import { describe, expect, it } from "vitest";
import { verifyAccessToken } from "@/lib/auth/access-token";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { turnOnTwoFactor } from "@/lib/auth/second-factor/settings";
import { endSession } from "@/lib/auth/session";
import { confirm } from "@/lib/auth/step-up/confirm";
import { findConfirmation, sendConfirmationCode } from "@/lib/auth/step-up/confirmation";
import { trustBrowser } from "@/lib/auth/trusted-browser";
import { config, minutes, seconds } from "@/lib/config";
import { db, transaction } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import {
  enterFirst,
  letStepsPass,
  makeGuarded,
  signInFully,
  wrongNow,
} from "@/tests/guarded";
import { makePasskeyRow } from "@/tests/passkey-rows";
import { outcomeOf } from "@/tests/passkeys";
import { age, makeClient, makeUser, readSession, signIn } from "@/tests/people";
import { readPart } from "@/tests/tokens";
import { codeNow } from "@/tests/totp";

const password = "what it is and stays";
const act = "disable_two_factor";

/** In a browser that is trusted: signed in, and with one factor. */
async function makeTrusting() {
  const account = await makeGuarded({ password });
  const { user } = account;
  const before = await signInFully(user.id);
  const { client } = before;
  const trust = { userId: user.id, sessionId: before.session.id, client };
  await transaction((tx) => trustBrowser(tx, "user", trust));
  const first = await enterFirst(user.id, client);
  if (first.status !== "signed_in") throw new Error(first.status);
  return {
    ...account,
    client,
    first,
    session: { id: first.session.id, userId: user.id },
  };
}

type There = { session: { id: string; userId: string } };
const isConfirmed = async ({ session }: There) =>
  (await findConfirmation(session)).isConfirmed;

describe("a session of one factor", () => {
  it("F05 is not confirmed by its sign-in, and by no password and no mail", async () => {
    const { session, client } = await makeTrusting();
    expect(await findConfirmation(session)).toMatchObject({
      isConfirmed: false,
      methods: ["totp", "backup_code"],
    });
    const weak = [
      { method: "password", password },
      { method: "email_code", code: "000000" },
    ] as const;
    for (const proof of weak) {
      for (const named of [undefined, act, "delete_account"] as const) {
        await expect(
          confirm({ session, client, act: named }, proof),
        ).rejects.toMatchObject({
          code: "step_up_required",
          extra: { methods: ["totp", "backup_code"] },
        });
      }
    }
    await expect(sendConfirmationCode(session, client)).rejects.toMatchObject({
      code: "step_up_required",
    });
    expect(await readSession(session.id)).toMatchObject({
      aal: 1,
      generation: 0,
      confirmedFor: null,
      multiFactorAt: null,
    });
  });

  it.each(["totp", "backup_code"] as const)(
    "F06 %s gives it new tokens, level two, the factor and a new time",
    async (method) => {
      const { session, client, first, secret, backupCodes } = await makeTrusting();
      await age(session.id, minutes(30));
      const before = await readSession(session.id);
      const code = method === "totp" ? codeNow(secret) : (backupCodes[0] ?? "");
      const agent = makeClient({ deviceHash: client.deviceHash });
      const tokens = await confirm({ session, client: agent }, { method, code });
      const after = await readSession(session.id);
      expect(after).toMatchObject({ aal: 2, generation: before.generation + 1 });
      expect(after.amr).toEqual(expect.arrayContaining(["pwd", "otp", "mfa"]));
      const moved = after.authenticatedAt.getTime() - before.authenticatedAt.getTime();
      expect(moved).toBeGreaterThan(minutes(29));
      const both = [after.multiFactorAt, after.authenticatedAt].map(Number);
      expect(Math.abs((both[0] ?? 0) - (both[1] ?? 0))).toBeLessThan(seconds(1));
      expect(await isConfirmed({ session })).toBe(true);
      const claims = readPart(tokens.accessToken.token, 1);
      expect(claims).toMatchObject({ aal: 2, sid: session.id, amr: tokens.session.amr });
      const inSeconds = Math.floor(after.authenticatedAt.getTime() / 1000);
      expect(claims.auth_time).toBe(inSeconds);
      const about = { userId: session.userId, sessionId: session.id };
      const used = { ...about, type: "backup_code_used", result: "success" } as const;
      await expectEvents(
        agent,
        { ...about, type: "confirmation", result: "success", method, factors: ["otp"] },
        ...(method === "backup_code" ? [used] : []),
      );
      // The former one is superseded, and a thief who has it gives himself away.
      await age(session.id, config.refreshToken.grace * 2);
      await db().$executeRaw`UPDATE session SET confirmed_generation = generation
        WHERE id = ${session.id}`;
      const replay = { token: first.refreshToken, client };
      expect(await rotateRefreshToken(replay)).toEqual({
        status: "ended",
        reason: "reuse",
      });
    },
  );

  it("F05 M01 a wrong code confirms nothing, and is on the record", async () => {
    const { session, client, secret } = await makeTrusting();
    const agent = makeClient({ deviceHash: client.deviceHash });
    const proof = { method: "totp", code: wrongNow(secret) } as const;
    const attempt = confirm({ session, client: agent }, proof);
    expect(await outcomeOf(attempt)).toBe("invalid_code");
    expect(await readSession(session.id)).toMatchObject({ aal: 1, generation: 0 });
    await expectEvents(agent, {
      type: "confirmation",
      result: "failure",
      method: "totp",
      reason: "wrong_code",
      userId: session.userId,
      sessionId: session.id,
    });
  });

  it("F05 another person's code confirms nothing, and is not used up by it", async () => {
    const [ann, bob] = [await makeTrusting(), await makeTrusting()];
    const [code, paper] = [codeNow(bob.secret), bob.backupCodes[0] ?? ""];
    const tries = [
      { method: "totp", code },
      { method: "backup_code", code: paper },
    ] as const;
    for (const proof of tries) {
      expect(await outcomeOf(confirm(ann, proof))).toBe("invalid_code");
      expect(await outcomeOf(confirm(bob, proof))).toBe("done");
    }
    expect(await isConfirmed(ann)).toBe(false);
  });

  it("G08 a session that has ended is confirmed by nothing, and its code is not used up", async () => {
    const { session, client, user, secret } = await makeTrusting();
    const ending = { sessionId: session.id, userId: user.id };
    await endSession({ ...ending, reason: "signed_out_elsewhere" }, client);
    const proof = { method: "totp", code: codeNow(secret) } as const;
    expect(await outcomeOf(confirm({ session, client }, proof))).toBe("unauthenticated");
    const there = await signInFully(user.id);
    expect(await outcomeOf(confirm(there, proof))).toBe("done");
  });
});

describe("how long it counts", () => {
  it("F07 for ten minutes from when both factors were given, and not from any other time", async () => {
    const { user } = await makeGuarded();
    const there = await signInFully(user.id);
    const { id } = there.session;
    await age(id, minutes(10) - seconds(20));
    expect(await isConfirmed(there)).toBe(true);
    await age(id, seconds(20));
    expect(await isConfirmed(there)).toBe(false);
    await db().$executeRaw`UPDATE session SET authenticated_at = clock_timestamp()
      WHERE id = ${id}`;
    expect(await isConfirmed(there)).toBe(false);
    await db().$executeRaw`UPDATE session SET multi_factor_at = clock_timestamp()
      WHERE id = ${id}`;
    expect(await isConfirmed(there)).toBe(true);
    await db().$executeRaw`UPDATE session SET aal = 1 WHERE id = ${id}`;
    expect(await isConfirmed(there)).toBe(false);
  });

  it("F07 by the row, though an access token of before still says otherwise", async () => {
    const { user, secret } = await makeGuarded();
    const there = await signInFully(user.id);
    await letStepsPass(user.id);
    const proof = { method: "totp", code: codeNow(secret) } as const;
    const { accessToken } = await confirm(there, proof);
    await age(there.session.id, minutes(10));
    const { token } = accessToken;
    expect(readPart(token, 1).aal).toBe(2);
    expect(await verifyAccessToken(token)).toMatchObject({ sessionId: there.session.id });
    expect(await isConfirmed(there)).toBe(false);
  });

  it("F07 by its name for ten minutes, and not once it was confirmed for something else", async () => {
    const { user, backupCodes } = await makeGuarded();
    const there = await signInFully(user.id);
    const isNamed = async () => (await findConfirmation(there.session, act)).isConfirmed;
    const confirmBy = (n: number, named?: typeof act) =>
      confirm(
        { ...there, act: named },
        { method: "backup_code", code: backupCodes[n] ?? "" },
      );
    expect(await isNamed()).toBe(false);
    await confirmBy(0, act);
    expect(await isNamed()).toBe(true);
    await confirmBy(1);
    expect(await isNamed()).toBe(false);
    await confirmBy(2, act);
    await db().$executeRaw`UPDATE session SET confirmed_for_at =
      confirmed_for_at - interval '10 minutes' WHERE id = ${there.session.id}`;
    expect(await isNamed()).toBe(false);
  });

  it("F05 F07 what a password confirmed by name is over once a second factor is on", async () => {
    const user = await makeUser({ password });
    const client = makeClient();
    const session = { id: (await signIn(user, client)).session.id, userId: user.id };
    await makePasskeyRow(session);
    for (const named of [act, "delete_account"] as const) {
      const proof = { method: "password", password } as const;
      await confirm({ session, client, act: named }, proof);
      expect((await findConfirmation(session, named)).isConfirmed).toBe(true);
      await turnOnTwoFactor({ session, client });
      expect(await findConfirmation(session, named)).toMatchObject({
        isConfirmed: false,
        methods: ["passkey", "backup_code"],
      });
      await db().user.update({ where: { id: user.id }, data: { twoFactorAt: null } });
    }
  });
});
