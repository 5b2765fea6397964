// Between the factors: a pending sign-in is a record, and not half a session.
import { describe, expect, it } from "vitest";
import { verifyAccessToken } from "@/lib/auth/access-token";
import { cookieHandle, linkToken, readSecret } from "@/lib/auth/challenge";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { findSession } from "@/lib/auth/session-cache";
import { finishFirstFactor, finishSecondFactor } from "@/lib/auth/sign-in";
import { config } from "@/lib/config";
import { newId } from "@/lib/crypto";
import { db, transaction } from "@/lib/db";
import { age, makeClient, makeSignedIn, makeUser } from "@/tests/people";
import { eventsOf } from "@/tests/records";

type User = { id: string; securityVersion: number };
const expired = { status: "expired" };

function proveFirst(
  user: User,
  method = "password",
  previousToken: string | null = null,
) {
  return transaction((tx) =>
    finishFirstFactor(tx, {
      userId: user.id,
      securityVersion: user.securityVersion,
      method,
      amr: ["pwd"],
      isPersistent: true,
      client: makeClient(),
      previousToken,
    }),
  );
}

/** A user with an authenticator app who has given the password. */
async function makePending(previousToken: string | null = null) {
  const user = await makeUser({ secondFactors: ["totp", "backup_code"] });
  const first = await proveFirst(user, "password", previousToken);
  if (first.status !== "second_factor_required") throw new Error(first.status);
  return { user, first, pending: first.pending };
}

type Proof = {
  pending: string;
  userId: string;
  method?: string;
  previousToken?: string | null;
};

function proveSecond({ pending, userId, method = "totp", previousToken = null }: Proof) {
  return finishSecondFactor({
    pending,
    userId,
    method,
    amr: ["otp"],
    client: makeClient(),
    previousToken,
  });
}

const sessionsOf = (userId: string) => db().session.count({ where: { userId } });

describe("after the first factor", () => {
  it.each(["password", "email", "magic_link", "google", "passkey"])(
    "F01 F02 F04 %s opens no session where a second factor is due",
    async (method) => {
      const user = await makeUser({ secondFactors: ["totp"] });
      const first = await proveFirst(user, method);
      expect(Object.keys(first).sort()).toEqual([
        "expiresAt",
        "methods",
        "pending",
        "status",
      ]);
      expect(first).toMatchObject({
        status: "second_factor_required",
        methods: ["totp"],
      });
      expect(await sessionsOf(user.id)).toBe(0);
      expect(
        await db().auditEvent.count({ where: { userId: user.id, result: "success" } }),
      ).toBe(0);
    },
  );

  it("G08 a second factor that was set up while the first was checked is asked for", async () => {
    const user = await makeUser();
    await db().user.update({ where: { id: user.id }, data: { secondFactors: ["totp"] } });
    expect(await proveFirst(user)).toMatchObject({ status: "second_factor_required" });
    expect(await sessionsOf(user.id)).toBe(0);
  });

  it("F03 the pending handle is no session, no refresh token and no bearer", async () => {
    const { pending, user } = await makePending();
    const [id = ""] = pending.split(".");
    const client = makeClient();
    for (const token of [pending, id, pending.replace(".", ".0.")]) {
      expect(await verifyAccessToken(token)).toBeNull();
      expect(await rotateRefreshToken({ token, client })).toEqual({ status: "unknown" });
      expect(await findSession(token)).toEqual({ status: "unknown" });
    }
    expect(await sessionsOf(user.id)).toBe(0);
  });

  it("F03 only its own cookie opens it: no id, no link, no handle of another purpose", async () => {
    const { pending, user } = await makePending();
    const id = readSecret("sign-in", "cookie", pending) ?? "";
    const wrong = [
      id,
      "",
      linkToken("sign-in", id),
      cookieHandle("registration", id),
      `${id}.${"A".repeat(43)}`,
      `${pending}x`,
      cookieHandle("sign-in", newId()),
    ];
    for (const handle of wrong) {
      expect(await proveSecond({ pending: handle, userId: user.id })).toEqual(expired);
    }
    // None of these used it up.
    expect(await proveSecond({ pending, userId: user.id })).toMatchObject({
      status: "signed_in",
    });
  });
});

describe("the second factor", () => {
  it("F01 opens one session at aal2 that remembers both factors", async () => {
    const { user, pending } = await makePending();
    const done = await proveSecond({ pending, userId: user.id });
    if (done.status !== "signed_in") throw new Error(done.status);
    expect(done.session).toMatchObject({
      aal: 2,
      amr: ["pwd", "otp", "mfa"],
      isPersistent: true,
    });
    expect(await findSession(done.session.id)).toMatchObject({
      session: { userId: user.id, method: "password", aal: 2 },
    });
    expect((await eventsOf(done.session.id)).map((e) => [e.type, e.result])).toEqual([
      ["sign_in", "success"],
      ["new_device", "success"],
    ]);
  });

  it("F03 thirty answers at once open one session", async () => {
    const { user, pending } = await makePending();
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => proveSecond({ pending, userId: user.id })),
    );
    expect(answers.filter((a) => a.status === "signed_in")).toHaveLength(1);
    expect(answers.filter((a) => a.status === "expired")).toHaveLength(29);
    expect(await sessionsOf(user.id)).toBe(1);
    expect(await proveSecond({ pending, userId: user.id })).toEqual(expired);
  });

  it("F03 another user's factor completes nobody's sign-in", async () => {
    const [victim, attacker] = [await makePending(), await makePending()];
    for (const [pending, userId] of [
      [victim.pending, attacker.user.id],
      [attacker.pending, victim.user.id],
    ] as const) {
      expect(await proveSecond({ pending, userId })).toEqual(expired);
    }
    for (const { user } of [victim, attacker]) expect(await sessionsOf(user.id)).toBe(0);
  });

  it.each(["passkey", "password", "email_code", "", "TOTP"])(
    "F04 the method %j, which the user has not set up, is none",
    async (method) => {
      const { user, pending } = await makePending();
      expect(await proveSecond({ pending, userId: user.id, method })).toEqual(expired);
      expect(await sessionsOf(user.id)).toBe(0);
    },
  );

  it("F03 ten minutes after the first factor it is too late", async () => {
    const { user, first, pending } = await makePending();
    const id = readSecret("sign-in", "cookie", pending);
    const { createdAt, expiresAt } = await db().challenge.findUniqueOrThrow({
      where: { id: id ?? "" },
    });
    expect(
      Math.abs(expiresAt.getTime() - createdAt.getTime() - config.challenge.signIn),
    ).toBeLessThan(1000);
    expect(Math.abs(first.expiresAt.getTime() - expiresAt.getTime())).toBeLessThan(1000);
    await db()
      .$executeRaw`UPDATE challenge SET expires_at = clock_timestamp() - interval '1 ms' WHERE id = ${id}`;
    expect(await proveSecond({ pending, userId: user.id })).toEqual(expired);
    expect(await sessionsOf(user.id)).toBe(0);
  });

  it("G08 a ban or a new password between the factors refuses", async () => {
    const changes = [
      { data: { bannedAt: new Date() }, reason: "banned" },
      { data: { securityVersion: 1 }, reason: "changed" },
    ];
    for (const { data, reason } of changes) {
      const { user, pending } = await makePending();
      await db().user.update({ where: { id: user.id }, data });
      expect(await proveSecond({ pending, userId: user.id })).toEqual({
        status: "refused",
        reason,
      });
      expect(await proveSecond({ pending, userId: user.id })).toEqual(expired);
      expect(await sessionsOf(user.id)).toBe(0);
      expect(
        await db().auditEvent.count({
          where: { userId: user.id, result: "failure", reason },
        }),
      ).toBe(1);
    }
  });

  it("F03 a handle moved to another's record opens nothing: the record is sealed to its id", async () => {
    const [victim, attacker] = [await makePending(), await makePending()];
    const from = readSecret("sign-in", "cookie", attacker.pending);
    const to = readSecret("sign-in", "cookie", victim.pending);
    await db().$executeRaw`
      UPDATE challenge SET data = (SELECT data FROM challenge WHERE id = ${from}) WHERE id = ${to}`;
    expect(
      await proveSecond({ pending: victim.pending, userId: victim.user.id }),
    ).toEqual(expired);
  });

  it("G01 the session that came along ends with the second factor, and not before", async () => {
    const former = await makeSignedIn();
    const previousToken = former.first.refreshToken;
    const { user, pending } = await makePending(previousToken);
    expect((await findSession(former.sessionId)).status).toBe("alive");
    await age(former.sessionId, 1000);
    await proveSecond({ pending, userId: user.id, previousToken });
    expect(await findSession(former.sessionId)).toEqual({
      status: "ended",
      reason: "replaced",
    });
  });
});
