import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { hash, verify } from "@node-rs/argon2";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkHash, checkNothing, hashPassword } from "@/lib/auth/password-hash";
import { config } from "@/lib/config";
import { subKeys } from "@/lib/crypto";
import { env } from "@/lib/env";
import { Refusal } from "@/lib/errors";

const password = "correct horse battery";
const roots = env().appSecrets;
const given = [...roots];

function restartWith(...secrets: string[]): void {
  roots.splice(0, roots.length, ...secrets);
}
afterEach(() => restartWith(...given));

describe("what is stored", () => {
  it("A09 is argon2id at OWASP's cost, with a salt of its own", async () => {
    const stored = await Promise.all([hashPassword(password), hashPassword(password)]);
    const form = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$([\w+/]{22,})\$([\w+/]{43})$/;
    for (const one of stored) expect(one).toMatch(form);
    const salts = stored.map((one) => form.exec(one)?.[1] ?? "");
    expect(new Set(salts).size).toBe(2);
    for (const salt of salts)
      expect(Buffer.from(salt, "base64").length).toBeGreaterThanOrEqual(16);
  });

  it("A09 is of no use without the pepper", async () => {
    const stored = await hashPassword(password);
    expect(await verify(stored, password)).toBe(false);
    expect(
      await verify(stored, password, { secret: subKeys("password-pepper")[0] }),
    ).toBe(true);
    restartWith(randomBytes(32).toString("base64"));
    expect(await checkHash(stored, password)).toEqual({
      isRight: false,
      isOutdated: false,
    });
  });
});

describe("checking", () => {
  let stored: string;
  beforeEach(async () => {
    stored = await hashPassword(password);
  });

  it("A05 takes the password and nothing near it", async () => {
    expect(await checkHash(stored, password)).toEqual({
      isRight: true,
      isOutdated: false,
    });
    const near = [
      password.slice(0, -1),
      `${password} `,
      ` ${password}`,
      password.toUpperCase(),
      `${password}\0`,
      "",
    ];
    for (const wrong of near)
      expect((await checkHash(stored, wrong)).isRight).toBe(false);
  });

  it("A05 reads a long password to its end", async () => {
    const long = "x".repeat(255);
    const kept = await hashPassword(`${long}a`);
    expect((await checkHash(kept, `${long}a`)).isRight).toBe(true);
    expect((await checkHash(kept, `${long}b`)).isRight).toBe(false);
  });

  it("A10 calls a hash of an older root outdated, and one of a root off the list wrong", async () => {
    restartWith(randomBytes(32).toString("base64"), ...given);
    expect(await checkHash(stored, password)).toEqual({
      isRight: true,
      isOutdated: true,
    });
    expect((await checkHash(stored, `${password}!`)).isRight).toBe(false);
  });

  it.each([
    ["less memory", { memoryCost: 8192, timeCost: 2, parallelism: 1 }],
    ["fewer rounds", { memoryCost: 19_456, timeCost: 1, parallelism: 1 }],
    ["more lanes", { memoryCost: 19_456, timeCost: 2, parallelism: 2 }],
  ])("A10 calls a hash of %s outdated", async (_what, cost) => {
    const weak = await hash(password, { ...cost, secret: subKeys("password-pepper")[0] });
    expect(await checkHash(weak, password)).toEqual({ isRight: true, isOutdated: true });
  });
});

describe("many at once", () => {
  const cores = availableParallelism();
  const places = cores + config.password.maxQueue;

  it("A12 what does not fit the queue is refused at once, and the rest is served", async () => {
    const results = await Promise.allSettled(
      Array.from({ length: places + 10 }, () => hashPassword(password)),
    );
    const refused = results.filter(({ status }) => status === "rejected");
    expect(refused).toHaveLength(10);
    for (const { reason } of refused as PromiseRejectedResult[]) {
      expect(reason).toBeInstanceOf(Refusal);
      expect(reason).toMatchObject({ code: "unavailable", retryAfter: 2000 });
    }
    const hashes = results.flatMap((r) => (r.status === "fulfilled" ? [r.value] : []));
    expect(new Set(hashes).size).toBe(places);
  });

  it("A12 every place is free again afterwards, those of failures too", async () => {
    const broken = Array.from({ length: places }, () => checkHash("no hash", password));
    const results = await Promise.allSettled(broken);
    expect(results.every(({ status }) => status === "rejected")).toBe(true);
    const again = Array.from({ length: places }, () => hashPassword(password));
    expect(await Promise.all(again)).toHaveLength(places);
  });

  it("A12 never more run than there are cores", async () => {
    let done = 0;
    const hashes = Array.from({ length: places }, () =>
      hashPassword(password).then(() => {
        done++;
      }),
    );
    // All but those that run wait in the queue: one more than fits is refused.
    await expect(hashPassword(password)).rejects.toThrow("unavailable");
    expect(done).toBe(0);
    await Promise.all(hashes);
    expect(done).toBe(places);
  });

  it("B10 checking for nobody is a hash like any other, and takes a place", async () => {
    await checkNothing(password);
    const filled = Array.from({ length: places }, () => checkNothing(password));
    await expect(checkNothing(password)).rejects.toThrow("unavailable");
    await Promise.all(filled);
  });
});
