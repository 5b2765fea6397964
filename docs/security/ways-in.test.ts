// The table of the ways in is what a reviewer reads first: one that the code has and
// the table has not would be one that nobody looked at.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");

it("N07 the table of the ways in has each that the code has, and no other", () => {
  const table = /^## The ways in$.*?(?=^## )/ms.exec(read("docs/security/README.md"));
  const described = [...(table?.[0] ?? "").matchAll(/^\| `(\w+)` \|/gm)];
  const calls = readdirSync(path.join(root, "lib"), { recursive: true })
    .map(String)
    .filter((file) => /(?<!\.test)\.ts$/.test(file))
    .flatMap((file) => read(`lib/${file}`).split("finishFirstFactor(tx,").slice(1));
  const methods = calls.map((call) => /method: "(\w+)"/.exec(call)?.[1]);
  expect(methods.length).toBeGreaterThan(3);
  expect(described.map(([, method]) => method).sort()).toEqual(methods.sort());
});
