// The second factor without a single script: set-up, sign-in, paper, trust, and off.
import { codeNow } from "../tests/totp";
import { field, openSettings } from "./account";
import { expect, type Person, test } from "./fixtures";
import { heading, press, signInHere, summary } from "./screens";
import {
  beginSetUp,
  codeField,
  makeGuardedOut,
  openBetween,
  openGuarded,
  twoFactorPath as path,
  shownCodes,
  shownKey,
} from "./second-factor-pages";
import { freshCode, wrongTotp } from "./second-factors";

test.use({ javaScriptEnabled: false });

type Page = Parameters<typeof shownKey>[0];

async function leave(page: Page): Promise<void> {
  await press(page, "Account menu");
  await press(page, "Sign out");
  await expect(heading(page)).toHaveText("Sign in");
}

async function enter(page: Page, person: Person): Promise<void> {
  await openBetween(page, person, "/login?next=%2Fsettings%2Fdevices");
}

test("A5 E6 E7 an app is set up, and its codes are shown once", async ({
  page,
  person,
}) => {
  await openSettings(page, person, path);
  const key = await beginSetUp(page);
  await expect(page.getByRole("img", { name: /^QR image/ })).toBeVisible();
  for (const name of ["Copy the key", "Copy", "Print"]) {
    await expect(page.getByRole("button", { name, exact: true })).toHaveCount(0);
  }
  await field(page, "Code").fill(wrongTotp(key));
  await press(page, "Turn on");
  await expect(summary(page)).toContainText("Check that your phone sets its clock");
  await expect(page).toHaveTitle("Error: Two-factor authentication - Latchkey");
  expect(await shownKey(page)).toBe(key);
  const code = codeNow(key);
  await field(page, "Code").fill(`${code.slice(0, 3)}-${code.slice(3)}`);
  await press(page, "Turn on");
  await expect(shownCodes(page)).toHaveCount(10);
  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download" }).click();
  expect((await downloading).suggestedFilename()).toBe("backup-codes.txt");
  await page.getByRole("link", { name: "I have saved these" }).click();
  await expect(page.getByText("You have 10 of your backup codes left.")).toBeVisible();
  await expect(shownCodes(page)).toHaveCount(0);
});

test("A5 a set-up is cancelled", async ({ page, person }) => {
  await openSettings(page, person, path);
  await beginSetUp(page);
  await press(page, "Cancel");
  await expect(
    page.getByRole("button", { name: "Set up authenticator app" }),
  ).toBeVisible();
});

test("A5 E8 E10 a code signs in, the browser is trusted for it, and that is taken back", async ({
  app,
  page,
}) => {
  const guarded = await makeGuardedOut(app);
  const { person } = guarded;
  await enter(page, person);
  const trust = page.getByLabel("Trust this browser for 30 days");
  await trust.check();
  await codeField(page).fill(wrongTotp(guarded.secret));
  await press(page, "Continue");
  await expect(summary(page)).toContainText("That code is wrong or was used before.");
  await expect(page).toHaveTitle("Error: Confirm it is you to sign in - Latchkey");
  await expect(trust).toBeChecked();
  const code = await freshCode(app, guarded);
  await codeField(page).fill(`${code.slice(0, 3)} ${code.slice(3)}`);
  await press(page, "Continue");
  await expect(heading(page)).toHaveText("Your devices");
  await leave(page);
  await page.goto("/login?next=%2Fsettings%2Fdevices");
  await signInHere(page, person);
  await expect(heading(page)).toHaveText("Your devices");
  await press(page, "Stop trusting");
  await expect(page.getByRole("button", { name: "Stop trusting" })).toHaveCount(0);
  await expect(page.getByText("That browser is no longer trusted.")).toBeVisible();
  await leave(page);
  await enter(page, person);
});

test("A5 E9 a backup code signs in, and a fifth wrong one leads to the sign-in page", async ({
  app,
  page,
}) => {
  const { person, backupCodes } = await makeGuardedOut(app);
  const paper = page.getByLabel("Backup code");
  const type = async (code = "no such code") => {
    await paper.fill(code);
    await press(page, "Continue");
  };
  await enter(page, person);
  await page.getByRole("link", { name: "Use a backup code" }).click();
  await type();
  await expect(summary(page)).toBeVisible();
  await type(backupCodes[3]);
  await expect(heading(page)).toHaveText("Your devices");
  await leave(page);
  await enter(page, person);
  await page.getByRole("link", { name: "Use a backup code" }).click();
  for (const _ of [1, 2, 3, 4]) {
    await type();
    await expect(summary(page)).toBeVisible();
  }
  await type();
  await expect(page.getByText("That was one wrong code too many.")).toBeVisible();
});

test("A5 F6 new codes are made, and two-factor authentication is turned off by name", async ({
  app,
  page,
}) => {
  const guarded = await makeGuardedOut(app);
  await openGuarded(app, page, guarded);
  await page.getByRole("link", { name: "Get new codes" }).click();
  await press(page, "Make new codes");
  await expect(shownCodes(page)).toHaveCount(10);
  await page.getByRole("link", { name: "I have saved these" }).click();
  await press(page, "Turn off");
  await press(page, "Turn it off");
  await expect(page.getByText("You are about to turn off two-factor")).toBeVisible();
  await codeField(page).fill(await freshCode(app, guarded));
  await press(page, "Turn it off");
  await expect(page.getByText("Two-factor authentication is off.")).toBeVisible();
  await expect(
    page.getByRole("button", { name: "Set up authenticator app" }),
  ).toBeVisible();
});
