// A password that has come onto the list of common ones since it was chosen, and
// one that its owner has had blocked.
import { describe, expect, it } from "vitest";
import { isListedPassword } from "@/lib/auth/password-policy";
import { findSession } from "@/lib/auth/session-cache";
import { db, transaction } from "@/lib/db";
import type { Refusal } from "@/lib/errors";
import { switchOff, switchOn } from "@/tests/guards";
import {
  answerTo,
  countsOf,
  goodPassword,
  resetTo,
  tryPassword,
  wrongPassword,
} from "@/tests/guesses";
import { untilBlocked } from "@/tests/locks";
import { makeClient, makeUser, signIn } from "@/tests/people";

const listed = "passwordpassword";
const fresh = "another horse, another battery";

/** Everything that would change if somebody were let in. */
async function stateOf(id: string) {
  const omit = { passwordHash: false };
  const [user, sessions, browsers] = await Promise.all([
    db().user.findUniqueOrThrow({ where: { id }, omit }),
    db().session.findMany({ where: { userId: id } }),
    db().knownBrowser.count({ where: { userId: id } }),
  ]);
  return { user, sessions, browsers };
}

describe("an old password", () => {
  it("A11 signs in five years later as on the first day: nothing forces a change", async () => {
    const { id, email } = await makeUser({ password: goodPassword });
    await db().$executeRaw`
      UPDATE "user" SET created_at = created_at - interval '5 years',
        password_changed_at = created_at - interval '5 years' WHERE id = ${id}`;
    expect(await answerTo(tryPassword({ email }))).toBe("signed_in");
  });

  it("A11 that is on no list stays, whatever new one is sent along", async () => {
    const { id, email } = await makeUser({ password: goodPassword });
    const { user } = await stateOf(id);
    expect(await answerTo(tryPassword({ email, newPassword: fresh }))).toBe("signed_in");
    expect((await stateOf(id)).user).toEqual(user);
  });
});

describe("a password on the list", () => {
  it("A11 opens nothing before another one is chosen, and says which field is missing", async () => {
    expect(isListedPassword(listed)).toBe(true);
    const { id, email } = await makeUser({ password: listed });
    const before = await stateOf(id);
    const refused = await tryPassword({ email, password: listed }).catch(
      (e: Refusal) => e,
    );
    expect(refused).toMatchObject({
      code: "invalid_request",
      fields: [{ path: "newPassword" }],
    });
    expect(await stateOf(id)).toEqual(before);
    const [event] = await db().auditEvent.findMany({ where: { userId: id } });
    expect(event).toMatchObject({ type: "sign_in", reason: "listed_password" });
    // It was right: it is no failure, and asks as often as it is given.
    expect(await countsOf(id)).toEqual([]);
  });

  it("A11 is named only to whoever gives the right one", async () => {
    const { email } = await makeUser({ password: goodPassword });
    const answer = answerTo(tryPassword({ email, password: listed, newPassword: fresh }));
    expect(await answer).toBe("invalid_credentials");
    const nobody = { email: "a11@nobody.example", password: listed, newPassword: fresh };
    expect(await answerTo(tryPassword(nobody))).toBe("invalid_credentials");
  });

  it.each([undefined, fresh])(
    "A11 is neither named nor changed where passwords are switched off",
    async (newPassword) => {
      const { id, email } = await makeUser({ password: listed });
      const before = await stateOf(id);
      switchOff("password");
      try {
        const attempt = tryPassword({ email, password: listed, newPassword });
        expect(await answerTo(attempt)).toBe("invalid_credentials");
      } finally {
        switchOn();
      }
      expect(await stateOf(id)).toEqual(before);
    },
  );

  it("A11 gives way to a new one at the same call, which ends every other session", async () => {
    const user = await makeUser({ password: listed });
    const { id, email } = user;
    const others = [await signIn(user), await signIn(user)];
    const client = makeClient();
    const result = await tryPassword({
      ...{ email, client },
      ...{ password: listed, newPassword: fresh },
    });
    if (result.status !== "signed_in") throw new Error(result.status);
    expect((await findSession(result.session.id)).status).toBe("alive");
    for (const { session } of others) {
      expect(await findSession(session.id)).toMatchObject({ reason: "security" });
    }
    const { user: now } = await stateOf(id);
    expect(now).toMatchObject({ securityVersion: 1 });
    expect(now.passwordChangedAt).not.toBeNull();
    expect(await answerTo(tryPassword({ email, password: listed }))).toBe(
      "invalid_credentials",
    );
    expect(await answerTo(tryPassword({ email, password: fresh, client }))).toBe(
      "signed_in",
    );
  });

  it.each([
    ["too short", "short"],
    ["listed itself", "PasswordPassword"],
    ["the same", listed],
  ])("A11 A04 stays while the new one is %s", async (_what, newPassword) => {
    const { id, email } = await makeUser({ password: listed });
    const before = await stateOf(id);
    await expect(
      tryPassword({ email, password: listed, newPassword }),
    ).rejects.toMatchObject({
      code: "invalid_request",
      fields: [{ path: "newPassword" }],
    });
    expect(await stateOf(id)).toEqual(before);
  });

  it("A11 F02 asks for the second factor where there is one, and cannot be changed before it", async () => {
    const { id, email } = await makeUser({ password: listed, secondFactors: ["totp"] });
    const before = await stateOf(id);
    for (const newPassword of [undefined, fresh]) {
      const given = newPassword === undefined ? {} : { newPassword };
      const answer = answerTo(tryPassword({ email, password: listed, ...given }));
      expect(await answer).toBe("second_factor_required");
    }
    // That it has to go is noted for the settings, and nothing else happens.
    const { user, ...rest } = await stateOf(id);
    const { passwordListedAt, ...unchanged } = user;
    expect(passwordListedAt).not.toBeNull();
    expect({ ...rest, user: { ...unchanged, passwordListedAt: null } }).toEqual(before);
  });

  it("A11 chosen anew twenty times at once, it is replaced once", async () => {
    const { id, email } = await makeUser({ password: listed });
    const attempts = Array.from({ length: 20 }, (_, n) =>
      answerTo(tryPassword({ email, password: listed, newPassword: `${fresh} ${n}` })),
    );
    const answers = await Promise.all(attempts);
    expect(answers.filter((answer) => answer === "signed_in")).toHaveLength(1);
    expect((await stateOf(id)).user.securityVersion).toBe(1);
    expect(await db().session.count({ where: { userId: id, endedAt: null } })).toBe(1);
  });
});

describe("a password that its owner has blocked", () => {
  const block = (id: string) => db().$executeRaw`
    UPDATE "user" SET password_blocked_at = clock_timestamp() WHERE id = ${id}`;

  it.each([goodPassword, listed])(
    "B09 is answered like a wrong one until a reset",
    async (password) => {
      const { id, email } = await makeUser({ password });
      await block(id);
      const saying = async (typed: string) => {
        const given = { email, password: typed, newPassword: fresh };
        const refused = await tryPassword(given).catch((e: Refusal) => e);
        const { code, status, detail, fields, extra } = refused as Refusal;
        return { code, status, detail, fields, extra };
      };
      expect(await saying(password)).toEqual(await saying(wrongPassword));
      expect(await countsOf(id)).toMatchObject([{ failures: 2 }]);
      expect((await stateOf(id)).sessions).toEqual([]);
      const reasons = await db().auditEvent.findMany({
        where: { userId: id, type: "sign_in" },
        orderBy: { at: "asc" },
      });
      expect(reasons.map((e) => e.reason)).toEqual(["blocked", "wrong_password"]);
      await resetTo(email, fresh);
      expect(await answerTo(tryPassword({ email, password: fresh }))).toBe("signed_in");
    },
  );

  it.each([
    ["a sign-in", goodPassword],
    ["a new password in place of a listed one", listed],
  ])(
    "G08 blocked while it is checked, %s is refused and changes nothing",
    async (_what, password) => {
      const { id, email } = await makeUser({ password });
      const { user: before } = await stateOf(id);
      let answer: Promise<string> | undefined;
      await transaction(async (tx) => {
        await tx.$executeRaw`
        UPDATE "user" SET password_blocked_at = clock_timestamp() WHERE id = ${id}`;
        answer = answerTo(tryPassword({ email, password, newPassword: fresh }));
        await untilBlocked(answer);
      });
      expect(await answer).toBe("invalid_credentials");
      const { user, sessions } = await stateOf(id);
      expect(sessions).toEqual([]);
      expect(user).toEqual({ ...before, passwordBlockedAt: expect.any(Date) });
      expect(await answerTo(tryPassword({ email, password: fresh }))).toBe(
        "invalid_credentials",
      );
    },
  );
});
