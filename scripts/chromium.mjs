// Finds a Chromium for the browser tests, or installs one. Every attempt has a
// limit: where a download is not to be had it may hang instead of failing.
import fs from "node:fs";
import { packageScript, runCaptured } from "./child-process.mjs";
import { step } from "./step.mjs";

const SYSTEM_BROWSERS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
  "/opt/google/chrome/chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const ANSWER_WITHIN_MS = 10_000;
const DOWNLOAD_WITHIN_MS = 180_000;
const APT_WITHIN_MS = 240_000;

const isRoot = process.getuid?.() === 0;

/** Returns the path of a browser, or undefined when it is Playwright's own. */
export async function findChromium() {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen && (await answers(chosen))) return chosen;
  if (chosen) throw new Error(`CHROMIUM_PATH is ${chosen}, which does not run.`);

  const found = await findInstalled();
  if (found) return found.path;
  for (const install of waysToInstall()) {
    await install();
    const installed = await findInstalled();
    if (installed) return installed.path;
  }
  throw new Error(
    "No Chromium could be found or installed. Install one and set CHROMIUM_PATH to it.",
  );
}

async function findInstalled() {
  const { chromium } = await import("@playwright/test");
  if (fs.existsSync(chromium.executablePath())) return { path: undefined };
  for (const path of SYSTEM_BROWSERS) {
    if (await answers(path)) return { path };
  }
  return null;
}

// Ubuntu's /usr/bin/chromium-browser may be a script that only says to use snap.
async function answers(path) {
  try {
    const limit = { timeoutMs: ANSWER_WITHIN_MS };
    return (await runCaptured([path, "--version"], limit)).code === 0;
  } catch {
    // Not there, or not a program.
    return false;
  }
}

// Debian's own package comes from the mirror that is set up on the machine, and
// brings its libraries. Elsewhere (Ubuntu's is a snap) Playwright's is first.
function waysToInstall() {
  if (!isRoot || !fs.existsSync("/usr/bin/apt-get")) return [downloadWithPlaywright];
  return isDebian()
    ? [installWithApt, downloadWithPlaywright]
    : [downloadWithPlaywright, installWithApt];
}

function isDebian() {
  const release = "/etc/os-release";
  return fs.existsSync(release) && /^ID=debian$/m.test(fs.readFileSync(release, "utf8"));
}

async function downloadWithPlaywright() {
  const withLibraries = isRoot && process.platform === "linux" ? ["--with-deps"] : [];
  const args = ["install", ...withLibraries, "chromium"];
  const command = packageScript("@playwright/test/cli.js", ...args);
  await attempt("Downloading Playwright's Chromium", command, DOWNLOAD_WITHIN_MS);
}

async function installWithApt() {
  const script = "apt-get update && apt-get install -y --no-install-recommends chromium";
  await attempt("Installing Debian's Chromium", ["/bin/sh", "-c", script], APT_WITHIN_MS);
}

// A failure is only told: there may be another way.
async function attempt(title, command, timeoutMs) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { code, output } = await step(title, () =>
    runCaptured(command, { env, timeoutMs }),
  );
  if (code === 0) return;
  const reason = code === 124 ? `no end within ${timeoutMs / 1000} s` : output.trim();
  console.error(`${title} failed: ${reason.slice(-800)}`);
}
