// Keeps the arrows of docs/architecture.md: which part of the house may know of
// which. Each message names the module to use instead. Tests may do as they
// please; only their length counts. Needs nothing but Node.
import fs from "node:fs";
import path from "node:path";
import { PROJECT_ROOT } from "./child-process.mjs";
import { importRules, textRules } from "./lint-rules.mjs";
import { isMain } from "./step.mjs";

const MAX_LINES = 250;
const skippedFolders = ["node_modules", ".next", ".data", ".git", "generated"];
const sourceName = /\.(?:[cm]?[jt]sx?)$/;
const testName = /\.(?:test|fixture)\.tsx?$|^(?:tests|e2e|bench)\//;
const long = { files: /^components\/ui\/|\.d\.[cm]?ts$/ };

// Line comments are dropped first, so that a sentence is never taken for code.
const comment = /^[ \t]*(?:\/\/|\/?\*).*$/gm;
const importStatement =
  /(?:^|;)\s*(import|export)\s+(type\s+)?([^"';]*?)\s*from\s*["']([^"']+)["']|(?:^|;)\s*import\s+["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/gm;

/** Every fault below `root`, as `file:line message`. */
export function lintArrows(root = PROJECT_ROOT) {
  return sourceFiles(root).flatMap((file) => {
    const source = fs.readFileSync(path.join(root, file), "utf8");
    return lintFile(file, source).map(
      ({ line, message }) => `${file}:${line} ${message}`,
    );
  });
}

export function sourceFiles(root, folder = "") {
  return fs
    .readdirSync(path.join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const file = path.posix.join(folder, entry.name);
      if (!entry.isDirectory()) return sourceName.test(file) ? [file] : [];
      return skippedFolders.includes(entry.name) ? [] : sourceFiles(root, file);
    })
    .sort();
}

function lintFile(file, source) {
  const lines = source.trimEnd().split("\n").length;
  const tooLong = lines > MAX_LINES && !long.files.test(file);
  const message = `has ${lines} lines; a noun that outgrows ${MAX_LINES} becomes a folder of the same name.`;
  const faults = tooLong ? [{ line: lines, message }] : [];
  if (testName.test(file)) return faults;
  const code = source.replace(comment, "");
  return [...faults, ...lintImports(file, code), ...lintText(file, code)];
}

function lintImports(file, code) {
  const isClient = /^\s*["']use client["']/.test(code);
  return findImports(file, code).flatMap((found) => {
    const broken = importRules.find((rule) => {
      if (rule.clientOnly && !isClient) return false;
      return applies(rule, file) && rule.isBroken(found);
    });
    return broken ? [{ line: found.line, message: broken.message(found.target) }] : [];
  });
}

function findImports(file, code) {
  return [...code.matchAll(importStatement)].map((match) => {
    const [text, keyword, type, names = "", from, bare, dynamic] = match;
    const start = match.index + (/^;?\s*/.exec(text)?.[0].length ?? 0);
    return {
      line: lineAt(code, start),
      target: resolve(file, from ?? bare ?? dynamic),
      isType: type !== undefined,
      isReExport: keyword === "export",
      names: names.split(/[^\w$]+/).filter(Boolean),
    };
  });
}

/** Our own modules by their path from the root, packages by their name. */
function resolve(file, specifier) {
  const known = specifier.startsWith("@/")
    ? specifier.slice(2)
    : specifier.startsWith(".")
      ? path.posix.join(path.posix.dirname(file), specifier)
      : `package:${specifier}`;
  return known.replace(/\.tsx?$/, "");
}

function lintText(file, code) {
  return textRules
    .filter((rule) => applies(rule, file))
    .flatMap(({ pattern, message }) =>
      [...code.matchAll(pattern)].map(({ index }) => ({
        line: lineAt(code, index),
        message,
      })),
    );
}

function applies({ files, except }, file) {
  return files.test(file) && !except?.test(file);
}

function lineAt(code, index) {
  return code.slice(0, index).split("\n").length;
}

if (isMain(import.meta.url)) {
  const faults = lintArrows();
  for (const fault of faults) console.log(fault);
  if (faults.length > 0) console.log(`\n${faults.length} faults against the arrows.`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}
