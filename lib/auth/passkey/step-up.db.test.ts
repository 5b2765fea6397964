// Confirming with a passkey: what it gives the session, for how long, and whose it
// must be.
import { describe, expect, it } from "vitest";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { endSession } from "@/lib/auth/session";
import { confirm } from "@/lib/auth/step-up/confirm";
import { findConfirmation, spendConfirmation } from "@/lib/auth/step-up/confirmation";
import { hours, minutes, seconds } from "@/lib/config";
import { db, transaction } from "@/lib/db";
import { expectEvents } from "@/tests/events";
import {
  addPasskey,
  askToConfirm,
  confirmWith,
  makeHolder,
  newAuthenticator,
  outcomeOf,
  prove,
  readPasskey,
} from "@/tests/passkeys";
import { age, enrol, makeClient, makeUser, readSession, signIn } from "@/tests/people";

const password = "what it is and stays";
type Owned = { id: string; userId: string };

const isConfirmed = async (session: Owned) =>
  (await findConfirmation(session)).isConfirmed;
const spend = (session: Owned) =>
  transaction((tx) => spendConfirmation(tx, session, "delete_account"));

describe("how an account confirms", () => {
  async function methodsOf(session: Owned) {
    return (await findConfirmation(session)).methods;
  }

  it("F05 a passkey comes first, the password after it, and mail only without both", async () => {
    const { session, passkey } = await makeHolder({ password });
    const where = { id: session.userId };
    expect(await methodsOf(session)).toEqual(["passkey", "password"]);
    await db().user.update({ where, data: { passwordBlockedAt: new Date() } });
    expect(await methodsOf(session)).toEqual(["passkey"]);
    const blocked = { session, client: makeClient() };
    const attempt = confirm(blocked, { method: "password", password });
    await expect(attempt).rejects.toMatchObject({ code: "step_up_required" });
    await db().passkey.delete({ where: { id: passkey.id } });
    expect(await methodsOf(session)).toEqual(["email_code"]);
    await db().user.update({ where, data: { passwordBlockedAt: null } });
    expect(await methodsOf(session)).toEqual(["password"]);
    await db().user.update({ where, data: { passwordHash: null } });
    expect(await methodsOf(session)).toEqual(["email_code"]);
  });

  it("F05 with a second factor it is that, and a passkey confirms only among them", async () => {
    const { session, authenticator, passkey } = await makeHolder({ password });
    const where = { id: passkey.id };
    await enrol(session.userId, ["totp"]);
    // One that cannot verify its user is no second factor.
    await db().passkey.update({ where, data: { isVerifiable: false } });
    expect(await methodsOf(session)).toEqual(["totp"]);
    expect(await outcomeOf(confirmWith(session, authenticator))).toBe("step_up_required");
    await db().passkey.update({ where, data: { isVerifiable: true } });
    expect(await methodsOf(session)).toEqual(["passkey", "totp"]);
    expect(await outcomeOf(confirmWith(session, authenticator))).toBe("done");
    expect(await isConfirmed(session)).toBe(true);
  });

  it("F05 the options name the account's own passkeys and demand user verification", async () => {
    const { session, authenticator } = await makeHolder();
    await makeHolder();
    const { options } = await askToConfirm(session);
    const own = authenticator.passkeys.map(({ id }) => id);
    expect(options.allowCredentials?.map(({ id }) => id)).toEqual(own);
    expect(options.userVerification).toBe("required");
  });
});

describe("confirming with a passkey", () => {
  it("F06 gives new tokens, level two, its factors and a new time", async () => {
    const { session, authenticator, first, client, passkey } = await makeHolder();
    await age(session.id, hours(2));
    expect(await isConfirmed(session)).toBe(false);
    const before = await readSession(session.id);
    expect(before).toMatchObject({ aal: 1, amr: ["pwd"] });
    const agent = makeClient();
    const tokens = await confirmWith(session, authenticator, { client: agent });
    const after = await readSession(session.id);
    expect(after).toMatchObject({ aal: 2, generation: before.generation + 1 });
    expect([...after.amr].sort()).toEqual(["mfa", "pwd", "swk", "user"]);
    expect(tokens.session).toMatchObject({ aal: 2 });
    expect(tokens.refreshToken).not.toBe(first.refreshToken);
    const moved = after.authenticatedAt.getTime() - before.authenticatedAt.getTime();
    expect(moved).toBeGreaterThan(hours(2) - minutes(1));
    // It was not begun with it, and so does not end with it.
    expect(after.passkeyId).toBeNull();
    expect((await readPasskey(passkey.id)).lastUsedAt).toBeInstanceOf(Date);
    const about = { userId: session.userId, sessionId: session.id, method: "passkey" };
    const factors = ["swk", "user", "mfa"];
    await expectEvents(agent, {
      type: "confirmation",
      result: "success",
      ...about,
      factors,
    });
    const token = tokens.refreshToken;
    expect((await rotateRefreshToken({ token, client })).status).toBe("renewed");
  });

  it("F07 counts for ten minutes, in its own session alone", async () => {
    const { session, authenticator, user } = await makeHolder();
    const other = { id: (await signIn(user)).session.id, userId: user.id };
    for (const { id } of [session, other]) await age(id, minutes(10));
    await confirmWith(session, authenticator);
    expect([await isConfirmed(session), await isConfirmed(other)]).toEqual([true, false]);
    await age(session.id, minutes(10) - seconds(20));
    expect(await isConfirmed(session)).toBe(true);
    await age(session.id, seconds(20));
    expect(await isConfirmed(session)).toBe(false);
  });

  it("F07 of a destructive act serves once, and one without its name never", async () => {
    const { session, authenticator } = await makeHolder();
    await confirmWith(session, authenticator);
    expect(await spend(session)).toBe(false);
    await confirmWith(session, authenticator, { act: "delete_account" });
    expect((await findConfirmation(session, "delete_account")).isConfirmed).toBe(true);
    const spent = await Promise.all(Array.from({ length: 10 }, () => spend(session)));
    expect(spent.filter(Boolean)).toHaveLength(1);
    expect((await findConfirmation(session, "delete_account")).isConfirmed).toBe(false);
  });

  it("F05 K03 a passkey of another account confirms nothing", async () => {
    const [ann, bob] = [await makeHolder({ password }), await makeHolder({ password })];
    await age(ann.session.id, minutes(10));
    const client = makeClient();
    const attempt = confirmWith(ann.session, bob.authenticator, { client });
    expect(await outcomeOf(attempt)).toBe("unknown_passkey");
    expect(await isConfirmed(ann.session)).toBe(false);
    const about = { userId: ann.user.id, sessionId: ann.session.id, method: "passkey" };
    const failure = { type: "confirmation", result: "failure" } as const;
    await expectEvents(client, { ...failure, ...about, reason: "unknown_passkey" });
    expect((await readPasskey(bob.passkey.id)).lastUsedAt).toBeNull();
  });

  it("F05 without a passkey on the account there is nothing to confirm with", async () => {
    const user = await makeUser({ password });
    const session = { id: (await signIn(user)).session.id, userId: user.id };
    const { authenticator } = await makeHolder();
    expect(await outcomeOf(confirmWith(session, authenticator))).toBe("step_up_required");
  });

  it("G08 G03 confirms no session that has ended, and none of a banned account", async () => {
    const [ended, banned] = [await makeHolder(), await makeHolder()];
    const { id: sessionId, userId } = ended.session;
    const { options, handle } = await askToConfirm(ended.session);
    await endSession({ sessionId, userId, reason: "signed_out_elsewhere" }, makeClient());
    const late = prove(ended.session, ended.authenticator.get(options), handle);
    expect(await outcomeOf(late)).toBe("unauthenticated");
    const where = { id: banned.user.id };
    await db().user.update({ where, data: { bannedAt: new Date() } });
    const attempt = confirmWith(banned.session, banned.authenticator);
    expect(await outcomeOf(attempt)).toBe("unauthenticated");
    for (const { session } of [ended, banned]) {
      expect((await readSession(session.id)).aal).toBe(1);
    }
  });

  it("E02 of twenty that send one answer at once one confirms", async () => {
    const { session, authenticator } = await makeHolder();
    await addPasskey({ session }, { authenticator: newAuthenticator() });
    const { generation } = await readSession(session.id);
    const { options, handle } = await askToConfirm(session);
    const response = authenticator.get(options);
    const sent = Array.from({ length: 20 }, () =>
      outcomeOf(prove(session, response, handle)),
    );
    const outcomes = await Promise.all(sent);
    expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "no_ceremony")).toHaveLength(19);
    expect((await readSession(session.id)).generation).toBe(generation + 1);
  });
});
