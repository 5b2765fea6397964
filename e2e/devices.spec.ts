// The list of devices and both ways of ending them.
import type { Page } from "@playwright/test";
import { expect, makeSignedOut, type Person, signInPage, test } from "./fixtures";
import { addDevices, heading } from "./screens";

const rows = (page: Page) => page.getByRole("main").getByRole("listitem");
const news = (page: Page) => page.getByRole("main").getByRole("status");
const endButton = (page: Page, name: string) =>
  rows(page).filter({ hasText: name }).getByRole("button", { name: "Sign out" });
const endOthers = (page: Page) =>
  page.getByRole("button", { name: "Sign out all other devices" });

async function openDevices(page: Page, person: Person): Promise<void> {
  await signInPage(page, person);
  await page.getByRole("link", { name: "Your devices", exact: true }).click();
  await expect(heading(page)).toHaveText("Your devices");
}

async function expectOut(page: Page): Promise<void> {
  await page.goto("/settings/devices");
  await expect(page).toHaveURL(/\/login\?next=%2Fsettings%2Fdevices&reason=/);
  await expect(news(page)).toContainText("signed out from another device");
}

test("F1 the list begins with this device and tells what each one is", async ({
  app,
  page,
}) => {
  const person = await makeSignedOut(app);
  await addDevices(app, person, 4);
  await app.sql(
    `UPDATE session SET location = 'Lisbon, Portugal', ip = '203.0.113.9',
       created_at = now() - interval '3 days', last_seen_at = now() - interval '2 hours'
     FROM "user" u WHERE u.id = user_id AND u.email = $1 AND browser LIKE 'Safari%'`,
    [person.email],
  );
  await openDevices(page, person);
  await expect(rows(page)).toHaveCount(5);
  await expect(rows(page).first()).toContainText("This device");
  await expect(rows(page).first().getByRole("button")).toHaveCount(0);
  await expect(page.getByText("This device", { exact: true })).toHaveCount(1);
  const phone = rows(page).filter({ hasText: "Safari 26 on iOS 26" });
  await expect(phone).toContainText("Lisbon, Portugal");
  await expect(phone).toContainText("203.0.113.9");
  await expect(phone).toContainText("Password sign-in");
  await expect(phone).toContainText("Last seen 2 hours ago");
  await expect(phone).toContainText("First seen 3 days ago");
  await expect(phone.locator("svg").first()).toBeVisible();
  await expect(endButton(page, "Safari")).toHaveAccessibleDescription(
    "Safari 26 on iOS 26",
  );
});

test("F2 nothing is claimed that browsers only pretend: no frozen system versions", async ({
  app,
  page,
}) => {
  const person = await makeSignedOut(app);
  await addDevices(app, person, 4);
  await openDevices(page, person);
  const list = (await rows(page).allInnerTexts()).join("\n");
  expect(list).toContain("Firefox 145 on macOS");
  expect(list).toContain("Edge 142 on Windows");
  expect(list).toContain("Chrome 142 on Android");
  expect(list).not.toMatch(/Catalina|10\.15|Windows (NT|10)|Android 10/);
});

test("F3 ending one removes its row, moves focus on, says so, and that browser is out", async ({
  app,
  page,
  openBrowser,
}) => {
  const person = await makeSignedOut(app);
  const other = await openBrowser();
  await signInPage(other, person);
  await addDevices(app, person, 2);
  await openDevices(page, person);
  await expect(rows(page)).toHaveCount(4);
  // By last use: the two that came later stand above the other real browser.
  const next = rows(page).nth(2);
  await expect(next).toContainText("Safari 26");
  // The script is there: without it, another sentence says the same.
  await expect(next).toContainText("Last seen now");
  await endButton(page, "Firefox 145").click();
  await expect(rows(page)).toHaveCount(3);
  await expect(news(page)).toHaveText("Signed out Firefox 145 on macOS.");
  await expect(rows(page).nth(1)).toContainText("Safari 26");
  await expect(rows(page).nth(1)).toBeFocused();
  await rows(page).nth(2).getByRole("button", { name: "Sign out" }).click();
  await expect(rows(page)).toHaveCount(2);
  await expect(heading(page)).toBeFocused();
  await expectOut(other);
  await page.reload();
  await expect(rows(page)).toHaveCount(2);
});

test("F3 one that ended meanwhile is simply gone", async ({ app, page }) => {
  const person = await makeSignedOut(app);
  await addDevices(app, person, 1);
  await openDevices(page, person);
  await app.sql(
    `UPDATE session SET ended_at = now(), end_reason = 'signed_out'
     FROM "user" u WHERE u.id = user_id AND u.email = $1 AND browser LIKE 'Safari%'`,
    [person.email],
  );
  await endButton(page, "Safari").click();
  await expect(rows(page)).toHaveCount(1);
  await expect(page.getByRole("main").getByRole("alert")).toHaveCount(0);
});

test("F4 F5 all others end at once, after a question that names how many", async ({
  app,
  page,
  openBrowser,
}) => {
  const person = await makeSignedOut(app);
  const others = [await openBrowser(), await openBrowser()];
  for (const other of others) await signInPage(other, person);
  await openDevices(page, person);
  await expect(endOthers(page)).toHaveText("Sign out all other devices (2)");
  await endOthers(page).click();
  const dialog = page.getByRole("dialog", { name: "Sign out 2 other devices?" });
  await expect(dialog).toContainText("This device stays signed in.");
  await dialog.getByRole("button", { name: "Sign out 2 devices" }).click();
  await expect(dialog).toBeHidden();
  await expect(rows(page)).toHaveCount(1);
  await expect(news(page)).toHaveText("Signed out 2 other devices.");
  await expect(heading(page)).toBeFocused();
  await expect(endOthers(page)).toHaveCount(0);
  for (const other of others) await expectOut(other);
  await page.reload();
  await expect(rows(page).first()).toContainText("This device");
});

test("F4 one other device is not called devices", async ({ app, page }) => {
  const person = await makeSignedOut(app);
  await addDevices(app, person, 1);
  await openDevices(page, person);
  await endOthers(page).click();
  const dialog = page.getByRole("dialog", { name: "Sign out 1 other device?" });
  await expect(dialog).toContainText("It has to sign in again.");
  await dialog.getByRole("button", { name: "Sign out 1 device", exact: true }).click();
  await expect(rows(page)).toHaveCount(1);
});

test("F5 the question holds focus, goes away on Esc, and gives focus back", async ({
  app,
  page,
}) => {
  const person = await makeSignedOut(app);
  await addDevices(app, person, 2);
  await openDevices(page, person);
  const trigger = endOthers(page);
  await expect(trigger).toHaveAttribute("command", "show-modal");
  const dialog = page.getByRole("dialog");
  for (const close of ["Escape", "Cancel"]) {
    await trigger.focus();
    await page.keyboard.press("Enter");
    await expect(dialog).toBeVisible();
    await expect(dialog).toHaveAccessibleDescription(/They have to sign in again/);
    await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
    await page.keyboard.press("Tab");
    await expect(dialog.getByRole("button", { name: "Sign out 2" })).toBeFocused();
    if (close === "Escape") await page.keyboard.press("Escape");
    else await dialog.getByRole("button", { name: "Cancel" }).click();
    await expect(dialog).toBeHidden();
    await expect(trigger).toBeFocused();
  }
  await expect(rows(page)).toHaveCount(3);
});

test("F5 behind the question nothing can be reached", async ({ app, page }) => {
  const person = await makeSignedOut(app);
  await addDevices(app, person, 2);
  await openDevices(page, person);
  await endOthers(page).click();
  const outside = await page.evaluate(() => {
    const actions = document.querySelectorAll<HTMLElement>("a[href], button");
    return [...actions].filter((action) => {
      if (action.closest("dialog")) return false;
      action.focus();
      return document.activeElement === action;
    }).length;
  });
  expect(outside).toBe(0);
});
