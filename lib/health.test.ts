import { expect, it } from "vitest";
import { db, isUnreachable } from "@/lib/db";
import { checkHealth } from "@/lib/health";

it("N06 a node without its database names the part that is down, and not why", async () => {
  expect(await checkHealth()).toEqual({
    status: "unavailable",
    parts: { database: "down" },
  });
});

it("N06 a server that does not listen is out of reach, for every kind of statement", async () => {
  const works = [
    () => db().$queryRaw`SELECT 1`,
    () => db().user.findMany(),
    () => db().$transaction((tx) => tx.user.count()),
  ];
  for (const work of works) {
    const error = await work().catch((caught: unknown) => caught);
    expect(isUnreachable(error)).toBe(true);
  }
});
