import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { hash } from "@node-rs/argon2";
import { afterEach, describe, expect, it } from "vitest";
import { signInWithPassword } from "@/lib/auth/password";
import { hashPassword } from "@/lib/auth/password-hash";
import { subKeys } from "@/lib/crypto";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { makeClient, makeUser } from "@/tests/people";
import { eventsOf, mailAbout } from "@/tests/records";

const password = "correct horse battery";
const current = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/;
const roots = env().appSecrets;
const given = [...roots];
afterEach(() => {
  roots.splice(0, roots.length, ...given);
});

function tryPassword(email: string, typed = password, client = makeClient()) {
  const attempt = { email, password: typed, isPersistent: true, client };
  return signInWithPassword({ ...attempt, previousToken: null });
}

async function hashOf(id: string): Promise<string | null> {
  const select = { passwordHash: true };
  return (await db().user.findUniqueOrThrow({ where: { id }, select })).passwordHash;
}

describe("the right password", () => {
  it("A05 signs in, and no part or variant of it does", async () => {
    const long = `${"0123456789abcdefghijklmnopqrstuvwxyz".repeat(2).slice(0, 63)}Z`;
    const { email } = await makeUser({ password: long });
    for (const wrong of [long.slice(0, 63), long.toUpperCase(), `${long} `, ` ${long}`]) {
      await expect(tryPassword(email, wrong)).rejects.toThrow("invalid_credentials");
    }
    expect((await tryPassword(email, long)).status).toBe("signed_in");
  });

  it("A05 signs in however a keyboard spells its accents", async () => {
    const typed = "café au lait, crème brûlée";
    const { email } = await makeUser({ password: typed.normalize("NFC") });
    expect(typed.normalize("NFC")).not.toBe(typed.normalize("NFD"));
    for (const form of ["NFC", "NFD"] as const) {
      const result = await tryPassword(email, typed.normalize(form));
      expect(result.status).toBe("signed_in");
    }
    await expect(tryPassword(email, "cafe au lait, creme brulee")).rejects.toThrow();
  });

  it("opens a session at the first level, and asks who has more for more", async () => {
    const plain = await makeUser({ password });
    const result = await tryPassword(plain.email);
    expect(result).toMatchObject({
      session: { aal: 1, amr: ["pwd"] },
      user: { id: plain.id },
    });
    const guarded = await makeUser({ password, secondFactors: ["totp"] });
    const asked = await tryPassword(guarded.email);
    expect(asked).toMatchObject({ status: "second_factor_required", methods: ["totp"] });
    expect(await db().session.count({ where: { userId: guarded.id } })).toBe(0);
  });
});

describe("a refusal", () => {
  async function refusalOf(email: string, typed = password) {
    const client = makeClient();
    const error = await tryPassword(email, typed, client).catch((caught) => caught);
    const [event] = await db().auditEvent.findMany({
      where: { requestId: client.requestId },
    });
    const { code, status, detail, fields, extra, retryAfter } = error;
    return { said: { code, status, detail, fields, extra, retryAfter }, event };
  }

  it("B09 is one and the same for every reason; only the record tells them apart", async () => {
    const owner = await makeUser({ password });
    const banned = await makeUser({ password });
    await db().user.update({ where: { id: banned.id }, data: { bannedAt: new Date() } });
    const passwordless = await makeUser();
    const refusals = [
      await refusalOf("nobody@example.com"),
      await refusalOf(owner.email, "not the right password"),
      await refusalOf(banned.email),
      await refusalOf(banned.email, "not the right password"),
      await refusalOf(passwordless.email),
      await refusalOf(passwordless.email, ""),
    ];
    for (const { said } of refusals) expect(said).toEqual(refusals[0]?.said);
    expect(refusals[0]?.said).toMatchObject({ code: "invalid_credentials", status: 401 });
    expect(refusals.map(({ event }) => event?.reason)).toEqual([
      "unknown_account",
      "wrong_password",
      "banned",
      "wrong_password",
      "no_password",
      "no_password",
    ]);
    expect(await db().session.count({ where: { userId: banned.id } })).toBe(0);
  });

  it("B10 waits for a hash of its own, whether the account exists or not", async () => {
    const passwordless = await makeUser();
    const owner = await makeUser({ password });
    await tryPassword("nobody@example.com").catch(() => {});
    for (const email of ["nobody@example.com", passwordless.email, owner.email]) {
      let done = 0;
      const ahead = Array.from({ length: 40 }, () =>
        hashPassword(password).then(() => {
          done++;
        }),
      );
      await expect(tryPassword(email, "wrong")).rejects.toThrow("invalid_credentials");
      // Whoever had no hash to make would have overtaken those who wait.
      expect(done).toBeGreaterThan(40 - availableParallelism());
      await Promise.all(ahead);
    }
  });

  it("B09 an account that changes while its password is checked is refused alike", async () => {
    const user = await makeUser({ password });
    const trying = tryPassword(user.email);
    await db().user.update({ where: { id: user.id }, data: { bannedAt: new Date() } });
    await expect(trying).rejects.toMatchObject({ code: "invalid_credentials" });
  });
});

describe("an outdated hash", () => {
  async function makeOutdated() {
    const user = await makeUser();
    const cost = { memoryCost: 8192, timeCost: 1, parallelism: 1 };
    const passwordHash = await hash(password, {
      ...cost,
      secret: subKeys("password-pepper")[0],
    });
    await db().user.update({ where: { id: user.id }, data: { passwordHash } });
    return { ...user, passwordHash };
  }

  it("A10 is renewed at the next sign-in and opens the account ever after", async () => {
    const { id, email } = await makeOutdated();
    await tryPassword(email);
    const renewed = await hashOf(id);
    expect(renewed).toMatch(current);
    await tryPassword(email);
    expect(await hashOf(id)).toBe(renewed);
  });

  it("A10 stays when the password was wrong", async () => {
    const { id, email, passwordHash } = await makeOutdated();
    await expect(tryPassword(email, "wrong password here")).rejects.toThrow();
    expect(await hashOf(id)).toBe(passwordHash);
  });

  it("A10 signs its owner in even where it cannot be renewed", async () => {
    const { id, email, passwordHash } = await makeOutdated();
    await db().$executeRawUnsafe(`ALTER TABLE "user" ADD CONSTRAINT no_renewal
      CHECK (id <> '${id}' OR password_hash = '${passwordHash}')`);
    expect((await tryPassword(email)).status).toBe("signed_in");
    await db().$executeRawUnsafe(`ALTER TABLE "user" DROP CONSTRAINT no_renewal`);
    expect(await hashOf(id)).toBe(passwordHash);
  });

  it("A10 of an older root secret moves to the first one", async () => {
    const { id, email } = await makeUser({ password });
    const before = await hashOf(id);
    roots.unshift(randomBytes(32).toString("base64"));
    await tryPassword(email);
    expect(await hashOf(id)).not.toBe(before);
    roots.pop();
    expect((await tryPassword(email)).status).toBe("signed_in");
  });
});

describe("a password that others try first", () => {
  const listed = "passwordpassword";

  it("M01 M07 is replaced before a session opens, and its owner is told", async () => {
    const { id, email } = await makeUser({ password: listed });
    await expect(tryPassword(email, listed)).rejects.toThrow("invalid_request");
    const attempt = { email, password: listed, newPassword: password };
    const rest = { isPersistent: true, client: makeClient(), previousToken: null };
    const result = await signInWithPassword({ ...attempt, ...rest });
    if (result.status !== "signed_in") throw new Error(result.status);
    const events = await eventsOf(result.session.id);
    expect(events.filter(({ type }) => type === "password_changed")).toHaveLength(1);
    expect(await mailAbout(result.session.id)).toContain("password_changed");
    expect(await db().session.count({ where: { userId: id } })).toBe(1);
    await expect(tryPassword(email, listed)).rejects.toThrow("invalid_credentials");
    expect((await tryPassword(email)).status).toBe("signed_in");
  });
});
