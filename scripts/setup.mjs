// From a clone to something that runs, for development and tests: the packages,
// the client, a secret, a database. Makes up nothing for production.
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { PROJECT_ROOT } from "./child-process.mjs";
import { embeddedUrl } from "./database-url.mjs";
import { createOnce } from "./file-lock.mjs";
import { prepareCode } from "./install.mjs";
import { loadDatabaseSettings, loadSettings } from "./settings.mjs";

const DEFAULT_PORT = "3000";

/** Prepares everything and returns the environment to run development in. */
export async function setUpDevelopment() {
  await prepareCode();
  loadSettings();
  return completeEnvironment("development");
}

/** The same for tests, which know nothing of the developer's own settings. */
export async function setUpTests() {
  await prepareCode();
  loadDatabaseSettings();
  const env = await completeEnvironment("test");
  // Tests exchange DATABASE_URL for a copy. A direct URL left beside it would
  // still lead to the developer's own database.
  const url = env.DATABASE_DIRECT_URL || env.DATABASE_URL;
  return { ...env, DATABASE_URL: url, DATABASE_DIRECT_URL: "" };
}

async function completeEnvironment(mode) {
  const port = process.env.PORT || DEFAULT_PORT;
  return {
    ...process.env,
    NODE_ENV: mode,
    PORT: port,
    APP_URL: process.env.APP_URL || `http://localhost:${port}`,
    APP_SECRET: process.env.APP_SECRET || developmentSecret(),
    DATABASE_URL: process.env.DATABASE_URL || (await embeddedUrl()),
    NEXT_TELEMETRY_DISABLED: "1",
  };
}

// Kept, so that sessions outlive a restart; random, so that no two checkouts
// share it and nothing signed here is worth anything elsewhere.
function developmentSecret() {
  const file = path.join(PROJECT_ROOT, ".data/app-secret");
  if (!fs.existsSync(file)) createOnce(file, randomBytes(32).toString("base64url"));
  return fs.readFileSync(file, "utf8");
}
