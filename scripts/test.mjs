// `npm test`: everything. `npm test -- unit` and `npm test -- browser` run one of
// the two suites, and what follows the name goes to its runner.
import fs from "node:fs";
import path from "node:path";
import { PROJECT_ROOT, packageScript, run } from "./child-process.mjs";
import { findChromium } from "./chromium.mjs";
import { setUpTests } from "./setup.mjs";
import { runScript } from "./step.mjs";
import { addUp, closingLine, countPlaywright, countVitest } from "./test-report.mjs";

const suites = { unit: testUnits, browser: testBrowser };

await runScript(async ([only, ...args]) => {
  if (only && !Object.hasOwn(suites, only)) {
    throw new Error(
      `There is no suite "${only}"; there are ${Object.keys(suites).join(", ")}.`,
    );
  }
  const counts = [];
  for (const name of only ? [only] : Object.keys(suites)) {
    counts.push(await countFaultAsFailure(() => suites[name](args)));
  }
  const total = addUp(counts);
  console.log(`\n${closingLine(total)}`);
  return total.failed > 0 ? 1 : 0;
});

async function countFaultAsFailure(suite) {
  try {
    return await suite();
  } catch (error) {
    console.error(error);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

async function testUnits(args) {
  const env = await setUpTests();
  const file = freshReport("unit");
  const reporters = [
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${file}`,
  ];
  const command = packageScript("vitest/vitest.mjs", "run", ...reporters, ...args);
  return countVitest(file, await run(command, { env }));
}

// Against the production build. The tests start their own servers, each with a
// port and a database of its own, so a development server may go on meanwhile.
async function testBrowser(args) {
  const env = await setUpTests();
  const buildCode = await run([process.execPath, "scripts/build.mjs"]);
  if (buildCode !== 0) throw new Error(`The build failed (${buildCode}).`);

  const executable = await findChromium();
  if (executable) env.CHROMIUM_PATH = executable;
  const file = freshReport("browser");
  env.PLAYWRIGHT_JSON_OUTPUT_FILE = file;
  const flags = ["test", "--reporter=list,json", ...args];
  const code = await run(packageScript("@playwright/test/cli.js", ...flags), { env });
  return countPlaywright(file, code);
}

function freshReport(suite) {
  const file = path.join(PROJECT_ROOT, `.data/test-${suite}.json`);
  // An old report must not pass for the one of a runner that crashed.
  fs.rmSync(file, { force: true });
  return file;
}
