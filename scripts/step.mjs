// How the scripts speak: a long step is announced and timed, a fault is one
// sentence. Imports nothing but node: modules, since it runs before install.
import { existsSync, realpathSync } from "node:fs";
import { pathToFileURL } from "node:url";

/** Runs `work` and says how long it took. For steps that take seconds. */
export async function step(title, work) {
  const startedAt = performance.now();
  console.log(`${title} …`);
  const result = await work();
  console.log(`${title}: took ${secondsSince(startedAt)}`);
  return result;
}

export function secondsSince(startedAt) {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}

/** True when this module is what the command line started. */
export function isMain(moduleUrl) {
  const started = process.argv[1];
  if (!started || !existsSync(started)) return false;
  return moduleUrl === pathToFileURL(realpathSync(started)).href;
}

/**
 * Runs a script to its end. `main` returns an exit code or nothing. A plain
 * Error is a message to the reader; anything else is a bug and keeps its stack.
 */
export async function runScript(main) {
  try {
    process.exitCode = (await main(process.argv.slice(2))) ?? 0;
  } catch (error) {
    console.error(error?.constructor === Error ? error.message : error);
    process.exitCode = 1;
  }
}
