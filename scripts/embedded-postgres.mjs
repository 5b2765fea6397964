// A real PostgreSQL for development and tests, one per project, kept in `.data`.
// It listens on 127.0.0.1 with a random password and outlives who started it.
// Not for production. Its port may change: ask for the URL, never write it down.
import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { PROJECT_ROOT } from "./child-process.mjs";
import { withLock } from "./file-lock.mjs";
import { locatePostgres, usablePrograms } from "./postgres-files.mjs";
import { freePort, readServer, runProgram } from "./postgres-process.mjs";
import { isMain, runScript } from "./step.mjs";

const START_ATTEMPTS = 10;
const READY_WITHIN_MS = 60_000;

/** Starts the project's server, or finds it running. Any number may ask at once. */
export async function startPostgres({ projectRoot = PROJECT_ROOT, log } = {}) {
  const place = locatePostgres(projectRoot);
  const running = readServer(place.data);
  if (running?.isReady) return describe(place, running);

  return withLock(place.lock, async () => {
    const programs = usablePrograms(place);
    if (!fs.existsSync(path.join(place.data, "PG_VERSION"))) {
      log?.(`Creating the embedded PostgreSQL ${place.major} in ${place.data}`);
      await createCluster(place, programs);
    }
    return describe(place, await launch(place, programs));
  });
}

/** Stops the project's server; does nothing when it is not running. */
export async function stopPostgres({ projectRoot = PROJECT_ROOT } = {}) {
  const place = locatePostgres(projectRoot);
  await withLock(place.lock, async () => {
    if (!readServer(place.data)) return;
    const args = ["stop", "-D", place.data, "-m", "fast", "-w", "-t", "60"];
    await runProgram(usablePrograms(place), "pg_ctl", args, place.user);
  });
}

export function isRunning({ projectRoot = PROJECT_ROOT } = {}) {
  return readServer(locatePostgres(projectRoot).data) !== null;
}

function describe(place, { pid, port }) {
  const password = fs.readFileSync(place.password, "utf8");
  const server = `postgresql://postgres:${password}@127.0.0.1:${port}`;
  return {
    pid,
    port,
    dataFolder: place.data,
    logFile: place.log,
    url: (database) => `${server}/${database}`,
  };
}

// Made under another name and renamed when complete: an interrupted initdb never
// leaves half a cluster where the next start looks for a whole one.
async function createCluster(place, programs) {
  removeUnfinished(place.home);
  const draft = path.join(place.home, `new-${randomBytes(6).toString("hex")}`);
  const password = randomBytes(24).toString("base64url");
  const passwordFile = `${draft}.password`;
  fs.mkdirSync(draft, { mode: 0o700 });
  fs.writeFileSync(passwordFile, password, { mode: 0o600 });
  for (const file of [draft, passwordFile]) give(file, place.user);

  const locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const access = ["-U", "postgres", "--auth=scram-sha-256", `--pwfile=${passwordFile}`];
  const rest = ["--encoding=UTF8", "--no-sync", "--no-instructions"];
  const args = ["-D", draft, ...access, ...locale, ...rest];
  await runProgram(programs, "initdb", args, place.user);

  fs.appendFileSync(path.join(draft, "postgresql.conf"), SETTINGS);
  fs.renameSync(passwordFile, path.join(draft, path.basename(place.password)));
  fs.rmSync(place.data, { recursive: true, force: true });
  fs.renameSync(draft, place.data);
}

const SETTINGS = `
# The embedded development server. TCP on loopback only: a path to a unix socket
# would be too long in deep folders. The port is given at the start.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_preload_libraries = 'pg_stat_statements'
`;

function give(file, { uid, gid }) {
  if (uid !== undefined) fs.chownSync(file, uid, gid);
}

function removeUnfinished(home) {
  for (const name of fs.readdirSync(home)) {
    if (!name.startsWith("new-")) continue;
    try {
      fs.rmSync(path.join(home, name), { recursive: true, force: true });
    } catch (error) {
      // The initdb of a killed starter may still be writing: left for the next time.
      if (error.code !== "ENOTEMPTY") throw error;
    }
  }
}

// A start may fail for a moment: backends of a killed server still hold its
// shared memory, somebody takes the port, or a killed starter's pg_ctl is ahead.
async function launch(place, programs) {
  let fault;
  for (let attempt = 0; attempt < START_ATTEMPTS; attempt += 1) {
    const server = await readyServer(place.data);
    if (server) return server;
    if (fault) await delay(500);
    // Nobody serves this folder, whatever a pid file left behind says.
    fs.rmSync(path.join(place.data, "postmaster.pid"), { force: true });
    const port = await freePort(usualPort(place.data));
    const args = ["start", "-D", place.data, "-l", place.log, "-o", `-p ${port}`];
    try {
      await runProgram(programs, "pg_ctl", [...args, "-w", "-t", "60"], place.user);
    } catch (error) {
      fault = error;
    }
  }
  throw new Error(`${fault.message}\n${lastLines(place.log)}`, { cause: fault });
}

/** Waits for a server that is starting up; null when there is none. */
async function readyServer(data) {
  const startedAt = performance.now();
  for (;;) {
    const server = readServer(data);
    if (!server || server.isReady) return server;
    if (performance.now() - startedAt > READY_WITHIN_MS) {
      throw new Error(`PostgreSQL (process ${server.pid}) does not become ready.`);
    }
    await delay(20);
  }
}

// The same for a project each time, and below the range that systems hand out.
function usualPort(data) {
  return 20_000 + (createHash("sha256").update(data).digest().readUInt32BE() % 12_000);
}

function lastLines(file) {
  if (!fs.existsSync(file)) return "";
  return fs.readFileSync(file, "utf8").split("\n").slice(-15).join("\n");
}

const commands = {
  async up() {
    const { port, dataFolder } = await startPostgres({ log: console.log });
    console.log(`PostgreSQL listens on 127.0.0.1:${port}, its data is in ${dataFolder}`);
  },
  async down() {
    await stopPostgres();
    console.log("PostgreSQL is stopped");
  },
  status() {
    console.log(isRunning() ? "running" : "stopped");
  },
  async url(database = "latchkey") {
    console.log((await startPostgres()).url(database));
  },
};

if (isMain(import.meta.url)) {
  await runScript(([name, ...rest]) => {
    const command = Object.hasOwn(commands, name ?? "") ? commands[name] : undefined;
    if (!command) throw new Error(`Usage: embedded-postgres.mjs up|down|status|url`);
    return command(...rest);
  });
}
