// Reads the settings files as Next.js does: the real environment wins, then
// `.env.local`, then `.env`. Checks nothing: `lib/env.ts` judges the values.
import fs from "node:fs";
import path from "node:path";
import { parseEnv } from "node:util";
import { PROJECT_ROOT } from "./child-process.mjs";

const SETTINGS_FILES = [".env.local", ".env"];
const DATABASE_SETTINGS = ["DATABASE_URL", "DATABASE_DIRECT_URL"];

/** Puts the settings files into `process.env`. */
export function loadSettings() {
  for (const file of settingsFiles()) process.loadEnvFile(file);
}

/**
 * For tests: takes only the server to make databases on. A developer's mail
 * server or provider keys must never be reached from a test.
 */
export function loadDatabaseSettings() {
  if (DATABASE_SETTINGS.some((name) => process.env[name])) return;
  const settings = settingsFiles().map((file) => parseEnv(fs.readFileSync(file, "utf8")));
  for (const name of DATABASE_SETTINGS) {
    const value = settings.map((file) => file[name]).find(Boolean);
    if (value) process.env[name] = value;
  }
}

function settingsFiles() {
  const files = SETTINGS_FILES.map((name) => path.join(PROJECT_ROOT, name));
  return files.filter((file) => fs.existsSync(file));
}
