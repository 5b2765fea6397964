// One process at a time, for what is set up once in a project. Survives a holder
// that was killed. Needs a disk with hard links, and is not a fair queue.
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { isAlive } from "./child-process.mjs";

const RETRY_MS = 50;
const BEAT_MS = 1_000;
// A holder that lives beats. Silence this long means that its pid was given to
// a stranger (a container that was started again, say).
const SILENCE_MS = 15_000;

/**
 * Creates `file` with all of its content or not at all, and returns whether it
 * did: link(2) fails when the name is taken, and no reader sees half a file.
 */
export function createOnce(file, content) {
  const draft = `${file}.${process.pid}-${randomBytes(4).toString("hex")}`;
  fs.writeFileSync(draft, content, { mode: 0o600 });
  try {
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/** Runs `work` while holding `lock`. `work` must not block the event loop for long. */
export async function withLock(lock, work) {
  const holder = `${process.pid} ${randomBytes(8).toString("hex")}`;
  await acquire(lock, holder);
  const beat = setInterval(() => touch(lock), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if (contentOf(lock) === holder) fs.rmSync(lock, { force: true });
  }
}

async function acquire(lock, holder) {
  let seen = {};
  while (!createOnce(lock, holder)) {
    seen = observe(lock, seen);
    if (seen.isAbandoned) removeAbandoned(lock, seen.holder);
    await delay(RETRY_MS);
  }
}

// Silence is measured on our own clock from the first look, so a wrong file time
// or a laptop that slept cannot make a live holder look dead.
function observe(lock, before) {
  const holder = contentOf(lock);
  const beatAt = fs.statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
  const isSame = holder === before.holder && beatAt === before.beatAt;
  const since = isSame ? before.since : performance.now();
  const isSilent = performance.now() - since > SILENCE_MS;
  const isAbandoned =
    holder !== null && (isSilent || !isAlive(Number.parseInt(holder, 10)));
  return { holder, beatAt, since, isAbandoned };
}

// Two waiters may judge the same holder dead. The second would remove the lock
// that the first has just taken, so removing is itself done one at a time.
function removeAbandoned(lock, holder) {
  const turn = `${lock}.turn`;
  try {
    fs.mkdirSync(turn);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    dropForgottenTurn(turn);
    return;
  }
  if (contentOf(lock) === holder) fs.rmSync(lock, { force: true });
  fs.rmdirSync(turn);
}

// A turn lasts microseconds; one this old belongs to a process killed in it.
function dropForgottenTurn(turn) {
  const stat = fs.statSync(turn, { throwIfNoEntry: false });
  if (stat && Date.now() - stat.mtimeMs > SILENCE_MS)
    fs.rmSync(turn, { recursive: true });
}

function contentOf(lock) {
  try {
    return fs.readFileSync(lock, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}

function touch(lock) {
  const now = new Date();
  try {
    fs.utimesSync(lock, now, now);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
}
