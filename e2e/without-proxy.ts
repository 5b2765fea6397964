// A build of this project as if `proxy.ts` had never been written.
import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { root } from "./build";

const run = promisify(execFile);
const left = ["node_modules", "e2e", "tests", "proxy.ts", "test-results"];

/** Returns its folder, which goes when the process does. */
export async function buildWithoutProxy(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "latchkey-without-proxy-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  await cp(root, folder, { recursive: true, filter: isSource });
  await copyModules(folder);
  const next = path.join(folder, "node_modules/next/dist/bin/next");
  await run(process.execPath, [next, "build"], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    maxBuffer: 2 ** 24,
  });
  return folder;
}

function isSource(file: string): boolean {
  const [first = ""] = path.relative(root, file).split(path.sep);
  const isTest = /\.test\.tsx?$/.test(file);
  return !first.startsWith(".") && !left.includes(first) && !isTest;
}

/** The builder follows no link out of its folder; hard links cost no space. */
async function copyModules(folder: string): Promise<void> {
  const from = path.join(root, "node_modules");
  const to = path.join(folder, "node_modules");
  await run("cp", ["-al", from, to]).catch(async () => {
    await rm(to, { recursive: true, force: true });
    await cp(from, to, { recursive: true, verbatimSymlinks: true });
  });
}
