// Makes a checkout ready to run code: Node's version, the packages, the Prisma
// client. Quiet and fast when nothing is to do. Imports nothing but node: modules.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { PROJECT_ROOT, packageScript, run, runCaptured } from "./child-process.mjs";
import { withLock } from "./file-lock.mjs";
import { makeOpenFolder } from "./postgres-files.mjs";
import { step } from "./step.mjs";

const OLDEST_NODE = [20, 19];
const CLIENT_SOURCES = ["prisma/schema.prisma", "prisma.config.ts"];

/** Installs and generates what is missing or stale. */
export async function prepareCode() {
  requireNode();
  makeOpenFolder(path.join(PROJECT_ROOT, ".data"));
  // Two commands at once on a fresh checkout must not install into each other.
  await withLock(path.join(PROJECT_ROOT, ".data/install.lock"), async () => {
    if (!arePackagesCurrent()) await installPackages();
    const stamp = clientStamp();
    if (stamp !== read("prisma/generated/.stamp")) await generateClient(stamp);
  });
}

function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const isNewEnough =
    major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  if (isNewEnough) return;
  throw new Error(
    `Node ${OLDEST_NODE.join(".")} or newer is needed; this is ${process.versions.node}.`,
  );
}

// npm notes in node_modules what it installed. Contents are compared, not times:
// a checkout of another branch touches the lock file without changing it.
function arePackagesCurrent() {
  if (isManagedElsewhere()) return true;
  const installed = JSON.parse(read("node_modules/.package-lock.json") ?? "{}").packages;
  if (!installed) return false;
  const { "": _project, ...wanted } = JSON.parse(read("package-lock.json")).packages;
  return Object.entries(wanted).every(([folder, { integrity, optional }]) => {
    const found = installed[folder];
    // Packages for other platforms are in the lock file and on no disk.
    return found ? found.integrity === integrity : optional;
  });
}

// pnpm and yarn leave these; what they installed is theirs to keep current.
function isManagedElsewhere() {
  const marks = [".modules.yaml", ".yarn-integrity", ".yarn-state.yml"];
  return marks.some((name) => read(`node_modules/${name}`) !== null);
}

async function installPackages() {
  const flags = ["ci", "--include=dev", "--no-audit", "--no-fund"];
  const code = await step("Installing packages (npm ci)", () => run(npm(flags)));
  if (code === 0) return;
  throw new Error(
    `npm ci failed (${code}); its reason stands above. Nothing was started.`,
  );
}

// The npm that started us, if one did: on Windows `npm` alone is no program.
function npm(args) {
  const script = process.env.npm_execpath;
  return script?.endsWith("npm-cli.js")
    ? [process.execPath, script, ...args]
    : ["npm", ...args];
}

// Prisma's CLI downloads an engine even for `generate`, which never runs it; any
// file that exists stops that, so that set-up works without the internet.
async function generateClient(stamp) {
  const env = {
    ...process.env,
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
    CHECKPOINT_DISABLE: "1",
  };
  const command = packageScript("prisma/build/index.js", "generate");
  const { code, output } = await step("Generating the Prisma client", () =>
    runCaptured(command, { env }),
  );
  if (code !== 0) throw new Error(`${output}\nprisma generate failed (${code}).`);
  fs.writeFileSync(path.join(PROJECT_ROOT, "prisma/generated/.stamp"), stamp);
}

function clientStamp() {
  const hash = createHash("sha256").update(read("node_modules/prisma/package.json"));
  for (const source of CLIENT_SOURCES) hash.update(read(source));
  return hash.digest("hex");
}

function read(file) {
  try {
    return fs.readFileSync(path.join(PROJECT_ROOT, file), "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}
