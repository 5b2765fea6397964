// Light, dark, motion, and times in the reader's own words.
import type { Page } from "@playwright/test";
import { expect, makeSignedOut, signInPage, test } from "./fixtures";
import { addDevices, heading } from "./screens";

const light = "rgb(247, 248, 248)";
const dark = "rgb(13, 16, 17)";

function canvas(page: Page): Promise<string> {
  return page.evaluate(() => getComputedStyle(document.body).backgroundColor);
}

test("A12 without a choice the page follows the system, at once when it changes", async ({
  page,
}) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto("/login");
  expect(await canvas(page)).toBe(dark);
  await page.emulateMedia({ colorScheme: "light" });
  expect(await canvas(page)).toBe(light);
});

test("A12 the choice is kept from page to page and through the sign-in, until taken back", async ({
  page,
  person,
}) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/login");
  await page.getByRole("button", { name: "Dark theme" }).click();
  await expect(page.getByRole("button", { name: "Dark theme" })).toHaveAttribute(
    "aria-pressed",
    "true",
  );
  expect(await canvas(page)).toBe(dark);
  await signInPage(page, person);
  expect(await canvas(page)).toBe(dark);
  await page.reload();
  expect(await canvas(page)).toBe(dark);
  await page.getByRole("button", { name: "System theme" }).click();
  await expect(page.getByRole("button", { name: "System theme" })).toHaveAttribute(
    "aria-pressed",
    "true",
  );
  expect(await canvas(page)).toBe(light);
});

test("A12 changing the theme keeps what was typed", async ({ page }) => {
  await page.goto("/login");
  await page.getByLabel("Email").fill("half@typed");
  await page.getByRole("button", { name: "Dark theme" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await expect(page.getByLabel("Email")).toHaveValue("half@typed");
});

test("A12 the first thing painted is dark already: no script decides it", async ({
  page,
  app,
}) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.context().addCookies([{ name: "theme", value: "dark", url: app.url }]);
  // Scripts never come, so what is seen is what the server and the sheet say.
  await page.route("**/_next/static/**/*.js", (route) => route.abort());
  await page.goto("/login", { waitUntil: "commit" });
  await page.waitForFunction(() => performance.getEntriesByName("first-paint").length);
  expect(await canvas(page)).toBe(dark);
  expect(await page.evaluate(() => document.styleSheets.length)).toBeGreaterThan(0);
  const isBlocking = await page.evaluate(() =>
    [...document.querySelectorAll("head link[rel=stylesheet]")].every(
      (link) => link.getAttribute("media") === null,
    ),
  );
  expect(isBlocking).toBe(true);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("A12 the theme is chosen and kept", async ({ page }) => {
    await page.goto("/signup");
    await page.getByRole("button", { name: "Dark theme" }).click();
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
    await expect(heading(page)).toHaveText("Create your account");
    await page.goto("/login");
    await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  });

  test("A13 times are told in UTC, with the moment for machines", async ({
    app,
    page,
  }) => {
    const person = await makeSignedOut(app);
    await signInPage(page, person);
    await page.goto("/settings/devices");
    const time = page.getByRole("main").locator("time").first();
    await expect(time).toHaveText(/^\d{1,2} [A-Z][a-z]{2} \d{4}, \d\d:\d\d UTC$/);
    await expect(time).toHaveAttribute("datetime", /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });
});

test("A12 who asked for less motion sees none", async ({ page }) => {
  await page.goto("/login");
  const button = page.getByRole("button", { name: "Sign in", exact: true });
  const duration = () =>
    button.evaluate((element) =>
      Number.parseFloat(getComputedStyle(element).transitionDuration),
    );
  expect(await duration()).toBeGreaterThan(0.05);
  await page.emulateMedia({ reducedMotion: "reduce" });
  expect(await duration()).toBeLessThan(0.001);
});

test("A13 times are told in the reader's language and zone, and no script complains", async ({
  app,
  openBrowser,
}) => {
  const person = await makeSignedOut(app);
  await addDevices(app, person, 1);
  await app.sql(
    `UPDATE session SET created_at = '2026-01-31T23:30:00Z', last_seen_at = now() - interval '3 days'
     FROM "user" u WHERE u.id = user_id AND u.email = $1`,
    [person.email],
  );
  const page = await openBrowser({ locale: "de-DE", timezoneId: "Asia/Tokyo" });
  await signInPage(page, person);
  await page.goto("/settings/devices");
  const phone = page.getByRole("listitem").filter({ hasText: "Safari" });
  const [seen, first] = [phone.locator("time").nth(0), phone.locator("time").nth(1)];
  await expect(seen).toHaveText("vor 3 Tagen");
  await expect(first).toHaveAttribute("datetime", "2026-01-31T23:30:00.000Z");
  await expect(first).toHaveAttribute("title", /1\. Februar 2026.*08:30:00/);
});

test("A13 the dashboard tells when the session ends, ahead of now", async ({
  page,
  person,
}) => {
  await signInPage(page, person);
  await expect(page.getByText(/^in (29|30) days$/)).toBeVisible();
});
