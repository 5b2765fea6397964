// What a first visit costs. Bytes are the gate: they are the same on every
// machine, as a score or a time is not. Each test prints what it has found.
import { gzipSync } from "node:zlib";
import type { BrowserContext, Page } from "@playwright/test";
import { codeNow } from "../tests/totp";
import { adoptSession } from "./account";
import type { ApiClient } from "./api-client";
import { leaveWithPasskey, pressAndTouch } from "./browser-passkeys";
import { trustBrowsers } from "./every-screen";
import { expect, makePerson, test } from "./fixtures";
import { addPasskeyOf } from "./passkey-pages";
import { addDevices, signUp } from "./screens";
import { beginSignIn, makeGuarded } from "./second-factors";

const kB = 1000;
const signedOut = { script: 142 * kB, style: 15 * kB, requests: 15 };
const account = { ...signedOut, script: 165 * kB };

type Weight = { script: number; style: number; requests: number; shift: number };

/**
 * Loads the page anew, with an empty cache, and waits until it is at rest; then what
 * it loads for `use` is counted too.
 */
async function weigh(
  page: Page,
  path: string,
  use?: () => Promise<void>,
): Promise<Weight> {
  let requests = 0;
  const scripts: string[] = [];
  page.on("request", (request) => {
    requests += 1;
    if (request.resourceType() === "script") scripts.push(request.url());
  });
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        shifts.push((entry as PerformanceEntry & { value: number }).value);
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto(path, { waitUntil: "networkidle" });
  const atRest = requests;
  await use?.();
  const found = await page.evaluate(async () => {
    // Two frames on, whatever hydration moved has been painted and reported.
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const styles = document.querySelectorAll("link[rel=stylesheet]");
    return {
      styles: [...styles].map((tag) => tag.getAttribute("href") ?? ""),
      shift: (window as unknown as { shifts: number[] }).shifts.reduce(
        (a, b) => a + b,
        0,
      ),
    };
  });
  const weighAll = async (paths: string[]) => {
    const bodies = await Promise.all(
      [...new Set(paths)].map(async (path) => (await page.request.get(path)).body()),
    );
    return bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
  };
  const weight = {
    script: await weighAll(scripts),
    style: await weighAll(found.styles),
    requests: atRest,
    shift: found.shift,
  };
  const inKB = (bytes: number) => `${(bytes / kB).toFixed(2)} kB`;
  console.log(
    `${path}: script ${inKB(weight.script)}, style ${inKB(weight.style)}, ${requests} requests`,
  );
  return weight;
}

function expectLight(weight: Weight, limit: typeof signedOut): void {
  expect(weight.script).toBeGreaterThan(50 * kB);
  expect(weight.script).toBeLessThanOrEqual(limit.script);
  expect(weight.style).toBeGreaterThan(kB);
  expect(weight.style).toBeLessThanOrEqual(limit.style);
  expect(weight.requests).toBeLessThanOrEqual(limit.requests);
  // As it is reported, to three places: a time that ticks may push what follows
  // it by a pixel.
  expect(weight.shift).toBeCloseTo(0, 3);
}

const lightPages = ["/", "/login", "/signup", "/verify-email", "/forgot-password"];
const linkPages = [
  "/reset-password",
  "/magic-link",
  "/not-me",
  "/email/confirm",
  "/email/cancel",
];

for (const path of [...lightPages, ...linkPages]) {
  test(`a first visit of ${path} is light and does not move`, async ({ page }) => {
    expectLight(await weigh(page, path), signedOut);
  });
}

test("what /login loads for a passkey is light, too", async ({ page, person }) => {
  const authenticator = await leaveWithPasskey(page, person);
  await authenticator.setVerified(false);
  const use = async () => {
    await pressAndTouch(page, authenticator);
    await expect(page.getByText("No passkey was used.")).toBeVisible();
  };
  const { script } = await weigh(page, "/login", use);
  expect(script).toBeGreaterThan(50 * kB);
  expect(script).toBeLessThanOrEqual(signedOut.script);
});

test("a first visit of /check-email is light and does not move", async ({
  page,
  context,
}) => {
  await signUp(page);
  expectLight(await weigh(await context.newPage(), "/check-email"), signedOut);
});

async function adopt(context: BrowserContext, client: ApiClient): Promise<void> {
  const page = await context.newPage();
  await adoptSession(page, client);
  await page.close();
}

/** A page each; what the first has loaded the second need not. Both show `text`. */
async function expectLightAtAnyWidth(context: BrowserContext, path: string, text = "") {
  for (const width of [320, 1280]) {
    const fresh = await context.newPage();
    await fresh.setViewportSize({ width, height: 800 });
    expectLight(await weigh(fresh, path), account);
    await expect(fresh.getByRole("main")).toContainText(text);
  }
}

const accountPages = ["dashboard", "settings/devices", "settings/activity"];
const passkeyPages = ["settings/passkeys", "settings/security", "settings/profile"];

for (const path of [...accountPages, ...passkeyPages].map((page) => `/${page}`)) {
  test(`a first visit of ${path} is light and does not move, at any width`, async ({
    app,
    context,
  }) => {
    const { person, client } = await makePerson(app);
    await addDevices(app, person, 4);
    await trustBrowsers(app, person);
    await adopt(context, client);
    await expectLightAtAnyWidth(context, path);
  });
}

test("a first visit of /settings/two-factor is light and does not move, at any width", async ({
  app,
  context,
}) => {
  const { client } = await makePerson(app);
  await adopt(context, client);
  await expectLightAtAnyWidth(context, "/settings/two-factor");
  const { secret } = (await client.post("/api/account/totp")).json;
  await expectLightAtAnyWidth(context, "/settings/two-factor", "Scan this with the app");
  await client.post("/api/account/totp/confirm", { code: codeNow(secret) });
  await adopt(context, client);
  await expectLightAtAnyWidth(
    context,
    "/settings/two-factor",
    "Not used to sign in yet.",
  );
});

test("a first visit of /second-factor is light and does not move, whatever it asks for", async ({
  app,
  context,
}) => {
  const { person, client } = await makeGuarded(app);
  await addPasskeyOf(app, client);
  await adopt(context, (await beginSignIn(app, person)).client);
  for (const method of ["passkey", "totp", "backup_code"]) {
    const fresh = await context.newPage();
    expectLight(await weigh(fresh, `/second-factor?method=${method}`), signedOut);
    await expect(fresh.locator(`input[name=method][value=${method}]`)).toHaveCount(1);
  }
});
