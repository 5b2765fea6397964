// Before what would hurt an account with a second factor: that factor once more, the
// strongest first, and by name before it is turned off.
import type { Page } from "@playwright/test";
import { adoptSession, field, letConfirmationEnd, news } from "./account";
import { leaveWithPasskey } from "./browser-passkeys";
import { expect, signInPage, test } from "./fixtures";
import { addPasskeyOf } from "./passkey-pages";
import { heading, press, summary } from "./screens";
import {
  codeField,
  makeGuardedOut,
  openBetween,
  openGuarded,
  twoFactorPath as path,
  shownKey,
} from "./second-factor-pages";
import {
  enrolApp,
  freshCode,
  signInTrusted,
  signInWithBoth,
  wrongTotp,
} from "./second-factors";
import type { Installation } from "./server";

const isOn = async (app: Installation, userId: string) =>
  (await app.sql("SELECT 1 FROM totp WHERE user_id = $1", [userId])).length === 1;

async function askToTurnOff(page: Page): Promise<void> {
  await press(page, "Turn off");
  await expect(page.getByRole("dialog")).toContainText(
    "Your other devices are signed out",
  );
  await press(page, "Turn it off");
  await expect(heading(page)).toHaveText("Confirm it is you");
}

test("F6 the code alone confirms, sends itself, and the interrupted change goes on after it", async ({
  app,
  page,
}) => {
  const guarded = await makeGuardedOut(app);
  const { person } = guarded;
  await openGuarded(app, page, guarded, "/settings/profile");
  await letConfirmationEnd(app, person);
  await field(page, "New email").fill(`new-${person.email}`);
  await press(page, "Change email");
  await expect(heading(page)).toHaveText("Confirm it is you");
  await expect(
    page.getByText("Type the code that your authenticator app shows."),
  ).toBeVisible();
  await expect(field(page, "Password")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Email me a code" })).toHaveCount(0);
  await codeField(page).fill(wrongTotp(guarded.secret));
  await expect(summary(page)).toBeFocused();
  await expect(summary(page)).toContainText("That code is wrong or was used before.");
  await codeField(page).fill(await freshCode(app, guarded));
  await expect(heading(page)).toHaveText("Profile");
  await expect(news(page)).toContainText("We sent a mail to the new address.");
  await expect(page.getByText(`new-${person.email}`)).toBeVisible();
});

test("F6 the passkey stands first, the code below it, and either goes on with the set-up that was asked for", async ({
  app,
  page,
  person,
}) => {
  const authenticator = await leaveWithPasskey(page, person, { isSecond: true });
  await openBetween(page, person);
  await authenticator.setPresence(true);
  await press(page, "Use your passkey");
  await page.waitForURL("**/dashboard");
  await page.goto(path);
  await letConfirmationEnd(app, person);
  await press(page, "Set up authenticator app");
  await expect(heading(page)).toHaveText("Confirm it is you");
  const buttons = page.getByRole("main").getByRole("button");
  await expect(buttons.first()).toHaveText("Use your passkey");
  await expect(
    page.getByText("No passkey at hand? Type one of your backup codes."),
  ).toBeVisible();
  await press(page, "Use your passkey");
  await expect(heading(page)).toHaveText("Two-factor authentication");
  expect(await shownKey(page)).toMatch(/^[A-Z2-7]{32}$/);
});

test("F6 G06 a password typed just now confirms nothing in a trusted browser", async ({
  app,
  page,
}) => {
  const guarded = await makeGuardedOut(app);
  const { client } = await signInTrusted(app, guarded);
  await adoptSession(page, client);
  await page.goto(path);
  await press(page, "Set up another app");
  await expect(heading(page)).toHaveText("Confirm it is you");
  await page.getByRole("link", { name: "Use a backup code" }).click();
  await page.getByLabel("Backup code").fill(guarded.backupCodes[0] ?? "");
  await press(page, "Continue");
  await expect(page.getByRole("img", { name: /^QR image/ })).toBeVisible();
});

test("F6 E8 turning it off is asked for by name, and six digits alone do not do it", async ({
  app,
  page,
  openBrowser,
}) => {
  const guarded = await makeGuardedOut(app);
  const { user } = guarded;
  await openGuarded(app, page, guarded);
  await askToTurnOff(page);
  await expect(page.getByText("You are about to turn off two-factor")).toBeVisible();
  const button = page.getByRole("button", { name: "Turn it off", exact: true });
  await codeField(page).fill(await freshCode(app, guarded));
  await expect(button).not.toHaveAttribute("aria-busy");
  expect(await isOn(app, user.id)).toBe(true);
  await expect(heading(page)).toHaveText("Confirm it is you");
  await button.click();
  await expect(heading(page)).toHaveText("Two-factor authentication");
  await expect(news(page)).toContainText(
    "Two-factor authentication is off. You were signed in nowhere else.",
  );
  expect(await isOn(app, user.id)).toBe(false);
  await expect(page.getByRole("button", { name: "Turn off" })).toHaveCount(0);
  await signInPage(await openBrowser(), guarded.person);
});

test("F6 a confirmation for turning it off serves once", async ({ app, page }) => {
  const guarded = await makeGuardedOut(app);
  const { client } = await signInTrusted(app, guarded);
  await adoptSession(page, client);
  await page.goto(path);
  await askToTurnOff(page);
  await codeField(page).fill(await freshCode(app, guarded));
  await press(page, "Turn it off");
  await expect(news(page)).toContainText("Two-factor authentication is off.");
  // On again in the same session, at once.
  const cookies = await page.context().cookies();
  for (const { name, value } of cookies) client.cookies.set(name, value);
  await enrolApp(client);
  await adoptSession(page, client);
  await page.goto(path);
  await askToTurnOff(page);
  expect(await isOn(app, guarded.user.id)).toBe(true);
});

test("F6 whoever turns back keeps it on", async ({ app, page }) => {
  const guarded = await makeGuardedOut(app);
  await openGuarded(app, page, guarded);
  await press(page, "Turn off");
  await press(page, "Cancel");
  await expect(page.getByRole("dialog")).toBeHidden();
  await askToTurnOff(page);
  await page.getByRole("link", { name: "Go back" }).click();
  await expect(heading(page)).toHaveText("Two-factor authentication");
  expect(await isOn(app, guarded.user.id)).toBe(true);
});

test("F6 with a passkey the app alone is removed, by a button that says so", async ({
  app,
  page,
}) => {
  const guarded = await makeGuardedOut(app);
  await addPasskeyOf(app, (await signInWithBoth(app, guarded)).client);
  await openGuarded(app, page, guarded);
  await press(page, "Remove");
  await press(page, "Remove it");
  await expect(
    page.getByText("You are about to remove your authenticator app."),
  ).toBeVisible();
  const buttons = page.getByRole("button", { name: "Remove the app", exact: true });
  await expect(buttons).toHaveCount(2);
  await codeField(page).fill(await freshCode(app, guarded));
  await buttons.last().click();
  await expect(news(page)).toContainText("Your authenticator app is removed.");
  expect(await isOn(app, guarded.user.id)).toBe(false);
  await expect(
    page.getByText("Your passkeys are asked for after a password"),
  ).toBeVisible();
});
