// The code of a sign-in link, typed when its time is over. The cookie that says what
// the page waits for ends at the same moment.
import type { Page } from "@playwright/test";
import { expect, newEmail, test } from "./fixtures";

/** At the page that waits for a sign-in link, ten minutes later. */
async function waitTooLong(page: Page): Promise<void> {
  await page.goto("/login");
  await page.getByLabel("Email").fill(newEmail());
  await page.getByRole("button", { name: "Email me a sign-in link" }).click();
  await page.waitForURL("**/check-email");
  await page.context().clearCookies({ name: "latchkey-pending" });
}

async function typeCode(page: Page): Promise<void> {
  await page.getByLabel("Code").fill("123456");
  await page.getByRole("button", { name: "Continue" }).click();
}

const late = "This browser waits for no mail any more. Ask for a new one.";

test("C03 C8 a code that comes late is called expired, not of another browser", async ({
  page,
}) => {
  await waitTooLong(page);
  // The sixth digit sends it.
  await page.getByLabel("Code").fill("123456");
  await expect(page.getByText("This link or code has expired.")).toBeVisible();
  await expect(page).toHaveURL(/\/check-email$/);
});

test("C8 A5 without script a late code leads to where another is asked for", async ({
  openBrowser,
}) => {
  const page = await openBrowser({ javaScriptEnabled: false });
  await waitTooLong(page);
  await typeCode(page);
  await expect(page).toHaveURL(/\/login\?reason=late$/);
  await expect(page.getByText(late)).toBeVisible();
});

test("C8 asking again too late leads to /login, where it was asked for", async ({
  openBrowser,
}) => {
  const page = await openBrowser({ javaScriptEnabled: false });
  await waitTooLong(page);
  await page.getByRole("button", { name: "Send again" }).click();
  await expect(page).toHaveURL(/\/login\?reason=late$/);
});
