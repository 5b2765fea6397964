import { expect, it } from "vitest";
import { checkHealth } from "@/lib/health";

it("N06 a node that reaches its database is ready", async () => {
  expect(await checkHealth()).toEqual({ status: "ready", parts: { database: "up" } });
});
