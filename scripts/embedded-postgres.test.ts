// Where the embedded server lives and whom it runs as, on machines of every kind.
// Nothing is simulated: real servers, real users, real folders.
import fs from "node:fs";
import path from "node:path";
import { afterAll, expect, onTestFinished, test, vi } from "vitest";
import {
  ask,
  dataFolderOf,
  isRoot,
  makeFolder,
  makeProject,
  makeProjectIn,
  ownPackages,
  pidOf,
  removeSharedPackages,
  start,
} from "./embedded-postgres.fixture";
import { isRunning, stopPostgres } from "./embedded-postgres.mjs";

const NOBODY = { uid: 65534, gid: 65534 };
const isLinux = process.platform === "linux";

vi.setConfig({ testTimeout: 30_000 });
afterAll(removeSharedPackages);

function ownerOf(file: string) {
  return fs.statSync(file).uid;
}

async function serverOf(url: string) {
  return {
    folder: await ask(url, "SHOW data_directory"),
    version: await ask(url, "SHOW server_version"),
  };
}

test("starts PostgreSQL 18 in the project's own folder and stops it again", async () => {
  const project = makeProject();
  const url = await start(project);
  expect(await serverOf(url)).toEqual({ folder: dataFolderOf(project), version: "18.4" });
  expect(isRunning({ projectRoot: project })).toBe(true);

  await stopPostgres({ projectRoot: project });
  expect(isRunning({ projectRoot: project })).toBe(false);
  // The port may have been taken meanwhile; everything else is as it was.
  const again = new URL(await start(project));
  again.port = new URL(url).port;
  expect(again.href).toBe(url);
});

test("lets nobody in without the password, and listens on loopback only", async () => {
  const url = new URL(await start(makeProject()));
  url.password = "guess";
  await expect(ask(url.href, "SELECT 1")).rejects.toThrow(
    /password authentication failed/,
  );
  expect(url.hostname).toBe("127.0.0.1");
});

test("started by root, runs as another user who owns the data", async ({ skip }) => {
  skip(!isRoot, "only root has a user to change from");
  const project = makeProject();
  await start(project);
  const folder = dataFolderOf(project);
  expect(ownerOf(folder)).not.toBe(0);
  if (isLinux) expect(ownerOf(`/proc/${pidOf(folder)}`)).toBe(ownerOf(folder));
});

test("started by root, does without a user named postgres", async ({ skip }) => {
  skip(!isRoot || !isLinux, "only root on Linux can replace /etc/passwd for one process");
  const project = makeProject();
  const passwd = fs.readFileSync("/etc/passwd", "utf8").replace(/^postgres:.*\n/m, "");
  fs.writeFileSync(path.join(project, "passwd"), passwd);
  const script = 'mount --bind "$0" /etc/passwd && exec "$@"';
  const through = ["unshare", "-m", "sh", "-c", script, path.join(project, "passwd")];
  await start(project, { through });
  expect(ownerOf(dataFolderOf(project))).toBe(NOBODY.uid);
});

test("serves a project below a folder that only root can enter", async ({ skip }) => {
  skip(!isRoot, "only root works in folders that others cannot enter");
  const secret = makeFolder("secret-");
  const project = makeProjectIn(path.join(secret, "project"));
  ownPackages(project);
  fs.chmodSync(secret, 0o700);

  const url = await start(project);
  const { folder } = await serverOf(url);
  expect(folder).toMatch(/^\/var\/tmp\/embedded-postgres-/);
  expect(await start(project)).toBe(url);
});

test("refuses a folder in /var/tmp that somebody else put there", async ({ skip }) => {
  skip(!isRoot, "only root's data moves to /var/tmp");
  const secret = makeFolder("secret-");
  const project = makeProjectIn(path.join(secret, "project"));
  fs.chmodSync(secret, 0o700);
  const { folder } = await serverOf(await start(project));
  await stopPostgres({ projectRoot: project });
  const home = path.dirname(folder);
  onTestFinished(() => fs.chownSync(home, 0, 0));
  fs.chownSync(home, NOBODY.uid, NOBODY.gid);
  await expect(start(project)).rejects.toThrow(/is not a folder of root alone/);
});

test("starts for an ordinary user, and as that user", async () => {
  const project = makeProject();
  if (isRoot) fs.chownSync(project, NOBODY.uid, NOBODY.gid);
  await start(project, isRoot ? NOBODY : {});
  const user = isRoot ? NOBODY.uid : process.getuid?.();
  expect(ownerOf(dataFolderOf(project))).toBe(user);
});

test("tells an ordinary user that the data belongs to another", async ({ skip }) => {
  skip(!isRoot, "needs two users");
  const project = makeProject();
  await start(project);
  await expect(start(project, NOBODY)).rejects.toThrow(/belongs to another user/);
});

test("serves an ordinary user's project when root asks for it", async ({ skip }) => {
  skip(!isRoot, "needs two users");
  const project = makeProject();
  fs.chownSync(project, NOBODY.uid, NOBODY.gid);
  await start(project, NOBODY);
  await stopPostgres({ projectRoot: project });
  await start(project);
  expect(ownerOf(path.join(dataFolderOf(project), "postmaster.pid"))).toBe(NOBODY.uid);
});

test("makes the library links that a blocked install script left out", async () => {
  const project = makeProject();
  const removed = removeLinks(ownPackages(project));
  expect(removed).toBeGreaterThan(5);
  await start(project);
});

test("makes the links in a copy when the packages are not ours to write", async ({
  skip,
}) => {
  skip(!isRoot, "needs two users");
  const project = makeProject();
  removeLinks(ownPackages(project));
  fs.chownSync(project, NOBODY.uid, NOBODY.gid);
  await start(project, NOBODY);
  expect(fs.readdirSync(path.join(project, ".data")).join()).toContain("-programs");
});

function removeLinks(packages: string) {
  const options = { recursive: true, withFileTypes: true } as const;
  const entries = fs.readdirSync(path.join(packages, "@embedded-postgres"), options);
  const links = entries.filter((entry) => entry.isSymbolicLink());
  for (const link of links) fs.rmSync(path.join(link.parentPath, link.name));
  return links.length;
}

test("says what to do where there is no such PostgreSQL", async () => {
  const project = makeProject();
  fs.rmSync(path.join(project, "node_modules"));
  await expect(start(project)).rejects.toThrow(/Set DATABASE_URL to a PostgreSQL server/);
});
