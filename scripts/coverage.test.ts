import { describe, expect, it } from "vitest";
import { describeCoverage, requirementsOf, testsOf } from "./coverage.mjs";

const names = (source: string) => testsOf(source).map(({ name }) => name);

describe("testsOf", () => {
  it.each([
    ["a plain test", 'test("G02 ends it", async () => {});', "G02 ends it"],
    ["its other name", "  it('G02 ends it', () => {});", "G02 ends it"],
    ["a name on its own line", 'test(\n  "G02 ends it",\n  f);', "G02 ends it"],
    ["a table", 'it.each([\n  ["("],\n])("G02 ends %s", f);', "G02 ends %s"],
    ["a table by name", 'it.each(rows)("G02 ends %s", f);', "G02 ends %s"],
    ["a loop", "test(`G02 ends ${" + "what}`, f);", "G02 ends ${" + "what}"],
    ["quotes within", 'it("G02 ends \\"it\\"", f);', 'G02 ends \\"it\\"'],
  ])("reads %s", (_what, source, name) => {
    expect(names(source)).toEqual([name]);
  });

  it.each([
    ["a group", 'describe("G02 sign-out", () => {});'],
    ["a group of Playwright", 'test.describe("G02 sign-out", () => {});'],
    ["a test that is left out", 'test.skip("G02 ends it", f);'],
    ["a comment", '// test("G02 ends it", f);'],
    ["a test without an id", 'test("ends it", f);'],
    ["an id of one digit", 'test("F2 reads it", f);'],
  ])("does not take %s", (_what, source) => {
    expect(names(source)).toEqual([]);
  });

  it.each(["I02 I04 ends it", "I02, I04 ends it", "I02/I04 ends it", "I02 & I04: it"])(
    "takes every id of %j",
    (name) => {
      expect(testsOf(`test("${name}", f);`)).toEqual([{ ids: ["I02", "I04"], name }]);
    },
  );
});

describe("describeCoverage", () => {
  const table = `
| Id | Level | Requirement | Source | Note |
|---|---|---|---|---|
| G02 | L1 | Signing out ends it. | ASVS 7.4.1 | |
| I13 | L3 | Proof of possession. | RFC 9449 | Not here. |
| K03 | L1 | Nobody reaches another's. | ASVS 8.2.2 | |`;
  const file = "e2e/(odd) name.spec.ts";

  it("names the tests, the notes, and what has neither", () => {
    const source = 'test("G02 ends a <b>|session", f);';
    const document = describeCoverage(requirementsOf(table), [{ file, source }]);
    expect(document).toContain("| G02 | L1 | Signing out ends it. | [e2e/(odd) name");
    expect(document).toContain("](../../e2e/%28odd%29%20name.spec.ts)");
    expect(document).toContain("– G02 ends a &#60;b&#62;&#124;session |");
    expect(document).toContain("| Proof of possession. | *Not here.* |");
    expect(document).toContain("| Nobody reaches another's. | no test yet |");
    expect(document).toContain("Of 3 requirements 1 have tests, 1 are decided otherwise");
  });

  it("refuses an id that no requirement has", () => {
    const source = 'test("G99 ends it", f);';
    expect(() => describeCoverage(requirementsOf(table), [{ file, source }])).toThrow(
      "e2e/(odd) name.spec.ts: G99 ends it",
    );
  });
});
