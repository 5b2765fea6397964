// Throw-away projects, each with a server of its own. They hold copies of the
// scripts and of the real npm package, and are driven through the command line.
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import pg from "pg";
import { onTestFinished } from "vitest";
import { stopPostgres } from "./embedded-postgres.mjs";
import { locatePostgres } from "./postgres-files.mjs";

const SCRIPTS = import.meta.dirname;
const CARRIERS = ["embedded-postgres", "@embedded-postgres"];

export const isRoot = process.getuid?.() === 0;

interface StartOptions {
  uid?: number;
  gid?: number;
  env?: NodeJS.ProcessEnv;
  /** What is put before the command, such as a program that changes its world. */
  through?: string[];
}

/** A project that any user can walk to, gone at the end of the test. */
export function makeProject() {
  return makeProjectIn(makeFolder("project-"));
}

export function makeProjectIn(project: string) {
  const scripts = path.join(project, "scripts");
  fs.mkdirSync(scripts, { recursive: true });
  for (const name of fs.readdirSync(SCRIPTS).filter((file) => file.endsWith(".mjs"))) {
    fs.copyFileSync(path.join(SCRIPTS, name), path.join(scripts, name));
  }
  fs.symlinkSync(sharedPackages(), path.join(project, "node_modules"));
  onTestFinished(async () => {
    if (!fs.existsSync(path.join(project, "node_modules"))) return;
    await stopPostgres({ projectRoot: project });
    const { home } = locatePostgres(project);
    if (!home.startsWith(project)) fs.rmSync(home, { recursive: true });
  });
  return project;
}

export function makeFolder(prefix: string) {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), prefix));
  fs.chmodSync(folder, 0o755);
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Gives the project packages that the test may spoil; returns their folder. */
export function ownPackages(project: string) {
  const packages = path.join(project, "node_modules");
  fs.rmSync(packages, { force: true });
  copyCarriers(packages);
  return packages;
}

/** Starts the project's server, or asks for the one that runs; returns its URL. */
export async function start(project: string, options: StartOptions = {}) {
  const script = path.join(project, "scripts/embedded-postgres.mjs");
  const { through = [], env = process.env, uid, gid } = options;
  const command = [...through, process.execPath, script, "url", "postgres"];
  const child = spawn(command[0] ?? "", command.slice(1), { cwd: "/", env, uid, gid });
  const [output, fault] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (!output.startsWith("postgresql://")) throw new Error(`No server: ${fault}`);
  return output.trim();
}

export async function ask(url: string, sql: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  // A server that is killed breaks the connection; the test looks elsewhere.
  client.on("error", () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query({ text: sql, rowMode: "array" });
    return String(rows[0]);
  } finally {
    await client.end();
  }
}

export function dataFolderOf(project: string) {
  return path.join(project, ".data/postgres-18");
}

export function pidOf(dataFolder: string) {
  const lines = fs.readFileSync(path.join(dataFolder, "postmaster.pid"), "utf8");
  return Number.parseInt(lines, 10);
}

// One copy for all that do not spoil it, where an ordinary user can read it even
// when this checkout lies in root's own folder.
let shared: string | undefined;

function sharedPackages() {
  if (!shared) {
    shared = fs.mkdtempSync(path.join(os.tmpdir(), "packages-"));
    fs.chmodSync(shared, 0o755);
    copyCarriers(path.join(shared, "node_modules"));
  }
  return path.join(shared, "node_modules");
}

export function removeSharedPackages() {
  if (shared) fs.rmSync(shared, { recursive: true });
}

function copyCarriers(packages: string) {
  for (const name of CARRIERS) {
    const from = path.join(SCRIPTS, "../node_modules", name);
    const options = { recursive: true, verbatimSymlinks: true };
    fs.cpSync(from, path.join(packages, name), options);
  }
}
