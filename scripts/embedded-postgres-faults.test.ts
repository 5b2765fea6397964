// What goes wrong around a start: haste, kills, leftovers, taken ports, locales.
// Nothing is simulated: real servers, real processes, real signals.
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { afterAll, expect, onTestFinished, test, vi } from "vitest";
import {
  ask,
  dataFolderOf,
  makeProject,
  pidOf,
  removeSharedPackages,
  start,
} from "./embedded-postgres.fixture";
import { isRunning, startPostgres, stopPostgres } from "./embedded-postgres.mjs";

const isLinux = process.platform === "linux";

vi.setConfig({ testTimeout: 30_000 });
afterAll(removeSharedPackages);

/** A project whose server was killed, and the pid file that it left. */
async function crashedProject() {
  const project = makeProject();
  await start(project);
  const pidFile = path.join(dataFolderOf(project), "postmaster.pid");
  const left = fs.readFileSync(pidFile, "utf8");
  process.kill(pidOf(dataFolderOf(project)), "SIGKILL");
  await vi.waitUntil(() => !isRunning({ projectRoot: project }), { timeout: 10_000 });
  return {
    project,
    leavePid: (pid: number) => fs.writeFileSync(pidFile, left.replace(/^\d+/, `${pid}`)),
  };
}

test("starts one server when six ask at once", async () => {
  const project = makeProject();
  const urls = await Promise.all(Array.from({ length: 6 }, () => start(project)));
  expect(new Set(urls).size).toBe(1);
  expect(await ask(urls[0] ?? "", "SELECT 1")).toBe("1");
});

test("outlives a starter that is killed, and is found again", async () => {
  const project = makeProject();
  const module = pathToFileURL(path.join(project, "scripts/embedded-postgres.mjs"));
  const script = `import { startPostgres } from "${module}";
    console.log((await startPostgres()).url("postgres")); setInterval(() => {}, 1000);`;
  const args = ["--input-type=module", "-e", script];
  const starter = spawn(process.execPath, args, { detached: true, cwd: "/" });
  const [url] = await once(starter.stdout, "data");
  // The whole group, as a terminal that closes or a CI job that is cancelled does.
  process.kill(-(starter.pid ?? 0), "SIGKILL");
  await once(starter, "exit");

  const pid = pidOf(dataFolderOf(project));
  expect(await start(project)).toBe(String(url).trim());
  expect(pidOf(dataFolderOf(project))).toBe(pid);
});

test("recovers what was committed when the server itself is killed", async () => {
  const project = makeProject();
  const url = await start(project);
  await ask(url, "CREATE TABLE kept AS SELECT 42 AS answer");
  process.kill(pidOf(dataFolderOf(project)), "SIGKILL");
  expect(await ask(await start(project), "SELECT answer FROM kept")).toBe("42");
});

test("is not deceived by a pid file that names a process that is gone", async () => {
  const { project, leavePid } = await crashedProject();
  const gone = spawn(process.execPath, ["--version"]);
  await once(gone, "exit");
  leavePid(gone.pid ?? 0);
  expect(isRunning({ projectRoot: project })).toBe(false);
  expect(await ask(await start(project), "SELECT 1")).toBe("1");
});

test("is not deceived by a pid file that names a stranger", async () => {
  const { project, leavePid } = await crashedProject();
  leavePid(process.pid);
  expect(isRunning({ projectRoot: project })).toBe(false);
  expect(await ask(await start(project), "SELECT 1")).toBe("1");
});

test("is not deceived by a pid file that names a zombie", async ({ skip }) => {
  skip(!isLinux, "made and seen through /proc");
  const { project, leavePid } = await crashedProject();
  // The shell becomes a program that never asks after the child it inherits.
  const script = "sleep 60 & echo $!; exec tail -f /dev/null";
  const parent = spawn("sh", ["-c", script]);
  onTestFinished(() => void parent.kill());
  const [line] = await once(parent.stdout, "data");
  const zombie = Number(line);
  const stateOf = (pid?: number) => fs.readFileSync(`/proc/${pid}/stat`, "utf8");
  await vi.waitUntil(() => stateOf(parent.pid).includes("(tail)"));
  process.kill(zombie, "SIGKILL");
  await vi.waitUntil(() => stateOf(zombie).includes(") Z "));

  leavePid(zombie);
  expect(isRunning({ projectRoot: project })).toBe(false);
  expect(await ask(await start(project), "SELECT 1")).toBe("1");
});

test("takes another port when its own is taken, and says so in the URL", async () => {
  const project = makeProject();
  const { port } = await startPostgres({ projectRoot: project });
  await stopPostgres({ projectRoot: project });
  const stranger = net.createServer().listen(port, "127.0.0.1");
  onTestFinished(() => void stranger.close());
  await once(stranger, "listening");

  const url = await start(project);
  expect(Number(new URL(url).port)).not.toBe(port);
  expect(await ask(url, "SELECT 1")).toBe("1");
});

test("starts with no locale set, and knows letters beyond ASCII all the same", async () => {
  const env = { NODE_ENV: "test", PATH: process.env.PATH } as const;
  const url = await start(makeProject(), { env });
  expect(await ask(url, "SELECT lower('ÄÉ')")).toBe("äé");
});

test("starts with a locale that is not installed", async () => {
  const env = { ...process.env, LC_ALL: "xx_XX.UTF-8", LANG: "xx_XX", PGPORT: "1" };
  expect(await ask(await start(makeProject(), { env }), "SHOW lc_messages")).toBe("C");
});

test("starts over when an initdb was interrupted", async () => {
  const project = makeProject();
  const data = path.join(project, ".data");
  const script = path.join(project, "scripts/embedded-postgres.mjs");
  // Killed, it cannot clear away its temporary file: the project's end does.
  const env = { ...process.env, TMPDIR: project };
  const starter = spawn(process.execPath, [script, "up"], { detached: true, env });
  const isHalfDone = () =>
    fs.existsSync(data) && fs.readdirSync(data).some((name) => /^new-\w+$/.test(name));
  await vi.waitUntil(isHalfDone, { interval: 5, timeout: 10_000 });
  process.kill(-(starter.pid ?? 0), "SIGKILL");
  await once(starter, "exit");
  expect(fs.existsSync(dataFolderOf(project))).toBe(false);

  expect(await ask(await start(project), "SELECT 1")).toBe("1");
  expect(fs.readdirSync(data)).toEqual(["postgres-18"]);
});

test("ends although the server that it started goes on", async () => {
  const project = makeProject();
  const script = path.join(project, "scripts/embedded-postgres.mjs");
  const starter = spawn(process.execPath, [script, "up"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  // Resolves only when nobody holds the pipe any more, the server included.
  expect(await text(starter.stdout)).toMatch(/listens on 127\.0\.0\.1:\d+/);
  expect(isRunning({ projectRoot: project })).toBe(true);
});
