// The whole walk with the keyboard alone: Tab, Enter, Space, Esc and typing.
import type { Locator, Page } from "@playwright/test";
import { codeNow } from "../tests/totp";
import { openSettings } from "./account";
import { addAuthenticator } from "./authenticators";
import { expect, newEmail, password, test } from "./fixtures";
import { codeIn } from "./mailbox";
import { cards, passkeysPath } from "./passkey-pages";
import { addDevices, heading, passwordField } from "./screens";
import { codeField, shownCodes, shownKey, twoFactorPath } from "./second-factor-pages";
import { freshCode, wrongTotp } from "./second-factors";

/** Tabs on until this has focus, as somebody does who looks for it. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  const isThere = () => target.evaluate((element) => element === document.activeElement);
  for (let turn = 0; turn < 40; turn++) {
    if (await isThere()) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reached ${target}`);
}

test("A4 F5 a newcomer signs up, signs out and in, and ends devices by keyboard alone", async ({
  app,
  page,
}) => {
  const person = { email: newEmail(), password, name: "Kay Board" };
  const button = (name: string | RegExp) => page.getByRole("button", { name });
  await page.goto("/");
  await tabTo(page, page.getByRole("link", { name: "Create account" }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByLabel("Name"));
  await page.keyboard.type(person.name);
  await page.keyboard.press("Tab");
  await page.keyboard.type(person.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(person.password);
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByLabel("Code"));
  await page.keyboard.type(codeIn(await app.mailbox.wait(person.email)));
  await expect(heading(page)).toHaveText("Welcome, Kay Board");

  await tabTo(page, button("Account menu"));
  await page.keyboard.press("Enter");
  await tabTo(page, button("Sign out"));
  await page.keyboard.press("Enter");
  await expect(heading(page)).toHaveText("Sign in");
  await addDevices(app, person, 3);

  await tabTo(page, page.getByLabel("Email"));
  await page.keyboard.type(person.email);
  await tabTo(page, passwordField(page));
  await page.keyboard.type(person.password);
  await tabTo(page, page.getByLabel("Keep me signed in"));
  await page.keyboard.press("Space");
  await expect(page.getByLabel("Keep me signed in")).not.toBeChecked();
  await tabTo(page, page.getByRole("button", { name: "Sign in", exact: true }));
  await page.keyboard.press("Space");
  await expect(heading(page)).toHaveText("Welcome, Kay Board");

  await tabTo(page, page.getByRole("link", { name: "Your devices", exact: true }));
  await page.keyboard.press("Enter");
  const rows = page.getByRole("main").getByRole("listitem");
  await expect(rows).toHaveCount(4);
  await tabTo(page, rows.nth(1).getByRole("button", { name: "Sign out" }));
  await page.keyboard.press("Enter");
  await expect(rows).toHaveCount(3);
  await tabTo(page, button("Sign out all other devices (2)"));
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await expect(button("Sign out all other devices (2)")).toBeFocused();
  await page.keyboard.press("Space");
  await tabTo(page, button("Sign out 2 devices"));
  await page.keyboard.press("Enter");
  await expect(rows).toHaveCount(1);
  await expect(heading(page)).toBeFocused();
});

test("A4 E1 E2 a passkey is added, named and removed by keyboard alone", async ({
  page,
  person,
}) => {
  await addAuthenticator(page);
  await openSettings(page, person, passkeysPath);
  const button = (name: string) => page.getByRole("button", { name, exact: true });
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await tabTo(page, button("Add a passkey"));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Create a passkey" })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(button("Create passkey")).toBeFocused();
  await page.keyboard.press("Space");
  await expect(page.getByText(/^Passkey added: /)).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(button("Rename")).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.type("Mine");
  await page.keyboard.press("Enter");
  await expect(cards(page)).toContainText("Mine");
  await expect(button("Rename")).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await tabTo(page, button("Remove passkey"));
  await page.keyboard.press("Enter");
  await expect(heading(page)).toBeFocused();
  await expect(cards(page)).toHaveCount(0);
});

test("A4 E6 E7 E8 an app is set up, a browser trusted and a code typed by keyboard alone", async ({
  app,
  page,
  person,
}) => {
  const named = (role: "button" | "link", name: string) =>
    page.getByRole(role, { name, exact: true });
  await openSettings(page, person, twoFactorPath);
  await tabTo(page, named("button", "Set up authenticator app"));
  await page.keyboard.press("Enter");
  await tabTo(page, named("button", "Copy the key"));
  await tabTo(page, named("link", "Open in an app on this device"));
  const secret = await shownKey(page);
  await tabTo(page, codeField(page));
  await page.keyboard.type(codeNow(secret));
  await expect(shownCodes(page)).toHaveCount(10);
  await tabTo(page, named("button", "Copy"));
  await tabTo(page, named("link", "Download"));
  await tabTo(page, named("button", "Print"));
  await tabTo(page, named("link", "I have saved these"));
  await page.keyboard.press("Enter");
  await expect(named("link", "Get new codes")).toBeVisible();

  await page.context().clearCookies();
  await page.goto("/login");
  await tabTo(page, page.getByLabel("Email"));
  await page.keyboard.type(person.email);
  await tabTo(page, passwordField(page));
  await page.keyboard.type(person.password);
  await page.keyboard.press("Enter");
  await expect(heading(page)).toHaveText("Confirm it is you");
  const trust = page.getByLabel("Trust this browser for 30 days");
  await tabTo(page, trust);
  await page.keyboard.press("Space");
  await expect(trust).toBeChecked();
  await page.keyboard.press("Tab");
  await expect(codeField(page)).toBeFocused();
  await page.keyboard.type(wrongTotp(secret));
  await expect(page.getByRole("main").getByRole("alert")).toBeFocused();
  await tabTo(page, codeField(page));
  const [user] = await app.sql<{ id: string }>(`SELECT id FROM "user" WHERE email = $1`, [
    person.email,
  ]);
  await page.keyboard.type(await freshCode(app, { user: user ?? { id: "" }, secret }));
  await expect(heading(page)).toHaveText(`Welcome, ${person.name}`);
});
