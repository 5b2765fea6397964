// "Trust this browser": chosen, listed, and taken back.
import type { Page } from "@playwright/test";
import { expect, type Person, test } from "./fixtures";
import { heading, press, signInHere, summary } from "./screens";
import { codeField, makeGuardedOut, openBetween } from "./second-factor-pages";
import { freshCode, type Guarded, signInWithBoth, wrongTotp } from "./second-factors";
import type { Installation } from "./server";

const devices = "/settings/devices";
const choice = (page: Page) => page.getByLabel("Trust this browser for 30 days");
const section = (page: Page) => page.getByRole("region", { name: "Trusted browsers" });
const rows = (page: Page) => section(page).getByRole("listitem");

/** With both factors, on the list of devices. */
async function enter(
  app: Installation,
  page: Page,
  guarded: Guarded,
  trusts = false,
): Promise<void> {
  await openBetween(page, guarded.person, `/login?next=${encodeURIComponent(devices)}`);
  if (trusts) await choice(page).check();
  await codeField(page).fill(await freshCode(app, guarded));
  await expect(heading(page)).toHaveText("Your devices");
}

async function leave(page: Page): Promise<void> {
  await press(page, "Account menu");
  await page.getByRole("button", { name: "Sign out", exact: true }).last().click();
  await expect(heading(page)).toHaveText("Sign in");
}

async function expectAsked(page: Page, person: Person): Promise<void> {
  await page.goto("/login");
  await signInHere(page, person);
  await expect(heading(page)).toHaveText("Confirm it is you");
}

test("E10 nobody trusts a browser by default, and it is asked again the next time", async ({
  app,
  page,
}) => {
  const guarded = await makeGuardedOut(app);
  await openBetween(page, guarded.person);
  await expect(choice(page)).not.toBeChecked();
  await codeField(page).fill(await freshCode(app, guarded));
  await page.waitForURL("**/dashboard");
  await page.goto(devices);
  await expect(section(page)).toHaveCount(0);
  await leave(page);
  await expectAsked(page, guarded.person);
});

test("E10 a trusted browser signs in without the second factor until its owner takes that back", async ({
  app,
  page,
}) => {
  const guarded = await makeGuardedOut(app);
  await enter(app, page, guarded, true);
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText("This browser");
  await expect(rows(page)).toContainText("Trust ends in 29 days");
  await leave(page);
  await page.goto(`/login?next=${encodeURIComponent(devices)}`);
  await signInHere(page, guarded.person);
  await expect(heading(page)).toHaveText("Your devices");
  await press(page, "Stop trusting");
  await expect(section(page).getByRole("status")).toHaveText(/ is no longer trusted\.$/);
  await expect(rows(page)).toHaveCount(0);
  await expect(heading(page)).toBeFocused();
  await leave(page);
  await expectAsked(page, guarded.person);
});

test("E10 of several, the one that is taken back goes, and focus moves on to the next", async ({
  app,
  page,
}) => {
  const guarded = await makeGuardedOut(app);
  await signInWithBoth(app, guarded, { trustDevice: true });
  await signInWithBoth(app, guarded, { trustDevice: true });
  await app.sql(
    `UPDATE trusted_browser SET browser = 'Firefox 145', os = 'macOS', location = 'Lisbon'
     WHERE id = (SELECT min(id) FROM trusted_browser WHERE user_id = $1)`,
    [guarded.user.id],
  );
  await enter(app, page, guarded, true);
  await expect(rows(page)).toHaveCount(3);
  const firefox = rows(page).filter({ hasText: "Firefox 145 on macOS" });
  await expect(firefox).toContainText("Lisbon");
  const button = firefox.getByRole("button", { name: "Stop trusting" });
  await expect(button).toHaveAccessibleDescription("Firefox 145 on macOS");
  const at = (await rows(page).allTextContents()).findIndex((text) =>
    text.includes("Firefox 145"),
  );
  await button.click();
  await expect(rows(page)).toHaveCount(2);
  await expect(section(page)).toContainText("Firefox 145 on macOS is no longer trusted.");
  await expect(at < 2 ? rows(page).nth(at) : heading(page)).toBeFocused();
});

test("E10 a wrong code does not undo the choice", async ({ app, page }) => {
  const guarded = await makeGuardedOut(app);
  await openBetween(page, guarded.person);
  await choice(page).check();
  await codeField(page).fill(wrongTotp(guarded.secret));
  await expect(summary(page)).toBeFocused();
  await expect(choice(page)).toBeChecked();
  await choice(page).uncheck();
  await codeField(page).fill("12345");
  await press(page, "Continue");
  await expect(codeField(page)).toHaveValue("");
  await expect(choice(page)).not.toBeChecked();
});

test("E10 another browser of the same person is asked all the same", async ({
  app,
  page,
  openBrowser,
}) => {
  const guarded = await makeGuardedOut(app);
  await enter(app, page, guarded, true);
  await expectAsked(await openBrowser(), guarded.person);
});

test("E10 a changed password ends all trust", async ({ app, page }) => {
  const guarded = await makeGuardedOut(app);
  await enter(app, page, guarded, true);
  await page.goto("/settings/security");
  const fresh = { ...guarded.person, password: "quite another long sentence" };
  await page.getByLabel("New password").fill(fresh.password);
  await press(page, "Change password");
  await expect(page.getByText("Your password is changed.")).toBeVisible();
  await page.goto(devices);
  await expect(section(page)).toHaveCount(0);
  await leave(page);
  await expectAsked(page, fresh);
});
