import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { PrismaPg } from "@prisma/adapter-pg";
import { describe, expect, it } from "vitest";
import { newId } from "@/lib/crypto";
import { db, isUnreachable, runSql, type Transaction, transaction } from "@/lib/db";
import { Refusal } from "@/lib/errors";
import { PrismaClient } from "@/prisma/generated/client";
import { makeUser } from "@/tests/people";

/** Resolves for everybody when `n` have come. */
function meetingOf(n: number): () => Promise<void> {
  let here = 0;
  let open = () => {};
  const isOpen = new Promise<void>((resolve) => {
    open = resolve;
  });
  return () => {
    here++;
    if (here >= n) open();
    return isOpen;
  };
}

const rename = (tx: Transaction, id: string, name: string) =>
  tx.$executeRaw`UPDATE "user" SET name = ${name} WHERE id = ${id}`;
const renameByModel = (tx: Transaction, id: string, name: string) =>
  tx.user.update({ where: { id }, data: { name } });

describe("transaction", () => {
  it.each([
    ["raw statements", rename],
    ["the model", renameByModel],
  ])("two that deadlock through %s both get through", async (_what, update) => {
    const [a, b] = [await makeUser(), await makeUser()];
    const meet = meetingOf(2);
    let tries = 0;
    const work = (first: string, second: string, name: string) =>
      transaction(async (tx) => {
        tries++;
        await update(tx, first, name);
        await meet();
        await update(tx, second, name);
        return name;
      });
    expect(await Promise.all([work(a.id, b.id, "x"), work(b.id, a.id, "y")])).toEqual([
      "x",
      "y",
    ]);
    expect(tries).toBe(3);
    const rows = await db().user.findMany({ where: { id: { in: [a.id, b.id] } } });
    expect(new Set(rows.map(({ name }) => name)).size).toBe(1);
  });

  it("two that cannot be put in an order both get through", async () => {
    const { id } = await makeUser();
    const meet = meetingOf(2);
    let tries = 0;
    const work = () =>
      transaction(async (tx) => {
        tries++;
        await tx.$executeRaw`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ`;
        const [row] = await tx.$queryRaw<{ v: number }[]>`
          SELECT security_version AS v FROM "user" WHERE id = ${id}`;
        await meet();
        const next = (row?.v ?? 0) + 1;
        await tx.$executeRaw`UPDATE "user" SET security_version = ${next} WHERE id = ${id}`;
      });
    await Promise.all([work(), work()]);
    expect(tries).toBe(3);
    const after = await db().user.findUniqueOrThrow({ where: { id } });
    expect(after.securityVersion).toBe(2);
  });

  it("is not tried again for a fault of another kind", async () => {
    let tries = 0;
    const work = transaction(async (tx) => {
      tries++;
      await tx.$executeRaw`SELECT 1 / 0`;
    });
    await expect(work).rejects.toThrow("division by zero");
    expect(tries).toBe(1);
  });

  it("gives up on a conflict that does not end", async () => {
    let tries = 0;
    const work = transaction(async (tx) => {
      tries++;
      await tx.$executeRawUnsafe(`DO $$ BEGIN RAISE SQLSTATE '40001'; END $$`);
    });
    await expect(work).rejects.toThrow("40001");
    expect(tries).toBe(4);
  });
});

describe("secrets in rows", () => {
  it("A09 come only to whoever asks for them by name", async () => {
    const { id } = await makeUser({ password: "correct horse battery" });
    const user = await db().user.findUniqueOrThrow({ where: { id } });
    expect(user).not.toHaveProperty("passwordHash");
    const omit = { passwordHash: false };
    const asked = await db().user.findUniqueOrThrow({ where: { id }, omit });
    expect(asked.passwordHash).toContain("argon2id");
  });

  it("K05 undefined is no condition: it is refused", async () => {
    const id = undefined as unknown as string;
    await expect(db().user.findFirst({ where: { id } })).rejects.toThrow("undefined");
  });
});

describe("a database out of reach", () => {
  async function faultOf(work: () => Promise<unknown>): Promise<unknown> {
    return work().then(
      () => expect.unreachable("the database answered"),
      (error) => error,
    );
  }

  /** The real server behind a line that the test can cut. */
  async function cuttableLine() {
    const url = process.env.DATABASE_URL ?? "";
    const [target, line] = [new URL(url), new URL(url)];
    const sockets = new Set<Socket>();
    const server = createServer((client) => {
      const upstream = connect(Number(target.port || 5432), target.hostname);
      for (const socket of [client, upstream]) {
        sockets.add(socket.on("error", () => {}));
      }
      client.pipe(upstream).pipe(client);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (!address || typeof address === "string") throw new Error("no port");
    line.hostname = "127.0.0.1";
    line.port = String(address.port);
    const adapter = new PrismaPg({ connectionString: line.href });
    const cut = () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    };
    return { client: new PrismaClient({ adapter }), cut };
  }

  it("N06 is told from a bug when its line breaks during a statement and after", async () => {
    const { client, cut } = await cuttableLine();
    await client.$queryRaw`SELECT 1`;
    const waiting = faultOf(() => client.$queryRaw`SELECT pg_sleep(20)`);
    await client.$queryRaw`SELECT 1`;
    cut();
    expect(isUnreachable(await waiting)).toBe(true);
    expect(isUnreachable(await faultOf(() => client.$queryRaw`SELECT 1`))).toBe(true);
    expect(isUnreachable(await faultOf(() => client.user.findMany()))).toBe(true);
    await client.$disconnect();
  });

  it("N06 is told from a bug when an operator stops the server under us", async () => {
    const end = faultOf(
      () => db().$executeRaw`SELECT pg_terminate_backend(pg_backend_pid())`,
    );
    expect(isUnreachable(await end)).toBe(true);
    // The pool takes a new line by itself.
    expect(await db().$queryRaw`SELECT 1 AS one`).toEqual([{ one: 1 }]);
  });

  it("N06 nothing else is taken for it", async () => {
    const { email } = await makeUser();
    const emailVerifiedAt = new Date();
    const faults = [
      await faultOf(() => db().$queryRaw`SELECT * FROM nothing`),
      await faultOf(() =>
        db().user.create({ data: { id: newId(), email, emailVerifiedAt } }),
      ),
      await faultOf(() => db().$executeRaw`SELECT 1 / 0`),
      new Refusal("rate_limited"),
      new Error("bug"),
      "ECONNREFUSED",
      null,
    ];
    for (const fault of faults) expect(isUnreachable(fault)).toBe(false);
  });

  it("N06 is seen through the errors that wrap it", () => {
    const refused = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    expect(isUnreachable(new Error("outer", { cause: refused }))).toBe(true);
  });
});

it("hands other libraries numbers, and null for what is not there", async () => {
  const { rows, rowCount } = await runSql(db(), "SELECT $1::bigint AS n, $2::text AS t", [
    7,
    undefined,
  ]);
  expect({ rows, rowCount }).toEqual({ rows: [{ n: 7, t: null }], rowCount: 1 });
});
