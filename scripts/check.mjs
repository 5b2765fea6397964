// `npm run check`: what can be judged without running the application. Every
// check runs even when an earlier one failed, so that one run shows all.
import { packageScript, runCaptured } from "./child-process.mjs";
import { prepareCode } from "./install.mjs";
import { runScript, secondsSince } from "./step.mjs";

const biome = "@biomejs/biome/bin/biome";
const checks = {
  format: [packageScript(biome, "ci", "--linter-enabled=false", ".")],
  lint: [
    packageScript(biome, "lint", "."),
    [process.execPath, "scripts/lint-arrows.mjs"],
    packageScript("knip/bin/knip.js"),
  ],
  types: [
    packageScript("next/dist/bin/next", "typegen"),
    packageScript("typescript/bin/tsc", "--noEmit"),
  ],
};

await runScript(async () => {
  await prepareCode();
  let failed = 0;
  for (const [name, commands] of Object.entries(checks)) {
    const startedAt = performance.now();
    const faults = await faultsOf(commands);
    const verdict = faults.length === 0 ? "passed" : "FAILED";
    console.log(`${name} ${verdict} (${secondsSince(startedAt)})`);
    for (const fault of faults) console.log(fault);
    if (faults.length > 0) failed += 1;
  }
  const passed = Object.keys(checks).length - failed;
  console.log(`check: ${passed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
});

async function faultsOf(commands) {
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1" };
  if (process.stdout.isTTY) env.FORCE_COLOR = "1";
  const faults = [];
  for (const command of commands) {
    const { code, output } = await runCaptured(command, { env });
    if (code !== 0) faults.push(output.trim() || `${command.join(" ")} failed (${code})`);
  }
  return faults;
}
