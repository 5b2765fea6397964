// `.env.example` is what an operator reads first; it must not lie.
import { existsSync, readFileSync } from "node:fs";
import { parseEnv as parseFile } from "node:util";
import { expect, it } from "vitest";
import { parseEnv, SettingsFault } from "@/lib/env";

const example = readFileSync(".env.example", "utf8");
const lines = example.split("\n");
const documented = [...example.matchAll(/^(?:# )?([A-Z][A-Z_]+)=/gm)].map(
  ([, name]) => name,
);
const schema = /const schema = z\.object\(\{([\s\S]*?)\n\}\);/.exec(
  readFileSync("lib/env.ts", "utf8"),
);
const settings = [...(schema?.[1] ?? "").matchAll(/^ {2}([A-Z_]+): /gm)].map(
  ([, name]) => name,
);

/** Set by the commands themselves; an operator who sets it has nothing to gain. */
const notForOperators = ["NODE_ENV"];
/** Read by the migrations alone. */
const readByScripts = ["DATABASE_DIRECT_URL"];

it("N01 the example holds every setting that is read, once, and no other", () => {
  expect(settings.length).toBeGreaterThan(7);
  const expected = settings.filter((name) => !notForOperators.includes(name ?? ""));
  expect([...documented].sort()).toEqual([...expected, ...readByScripts].sort());
});

it("N01 the example copied as it is starts nothing: its secret is the one refused", () => {
  try {
    parseEnv({ ...parseFile(example), NODE_ENV: "production" });
    expect.unreachable("the sample secret was taken");
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsFault);
    const { faults } = error as SettingsFault;
    expect(faults).toEqual(["APP_SECRET is the sample from .env.example"]);
  }
});

it.each(documented)("N01 the example says what %s does", (name) => {
  const at = lines.findIndex((line) => line.replace(/^# /, "").startsWith(`${name}=`));
  expect(lines[at - 1]).toMatch(/^# \S/);
});

it.each(["docs/operations.md"].filter(existsSync))(
  "N01 %s names every setting",
  (file) => {
    const text = readFileSync(file, "utf8");
    expect(documented.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  },
);
