// Starts other programs. `run` shows their output, `runCaptured` keeps it.
// Neither goes through a shell, and both run in the project's own folder.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const PROJECT_ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const FORWARDED_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/** The arguments that run a package's own JavaScript with this very Node. */
export function packageScript(script, ...args) {
  return [process.execPath, path.join(PROJECT_ROOT, "node_modules", script), ...args];
}

/**
 * Runs a command in the foreground and returns its exit code. Signals are
 * passed on: without that a container's stop would end us and orphan the server.
 * Once the command has ended on such a signal we end too, steps left or not.
 */
export async function run([command, ...args], { env = process.env } = {}) {
  const child = spawn(command, args, { cwd: PROJECT_ROOT, env, stdio: "inherit" });
  let isStopping = false;
  const forward = (signal) => (isStopping = child.kill(signal) || isStopping);
  for (const signal of FORWARDED_SIGNALS) process.on(signal, forward);
  try {
    const code = await exitCodeOf(child);
    return isStopping ? process.exit(code) : code;
  } finally {
    for (const signal of FORWARDED_SIGNALS) process.off(signal, forward);
  }
}

/**
 * Runs a command and returns `{ code, output }`. After `timeoutMs` the command
 * and everything it started is killed, and the code is 124 as with timeout(1).
 */
export async function runCaptured([command, ...args], { env, timeoutMs } = {}) {
  const child = spawn(command, args, {
    cwd: PROJECT_ROOT,
    env: env ?? process.env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: timeoutMs !== undefined && process.platform !== "win32",
  });
  const chunks = [];
  child.stdout.on("data", (chunk) => chunks.push(chunk));
  child.stderr.on("data", (chunk) => chunks.push(chunk));

  let hasTimedOut = false;
  const timer =
    timeoutMs && setTimeout(() => (hasTimedOut = killGroup(child)), timeoutMs);
  try {
    const code = await exitCodeOf(child, "close");
    return { code: hasTimedOut ? 124 : code, output: Buffer.concat(chunks).toString() };
  } finally {
    clearTimeout(timer);
  }
}

/** False for a process that is gone and for a zombie, which kill(pid, 0) finds alive. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, but belongs to somebody else.
    if (error.code !== "EPERM") return false;
  }
  if (process.platform !== "linux") return true;
  try {
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}

function exitCodeOf(child, event = "exit") {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once(event, (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

function killGroup(child) {
  try {
    process.kill(process.platform === "win32" ? child.pid : -child.pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
  return true;
}
