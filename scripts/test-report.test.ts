// A green line must never hide a test that did not run.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { addUp, closingLine, countPlaywright, countVitest } from "./test-report.mjs";

let file: string;

beforeEach(() => {
  file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "report-")), "report.json");
});
afterEach(() => fs.rmSync(path.dirname(file), { recursive: true }));

function vitestFile(status: string, ...tests: string[]) {
  return { status, assertionResults: tests.map((status) => ({ status })) };
}

function write(report: object) {
  fs.writeFileSync(file, JSON.stringify(report));
}

test("counts passed, failed and skipped tests", () => {
  const failing = vitestFile("failed", "failed", "passed");
  write({ testResults: [vitestFile("passed", "passed", "pending", "todo"), failing] });
  expect(countVitest(file, 1)).toEqual({ passed: 2, failed: 1, skipped: 2 });
});

test("counts a test file that cannot be loaded as failed", () => {
  write({ testResults: [vitestFile("passed", "passed"), vitestFile("failed")] });
  expect(countVitest(file, 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

test("counts a runner that fails though every test passed, as with a stray rejection", () => {
  write({ testResults: [vitestFile("passed", "passed")] });
  expect(countVitest(file, 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
});

test("counts a run without a test as failed, whatever its exit code", () => {
  write({ testResults: [] });
  expect(countVitest(file, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  write({ stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 3 } });
  expect(countPlaywright(file, 0)).toEqual({ passed: 0, failed: 1, skipped: 3 });
});

test("counts a runner that left no report as failed", () => {
  expect(countVitest(file, 137)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(countPlaywright(file, 0)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test("counts a browser test that passed on a second try as passed", () => {
  write({ stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 2 } });
  expect(countPlaywright(file, 1)).toEqual({ passed: 5, failed: 1, skipped: 2 });
});

test("closes with the sum, and names skipped tests only when there are some", () => {
  const one = { passed: 3, failed: 0, skipped: 0 };
  const two = { passed: 2, failed: 1, skipped: 4 };
  expect(closingLine(one)).toBe("3 passed, 0 failed");
  expect(closingLine(addUp([one, two]))).toBe("5 passed, 1 failed, 4 skipped");
});
