// Adds up what the two test runners report in JSON. A runner that fails without
// a failed test, or that runs no test at all, counts as one failure.
import fs from "node:fs";

/** Returns `{ passed, failed, skipped }` of a `vitest --reporter=json` file. */
export function countVitest(file, exitCode) {
  const files = readReport(file)?.testResults ?? [];
  const tests = files.flatMap(({ assertionResults }) => assertionResults);
  const count = (status) => tests.filter((test) => test.status === status).length;
  // A file that cannot even be loaded has failed, but has no tests that did.
  const unloadable = files.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  );
  const passed = count("passed");
  const failed = count("failed") + unloadable.length;
  const skipped = tests.length - passed - count("failed");
  return judge({ passed, failed, skipped }, exitCode);
}

/** Returns `{ passed, failed, skipped }` of a Playwright JSON report. */
export function countPlaywright(file, exitCode) {
  const stats = { expected: 0, flaky: 0, unexpected: 0, skipped: 0 };
  Object.assign(stats, readReport(file)?.stats);
  const passed = stats.expected + stats.flaky;
  return judge({ passed, failed: stats.unexpected, skipped: stats.skipped }, exitCode);
}

export function addUp(counts) {
  const sum = (name) => counts.reduce((total, count) => total + count[name], 0);
  return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
}

/** The plain line that CI reads. */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`;
}

function judge({ passed, failed, skipped }, exitCode) {
  const isEmpty = passed + failed === 0;
  const hasHiddenFault = exitCode !== 0 && failed === 0;
  return { passed, failed: isEmpty || hasHiddenFault ? failed + 1 : failed, skipped };
}

function readReport(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : null;
}
