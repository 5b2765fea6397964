// Codes on paper: shown once, stored somewhere, counted, and replaced.
import { readFile } from "node:fs/promises";
import { codeNow } from "../tests/totp";
import { field, letConfirmationEnd, openSettings } from "./account";
import { expect, test } from "./fixtures";
import { heading, press } from "./screens";
import {
  beginSetUp,
  codeField,
  makeGuardedOut,
  openGuarded,
  twoFactorPath as path,
  shownCodes,
} from "./second-factor-pages";
import { beginSignIn, freshCode, giveBackupCode } from "./second-factors";

type Page = Parameters<typeof shownCodes>[0];

/** By setting up an app on this page. */
async function getCodes(page: Page): Promise<string[]> {
  const key = await beginSetUp(page);
  await field(page, "Code").fill(codeNow(key));
  await expect(shownCodes(page)).toHaveCount(10);
  return shownCodes(page).allTextContents();
}

const left = (page: Page, count: number) =>
  page.getByText(`You have ${count} of your backup codes left.`);

test("E7 ten codes are shown, for the one time, with three ways to keep them", async ({
  page,
  person,
}) => {
  await page.addInitScript(() => {
    const printed: string[] = [];
    Object.assign(window, { printed, print: () => printed.push(location.pathname) });
  });
  await openSettings(page, person, path);
  const codes = await getCodes(page);
  expect(new Set(codes).size).toBe(10);
  const file = `Latchkey: backup codes\nEach works once.\n\n${codes.join("\n")}\n`;

  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await press(page, "Copy");
  await expect(page.getByText("Copied.")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(file);

  const downloading = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe("backup-codes.txt");
  expect(await readFile(await download.path(), "utf8")).toBe(file);

  await press(page, "Print");
  expect(await page.evaluate("printed")).toEqual([path]);
  await page.emulateMedia({ media: "print" });
  await expect(shownCodes(page)).toHaveCount(10);
  await expect(shownCodes(page).first()).toBeVisible();
  for (const name of ["Copy", "Print"]) {
    await expect(page.getByRole("button", { name, exact: true })).toBeHidden();
  }
  await page.emulateMedia({ media: null });

  await page.getByRole("link", { name: "I have saved these" }).click();
  await expect(left(page, 10)).toBeVisible();
  await expect(shownCodes(page)).toHaveCount(0);
});

test("E7 a page that is loaded again shows none of them", async ({ page, person }) => {
  await openSettings(page, person, path);
  const [code = ""] = await getCodes(page);
  await expect(page.getByRole("button", { name: "Get new codes" })).toHaveCount(0);
  await page.reload();
  await expect(left(page, 10)).toBeVisible();
  await expect(shownCodes(page)).toHaveCount(0);
  expect(await page.content()).not.toContain(code);
});

test("E7 D09 the count goes down with use, and new codes end the former ones", async ({
  app,
  page,
}) => {
  const guarded = await makeGuardedOut(app);
  const { person, backupCodes } = guarded;
  const [first = "", second = ""] = backupCodes;
  const { client } = await beginSignIn(app, person);
  expect((await giveBackupCode(client, first)).json.status).toBe("signed_in");
  await openGuarded(app, page, guarded);
  await expect(left(page, 9)).toBeVisible();
  await page.getByRole("link", { name: "Get new codes" }).click();
  await expect(page.getByText("the former ones stop working")).toBeVisible();
  expect(
    (await giveBackupCode((await beginSignIn(app, person)).client, second)).status,
  ).toBe(200);
  await press(page, "Make new codes");
  await expect(shownCodes(page)).toHaveCount(10);
  const [fresh = ""] = await shownCodes(page).allTextContents();
  const { client: other } = await beginSignIn(app, person);
  expect((await giveBackupCode(other, backupCodes[2] ?? "")).status).toBe(401);
  expect((await giveBackupCode(other, fresh)).json.status).toBe("signed_in");
  await page.getByRole("link", { name: "I have saved these" }).click();
  await expect(left(page, 9)).toBeVisible();
});

test("E7 F6 whoever has to confirm first comes back to the button that makes them", async ({
  app,
  page,
}) => {
  const guarded = await makeGuardedOut(app);
  await openGuarded(app, page, guarded, `${path}?new=codes`);
  await letConfirmationEnd(app, guarded.person);
  await press(page, "Make new codes");
  await expect(heading(page)).toHaveText("Confirm it is you");
  await codeField(page).fill(await freshCode(app, guarded));
  await expect(page.getByRole("heading", { name: "New backup codes" })).toBeVisible();
  await expect(shownCodes(page)).toHaveCount(0);
  await press(page, "Make new codes");
  await expect(shownCodes(page)).toHaveCount(10);
});

test("E7 whoever has none left is told what that would mean", async ({ app, page }) => {
  const guarded = await makeGuardedOut(app);
  await app.sql("DELETE FROM backup_code WHERE user_id = $1", [guarded.user.id]);
  await openGuarded(app, page, guarded);
  await expect(page.getByText("You have none left.")).toBeVisible();
});
