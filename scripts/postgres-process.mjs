// The running side of the embedded PostgreSQL: its programs, its pid file, its port.
import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { isAlive } from "./child-process.mjs";

const isWindows = process.platform === "win32";

/** Runs one of PostgreSQL's programs to its end; throws with its output when it fails. */
export async function runProgram(programs, name, args, user) {
  const file = path.join(programs, isWindows ? `${name}.exe` : name);
  // To a file, never a pipe: the server inherits it from pg_ctl, and a pipe that
  // it holds open would keep Node waiting for ever.
  const outputFile = path.join(os.tmpdir(), `${name}-${randomBytes(8).toString("hex")}`);
  const output = fs.openSync(outputFile, "wx", 0o600);
  try {
    const code = await new Promise((resolve, reject) => {
      const options = { ...user, env: programEnvironment(), windowsHide: true };
      const stdio = ["ignore", output, output];
      const child = spawn(file, args, { ...options, cwd: path.parse(file).root, stdio });
      child.once("error", reject);
      child.once("exit", resolve);
    });
    if (code === 0) return;
    const text = fs.readFileSync(outputFile, "utf8").trim().slice(-2000);
    throw new Error(`${name} failed (${code}): ${text}`);
  } finally {
    fs.closeSync(output);
    fs.rmSync(outputFile, { force: true });
  }
}

/**
 * Returns `{ pid, port, isReady }` of the live server of `data`, or null. The
 * pid file alone proves nothing: after a crash or in a container its number may
 * be a zombie's or a stranger's, both of which pg_ctl takes for a running server.
 */
export function readServer(data) {
  const lines = readPidFile(data);
  const pid = Number(lines[0]);
  if (!pid || !isAlive(pid) || !serves(pid, data)) return null;
  return { pid, port: Number(lines[3]), isReady: lines[7]?.trim() === "ready" };
}

/** Returns `wanted` when it is free on the loopback address, else some free port. */
export function freePort(wanted) {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once("error", (fault) => (wanted ? resolve(freePort(0)) : reject(fault)));
    probe.listen(wanted, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

function readPidFile(data) {
  try {
    return fs.readFileSync(path.join(data, "postmaster.pid"), "utf8").split("\n");
  } catch (error) {
    if (error.code === "ENOENT") return [];
    throw error;
  }
}

function serves(pid, data) {
  try {
    return commandLine(pid).includes(data);
  } catch {
    // It ended while we looked.
    return false;
  }
}

function commandLine(pid) {
  if (process.platform === "linux") {
    return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  }
  // Windows has no ps; there the pid file has to be believed.
  if (isWindows) return { includes: () => true };
  return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
}

// A locale that is set but not installed makes initdb and the server fail, and
// PGDATA, PGPORT and the like would redirect them.
function programEnvironment() {
  const entries = Object.entries(process.env);
  const kept = entries.filter(([name]) => !/^(LC_|LANG|PG)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: "C", LANG: "C" };
}
