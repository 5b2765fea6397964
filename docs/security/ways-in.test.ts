// The tables of the ways in and of second factors are what a reviewer reads first: one
// that the code has and the table has not would be one that nobody looked at.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { secondFactors } from "@/lib/auth/policy";

const root = path.resolve(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");

/** What the first column of a section's table names. */
function namedIn(heading: string): (string | undefined)[] {
  const sections = read("docs/security/README.md").split(/^## /m);
  const section = sections.find((text) => text.startsWith(`${heading}\n`)) ?? "";
  return [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
}

it("N07 the table of the ways in has each that the code has, and no other", () => {
  const calls = readdirSync(path.join(root, "lib"), { recursive: true })
    .map(String)
    .filter((file) => /(?<!\.test)\.ts$/.test(file))
    .flatMap((file) => read(`lib/${file}`).split("finishFirstFactor(tx,").slice(1));
  const methods = calls.map((call) => /method: "(\w+)"/.exec(call)?.[1]);
  expect(methods.length).toBeGreaterThan(3);
  expect(namedIn("The ways in").sort()).toEqual(methods.sort());
});

it("N07 the table of second factors has those of the policy, the strongest first", () => {
  expect(namedIn("The second factors")).toEqual(secondFactors);
});
