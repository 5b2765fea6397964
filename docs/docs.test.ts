// Documents that promise what is not there are worse than none. What can be
// compared with the code is compared here; whether it reads well is not.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");

function filesBelow(folder: string, end: RegExp): string[] {
  const names = readdirSync(path.join(root, folder), { recursive: true }).map(String);
  return names.filter((name) => end.test(name)).map((name) => `${folder}/${name}`);
}

const documents = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...filesBelow("docs", /\.md$/),
];

/** Without fenced code, in which brackets are not links. */
const proseOf = (file: string) => read(file).replace(/^ *```.*?^ *```/gms, "");

type Link = { target: string; anchor: string | undefined };

function linksOf(file: string): Link[] {
  const targets = [...proseOf(file).matchAll(/\]\(([^()\s]+)\)/g)].map(([, to]) => to);
  return targets
    .filter((to): to is string => to !== undefined && !/^(https?|mailto):/.test(to))
    .map((to) => {
      const [target = "", anchor] = to.split("#");
      return { target: decodeURI(target), anchor };
    });
}

/** As GitHub makes them from headings. */
function anchorsOf(file: string): string[] {
  const headings = [...proseOf(file).matchAll(/^#{1,6} (.+)$/gm)];
  return headings.map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Paths in backticks; those with a gap to fill or marked as new do not exist. */
function pathsOf(file: string): string[] {
  const quoted = [...proseOf(file).matchAll(/`([^`\n]+)`(?! \(new\))/g)];
  return quoted
    .map(([, text = ""]) => text)
    .filter((text) => isPath(text) && !/[<>…{}$]|NNN|node_modules/.test(text));
}

const folders = ["app", "components", "docs", "e2e", "lib", "prisma", "scripts", "tests"];
const top = new RegExp(`^(${folders.join("|")}|\\.ci)/`);

function isPath(text: string): boolean {
  if (/[\s*]/.test(text)) return false;
  return top.test(text) || /^[\w.-]+\.(?:ts|tsx|mjs|json|md|yaml)$/.test(text);
}

// Made when the application first runs, and not part of the repository.
const generated = ["prisma/generated/"];
const names = new Set(
  folders.flatMap((folder) => filesBelow(folder, /./)).map((file) => path.basename(file)),
);

/** A name without a folder stands for every file that is called so. */
function isThere(reference: string): boolean {
  if (generated.includes(reference) || names.has(reference)) return true;
  return existsSync(path.join(root, reference));
}

describe.each(documents)("%s", (file) => {
  const isPicture = ({ target }: Link) => target.endsWith(".png");
  const missing = (links: Link[]) =>
    links
      .map(({ target }) => target)
      .filter(
        (target) => target && !existsSync(path.join(root, path.dirname(file), target)),
      );

  it("N07 links only to what exists", () => {
    expect(missing(linksOf(file).filter((link) => !isPicture(link)))).toEqual([]);
  });

  it("N07 shows only pictures that exist", () => {
    expect(missing(linksOf(file).filter(isPicture))).toEqual([]);
  });

  it("N07 links only to headings that exist", () => {
    const lost = linksOf(file).filter(({ target, anchor }) => {
      const page = path.join(path.dirname(file), target || path.basename(file));
      return anchor !== undefined && !anchorsOf(page).includes(anchor);
    });
    expect(lost).toEqual([]);
  });

  it("N07 names only files that exist", () => {
    expect(pathsOf(file).filter((reference) => !isThere(reference))).toEqual([]);
  });
});

describe("docs/operations.md", () => {
  const operations = read("docs/operations.md");

  it("N07 describes every setting that the code reads", () => {
    const schema = [...read("lib/env.ts").matchAll(/^ {2}([A-Z][A-Z_]+): z/gm)];
    const scripts = ["scripts/start.mjs", "scripts/database-url.mjs"].flatMap((file) => [
      ...read(file).matchAll(/\b(DATABASE_[A-Z_]*URL)\b/g),
    ]);
    const settings = new Set([...schema, ...scripts].map(([, name]) => name));
    expect(settings.size).toBeGreaterThanOrEqual(10);
    for (const setting of settings) expect(operations).toContain(`\n| \`${setting}\` | `);
  });

  it("N07 says what each line of the log means", () => {
    const sources = filesBelow("lib", /(?<!\.test)\.ts$/).map(read);
    const logged = sources.flatMap((source) => [
      ...source.matchAll(/log\.\w+\(\{\s*event: "(\w+)"/g),
    ]);
    const types = [...read("lib/audit.ts").matchAll(/\btype: ("\w+"(?: \| "\w+")*)/g)];
    const recorded = types.flatMap(([, list = ""]) => list.match(/\w+/g) ?? []);
    const events = new Set([...logged.map(([, event]) => event), ...recorded]);
    expect(events.size).toBeGreaterThan(50);
    for (const event of events) expect(operations).toContain(`\`${event}\``);
  });
});

describe("docs/api.md", () => {
  const headings = [...read("docs/api.md").matchAll(/^### (.+)$/gm)].map(([, h]) => h);

  const endpoints = filesBelow("app", /(^|\/)route\.ts$/)
    .filter((file) => !file.includes("[..."))
    .flatMap((file) => {
      const address = path.posix
        .dirname(file)
        .replace(/^app/, "")
        .replace(/\/\([^)]+\)/g, "")
        .replace(/\[(\w+)\]/g, ":$1");
      const methods = [
        ...read(file).matchAll(/export (?:const|(?:async )?function) ([A-Z]+)\b/g),
      ];
      return methods.map(([, method]) => `${method} ${address}`);
    });

  it("N07 describes every endpoint, and no other", () => {
    expect([...headings].sort()).toEqual([...endpoints].sort());
  });

  it("N07 knows every error", () => {
    const codes = [
      ...read("lib/errors.ts").matchAll(/^ {2}(\w+): \{\s+?status: (\d+)/gm),
    ];
    const inTable = [...read("docs/api.md").matchAll(/^\| `(\w+)` \| (\d{3}) \|/gm)];
    const pairs = (found: RegExpMatchArray[]) =>
      found.map(([, code, s]) => `${code} ${s}`);
    expect(pairs(codes).length).toBeGreaterThan(10);
    expect(pairs(inTable).sort()).toEqual([...pairs(codes), "internal_error 500"].sort());
  });
});

describe("docs/decisions", () => {
  const records = filesBelow("docs/decisions", /\/?\d{3}-[\w-]+\.md$/);

  it.each(records)("N07 %s has at most 40 lines, and its three parts", (record) => {
    const lines = read(record).trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(40);
    const parts = lines.filter((line) => line.startsWith("## "));
    expect(parts).toEqual(["## Context", "## Decision", "## Consequences"]);
  });

  it("N07 the list has each of them", () => {
    const listed = linksOf("docs/decisions/README.md").map(({ target }) => target);
    expect(listed.sort()).toEqual(records.map((record) => path.basename(record)).sort());
  });
});

describe("docs/security/coverage.md", () => {
  it("N07 is what the names of tests say; `npm run docs:coverage` writes it", () => {
    const command = ["scripts/coverage.mjs", "--check"];
    expect(() => execFileSync(process.execPath, command, { cwd: root })).not.toThrow();
  });
});
