// Writes `docs/security/coverage.md`: which tests show which requirement. Reads
// the names of tests, runs none of them, and so says nothing of their quality.
// With `--check` it writes nothing and fails when the file is out of date.
import fs from "node:fs";
import path from "node:path";
import { PROJECT_ROOT } from "./child-process.mjs";
import { isMain, runScript } from "./step.mjs";

const REQUIREMENTS = "docs/security/requirements.md";
const COVERAGE = "docs/security/coverage.md";
const COMMAND = "npm run docs:coverage";
// Their ids count the rules for screens, which have a list of their own.
const SCREEN_TESTS = [
  "e2e/account.spec.ts",
  "e2e/appearance.spec.ts",
  "e2e/devices.spec.ts",
  "e2e/email-change-links.spec.ts",
  "e2e/every-page.spec.ts",
  "e2e/forms.spec.ts",
  "e2e/keyboard.spec.ts",
  "e2e/magic-link.spec.ts",
  "e2e/mailed-link.spec.ts",
  "e2e/no-javascript.spec.ts",
  "e2e/not-me.spec.ts",
  "e2e/passkey-offer.spec.ts",
  "e2e/passkey-settings.spec.ts",
  "e2e/passkey-signals.spec.ts",
  "e2e/passkey-waiting.spec.ts",
  "e2e/reset.spec.ts",
  "e2e/sign-in-ways.spec.ts",
  "e2e/sign-in.spec.ts",
  "e2e/sign-up.spec.ts",
  "e2e/way-back.spec.ts",
  "e2e/weight.spec.ts",
];
// The tests of this script are full of names that are no tests.
const OWN_TESTS = "scripts/coverage.test.ts";
const TEST_FOLDERS = ["app", "components", "docs", "e2e", "lib", "scripts", "tests"];

const ids = String.raw`(?:[A-N]\d{2}\b[\s,/&+]*)+`;
const text = String.raw`(?:\\.|(?!\2)[^\\])*`;
// The name is the first argument of test(), it(), test.each(…)() and the like; a
// group's name and a test that is left out show nothing.
const testName = new RegExp(
  String.raw`([\w.]*|[\])}])\s*\(\s*(["'\x60])(${ids}\s${text}|${ids}${text})\2`,
  "g",
);
const notATest = /(^|\.)(describe|skip|todo|fixme)$|(^|\.)describe\./;

/** Returns `{ ids, name }` of each test in a source whose name begins with ids. */
export function testsOf(source) {
  const code = source.replace(/^\s*(?:\/\/|\/?\*).*$/gm, "");
  const found = [...code.matchAll(testName)].filter(
    ([, callee]) => !notATest.test(callee),
  );
  return found.map(([, , , name]) => ({
    ids: name.match(new RegExp(`^${ids}`))[0].match(/[A-N]\d{2}/g),
    name: name.replace(/\s+/g, " ").trim(),
  }));
}

/** Returns `{ id, level, rule, note }` of each row of the requirements' tables. */
export function requirementsOf(markdown) {
  return markdown
    .split("\n")
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    .filter(([, id]) => /^[A-N]\d{2}$/.test(id ?? ""))
    .map(([, id, level, rule, , note]) => ({ id, level, rule, note }));
}

/** Returns the document. Throws for an id that no requirement has. */
export function describeCoverage(requirements, files) {
  const tests = files.flatMap(({ file, source }) =>
    testsOf(source).map((test) => ({ ...test, file })),
  );
  const known = new Set(requirements.map(({ id }) => id));
  const stray = tests.filter((test) => test.ids.some((id) => !known.has(id)));
  if (stray.length > 0) {
    const names = stray.map(({ file, name }) => `  ${file}: ${name}`).join("\n");
    throw new Error(`No requirement in ${REQUIREMENTS} has the id of\n${names}`);
  }
  const rows = requirements.map((row) => ({
    ...row,
    tests: tests.filter((test) => test.ids.includes(row.id)),
  }));
  return [...heading(rows), ...rows.map(line), ""].join("\n");
}

function heading(rows) {
  const shown = rows.filter(({ tests }) => tests.length > 0).length;
  const noted = rows.filter(({ tests, note }) => tests.length === 0 && note).length;
  const open = rows.length - shown - noted;
  return [
    "# What is shown by which test",
    "",
    `Written by \`${COMMAND}\`. Do not edit it: change the name of a test, or`,
    "[the requirements](requirements.md), and run the command again.",
    "",
    `Of ${rows.length} requirements ${shown} have tests, ${noted} are decided otherwise or not here yet,`,
    `and ${open} have no test. A test that bears an id is a claim; read it before you rely on it.`,
    "",
    "| Id | Level | Requirement | Shown by |",
    "|---|---|---|---|",
  ];
}

function line({ id, level, rule, note, tests }) {
  const shown = [note && `*${note}*`, ...groups(tests)].filter(Boolean);
  return `| ${id} | ${level} | ${rule} | ${shown.join("<br>") || "no test yet"} |`;
}

function groups(tests) {
  const files = [...new Set(tests.map(({ file }) => file))];
  return files.flatMap((file) => [
    `[${file}](../../${encodeURI(file).replace(/[()]/g, escapeParenthesis)})`,
    ...tests.filter((test) => test.file === file).map(({ name }) => `– ${plain(name)}`),
  ]);
}

function escapeParenthesis(sign) {
  return sign === "(" ? "%28" : "%29";
}

/** A name holds whatever its author typed; in a table it must stay text. */
function plain(name) {
  return name.replace(/[\\`*_<>[\]|&]/g, (sign) => `&#${sign.codePointAt(0)};`);
}

function testFiles() {
  return TEST_FOLDERS.flatMap((folder) => {
    const root = path.join(PROJECT_ROOT, folder);
    if (!fs.existsSync(root)) return [];
    const names = fs.readdirSync(root, { recursive: true }).map(String);
    return names
      .filter((name) => /\.(test|spec)\.tsx?$/.test(name))
      .map((name) => path.posix.join(folder, name.replaceAll("\\", "/")))
      .filter((file) => file !== OWN_TESTS && !SCREEN_TESTS.includes(file));
  }).sort();
}

function read(file) {
  return fs.readFileSync(path.join(PROJECT_ROOT, file), "utf8");
}

if (isMain(import.meta.url)) {
  await runScript(([option]) => {
    const files = testFiles().map((file) => ({ file, source: read(file) }));
    const coverage = describeCoverage(requirementsOf(read(REQUIREMENTS)), files);
    if (option !== "--check") {
      fs.writeFileSync(path.join(PROJECT_ROOT, COVERAGE), coverage);
    } else if (read(COVERAGE) !== coverage) {
      throw new Error(`${COVERAGE} is out of date. Run \`${COMMAND}\`.`);
    }
  });
}
