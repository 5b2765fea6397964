// Nothing at rest: what the database holds mints no token, nor does the key alone.
import { createHash, createHmac } from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { deviceHashOf, newDeviceCookie } from "@/lib/auth/client";
import { deriveRefreshToken } from "@/lib/auth/refresh-token/judge";
import { rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { subKeys } from "@/lib/crypto";
import { db } from "@/lib/db";
import { makeSignedIn, readSession } from "@/tests/people";
import { generationOf, makeRotated, refresh } from "@/tests/rotation";

/** Every row of every table, as text; bytes appear in hex. */
async function dumpDatabase(): Promise<string> {
  const tables = await db().$queryRaw<{ name: string }[]>`
    SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS name
    FROM information_schema.tables
    WHERE table_schema IN ('public', 'pgboss') AND table_type = 'BASE TABLE'`;
  const rows = await Promise.all(
    tables.map(({ name }) =>
      db().$queryRawUnsafe<{ row: string }[]>(
        `SELECT to_jsonb(t)::text AS row FROM ${name} AS t`,
      ),
    ),
  );
  return rows
    .flat()
    .map(({ row }) => row)
    .join("\n");
}

/** A secret in each spelling in which a column could hold it. */
function spellings(secret: string): string[] {
  const hashes = ["sha256", "sha512", "sha1", "md5"].map((name) =>
    createHash(name).update(secret).digest(),
  );
  const bytes = [Buffer.from(secret), ...hashes, Buffer.from(secret, "base64url")];
  return bytes
    .flatMap((b) => [
      b.toString("hex"),
      b.toString("base64").replaceAll("=", ""),
      b.toString("base64url"),
    ])
    .concat(secret);
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

describe("at rest", () => {
  it("I09 no column of any table holds a token, a MAC or a hash of one", async () => {
    const device = newDeviceCookie();
    const deviceHash = deviceHashOf(device);
    const { at, client, current, sessionId, first } = await makeRotated(2, {
      deviceHash,
    });
    await rotateRefreshToken({ token: at(0), client });
    const dump = await dumpDatabase();
    expect(dump).toContain(sessionId);
    const secrets = [at(0), at(1), current, first.accessToken.token];
    const proofs = secrets.map((token) => token.split(".")[2] ?? "");
    for (const secret of [...secrets, ...proofs, device]) {
      for (const text of spellings(secret)) expect(dump.includes(text)).toBe(false);
    }
    expect(dump).not.toContain(device.split(".")[0]);
  });

  it("I09 the search above finds what is there", async () => {
    const { sessionId } = await makeSignedIn();
    const { secret } = await readSession(sessionId);
    expect(await dumpDatabase()).toContain(Buffer.from(secret).toString("hex"));
  });

  it("I09 the database alone mints nothing: the row's secret is no key", async () => {
    const { client, sessionId } = await makeRotated(0);
    const row = await readSession(sessionId);
    const secret = Buffer.from(row.secret);
    const text = `${row.id}.0.${row.channel}.${secret.toString("base64url")}`;
    for (const key of [
      secret,
      Buffer.alloc(32),
      Buffer.from(secret.toString("base64url")),
    ]) {
      const proof = createHmac("sha256", key).update(text).digest("base64url");
      const token = `${row.id}.0.${proof}`;
      expect(await rotateRefreshToken({ token, client })).toEqual({ status: "unknown" });
    }
  });

  it("I09 the key alone mints nothing: each row has a secret of its own", async () => {
    const { client, sessionId } = await makeRotated(0);
    const row = await readSession(sessionId);
    const other = await readSession((await makeSignedIn()).sessionId);
    expect(row.secret).toHaveLength(32);
    expect(other.secret).not.toEqual(row.secret);
    const [key = Buffer.alloc(0)] = subKeys("refresh-token");
    for (const secret of [
      new Uint8Array(0),
      new Uint8Array(32),
      other.secret,
      Uint8Array.from(key),
    ]) {
      const token = deriveRefreshToken({ ...row, secret }, 0);
      expect(await rotateRefreshToken({ token, client })).toEqual({ status: "unknown" });
    }
  });

  it("I09 a row travels without its secret unless that is asked for by name", async () => {
    const { sessionId } = await makeSignedIn();
    const row = await db().session.findUniqueOrThrow({ where: { id: sessionId } });
    expect(Object.keys(row)).not.toContain("secret");
    expect(Object.keys(row)).not.toContain("deviceHash");
  });
});

describe("root secrets", () => {
  const root = process.env.APP_SECRET ?? "";
  const newRoot = "a-root-secret-drawn-this-year-9876543210";

  /** A node that was started with these root secrets, on the same database. */
  async function nodeWith(...roots: string[]) {
    vi.stubEnv("APP_SECRET", roots.join(","));
    vi.resetModules();
    return import("@/lib/auth/refresh-token/rotate");
  }

  it("I09 a token of the older root is taken, and its successor is the newer one's", async () => {
    const { current, client } = await makeRotated(0);
    const node = await nodeWith(newRoot, root);
    const renewed = await node.rotateRefreshToken({ token: current, client });
    if (renewed.status !== "renewed") throw new Error(renewed.status);
    expect(generationOf(renewed.refreshToken)).toBe(1);

    const token = renewed.refreshToken;
    const [onlyNew, onlyOld] = [await nodeWith(newRoot), await nodeWith(root)];
    expect(await onlyOld.rotateRefreshToken({ token, client })).toEqual({
      status: "unknown",
    });
    vi.stubEnv("APP_SECRET", newRoot);
    expect((await onlyNew.rotateRefreshToken({ token, client })).status).toBe("renewed");
  });

  it("I09 with its root off the list a token is unknown, and the session is not harmed", async () => {
    const { current, client } = await makeRotated(0);
    const node = await nodeWith(newRoot);
    expect(await node.rotateRefreshToken({ token: current, client })).toEqual({
      status: "unknown",
    });
    vi.stubEnv("APP_SECRET", root);
    expect(generationOf((await refresh(current, client)).refreshToken)).toBe(1);
  });
});
