// Between the factors: the code, other ways in its place, and the ends of it.
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";
import { addPasskeyOf } from "./passkey-pages";
import { heading, press, summary } from "./screens";
import {
  alternatives,
  codeField,
  makeGuardedOut,
  openBetween,
} from "./second-factor-pages";
import {
  agePending,
  freshCode,
  type Guarded,
  signInWithBoth,
  wrongTotp,
} from "./second-factors";
import type { Installation } from "./server";

/** What this page sends while it waits for the second factor. */
function countSent(page: Page): { sent: number } {
  const count = { sent: 0 };
  page.on("request", (request) => {
    const isOurs = new URL(request.url()).pathname === "/second-factor";
    if (isOurs && request.method() === "POST") count.sent += 1;
  });
  return count;
}

async function paste(page: Page, text: string): Promise<void> {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate((pasted) => navigator.clipboard.writeText(pasted), text);
  await codeField(page).focus();
  await page.keyboard.press("ControlOrMeta+v");
}

for (const mark of [" ", "-"]) {
  test(`E8 a code that is pasted as "123${mark}456" signs in by itself, and is sent once`, async ({
    app,
    page,
  }) => {
    const guarded = await makeGuardedOut(app);
    await openBetween(page, guarded.person);
    const count = countSent(page);
    const code = await freshCode(app, guarded);
    await paste(page, `${code.slice(0, 3)}${mark}${code.slice(3)}`);
    await page.waitForURL("**/dashboard");
    expect(count.sent).toBe(1);
  });
}

test("E8 six typed digits are sent once, and the same ones again only by the button", async ({
  app,
  page,
}) => {
  const guarded = await makeGuardedOut(app);
  await openBetween(page, guarded.person);
  const count = countSent(page);
  const wrong = wrongTotp(guarded.secret);
  await codeField(page).pressSequentially(wrong.slice(0, 5));
  await codeField(page).press("Backspace");
  await codeField(page).pressSequentially(wrong.slice(4));
  await expect(summary(page)).toBeFocused();
  await expect(summary(page)).toContainText("That code is wrong or was used before.");
  await expect(page).toHaveTitle("Error: Confirm it is you to sign in - Latchkey");
  await expect(codeField(page)).toHaveAttribute("aria-invalid", "true");
  expect(count.sent).toBe(1);
  await codeField(page).fill(wrong);
  await expect(page.getByRole("button", { name: "Continue" })).not.toHaveAttribute(
    "aria-busy",
  );
  expect(count.sent).toBe(1);
  await press(page, "Continue");
  await expect.poll(() => count.sent).toBe(2);
  await expect(summary(page)).toBeFocused();
  await codeField(page).fill(await freshCode(app, guarded));
  await page.waitForURL("**/dashboard");
  expect(count.sent).toBe(3);
});

test("E8 B13 the field is one that phones and managers know, and takes whatever is pasted", async ({
  app,
  page,
}) => {
  const { person } = await makeGuardedOut(app);
  await openBetween(page, person);
  await expect(codeField(page)).toHaveAttribute("name", "code");
  await expect(codeField(page)).toHaveAttribute("inputmode", "numeric");
  await expect(codeField(page)).toHaveAttribute("autocomplete", "one-time-code");
  await expect(codeField(page)).not.toHaveAttribute("maxlength");
  await expect(page.locator("main input:visible:not([type=checkbox])")).toHaveCount(1);
  await paste(page, "pasted text that is no code");
  await expect(codeField(page)).toHaveValue("pasted text that is no code");
  const username = page.locator("form input[name=username]");
  await expect(username).toHaveAttribute("autocomplete", "username");
  await expect(username).toHaveAttribute("readonly");
  await expect(username).toHaveValue(person.email);
  await expect(username).toBeHidden();
});

async function addPasskeyTo(app: Installation, guarded: Guarded): Promise<void> {
  await addPasskeyOf(app, (await signInWithBoth(app, guarded)).client);
}

test("E9 the strongest way is asked for, and the others stand below by strength", async ({
  app,
  page,
}) => {
  const guarded = await makeGuardedOut(app);
  await addPasskeyTo(app, guarded);
  const [backupCode = ""] = guarded.backupCodes;
  await openBetween(page, guarded.person, "/login?next=%2Fsettings%2Fdevices");
  await expect(page.getByRole("button", { name: "Use your passkey" })).toBeVisible();
  const [passkey, totp, code] = [
    "Use a passkey",
    "Use your authenticator app",
    "Use a backup code",
  ];
  const other = "Sign in as somebody else";
  expect(await alternatives(page)).toEqual([totp, code, other]);
  await page.getByRole("link", { name: totp }).click();
  await expect(codeField(page)).toBeVisible();
  expect(await alternatives(page)).toEqual([passkey, code, other]);
  await page.getByRole("link", { name: code }).click();
  const paper = page.getByLabel("Backup code");
  await expect(paper).toHaveAttribute("autocomplete", "off");
  await expect(paper).toHaveAttribute("type", "text");
  await expect(paper).not.toHaveAttribute("inputmode");
  await expect(paper).not.toHaveAttribute("maxlength");
  expect(await alternatives(page)).toEqual([passkey, totp, other]);
  await paper.fill(backupCode.toUpperCase().replaceAll("-", " "));
  await press(page, "Continue");
  await page.waitForURL("**/settings/devices");
});

test("E9 who is somebody else begins again", async ({ app, page }) => {
  const { person } = await makeGuardedOut(app);
  await openBetween(page, person);
  await page.getByRole("link", { name: "Sign in as somebody else" }).click();
  await expect(heading(page)).toHaveText("Sign in");
});

test("D04 B11 the fifth wrong code leads to the sign-in page, which says why and keeps the way back", async ({
  app,
  page,
}) => {
  const guarded = await makeGuardedOut(app);
  await openBetween(page, guarded.person, "/login?next=%2Fsettings%2Fdevices%3Fa%3D1");
  const wrong = wrongTotp(guarded.secret);
  for (const [index, digits] of [wrong, ...Array(3).fill(wrong)].entries()) {
    await codeField(page).fill(digits);
    if (index > 0) await press(page, "Continue");
    await expect(summary(page)).toBeFocused();
    await expect(codeField(page)).toHaveValue("");
  }
  await codeField(page).fill(wrong);
  await press(page, "Continue");
  await expect(heading(page)).toHaveText("Sign in");
  await expect(
    page.getByText("That was one wrong code too many. Sign in again."),
  ).toBeVisible();
  expect(new URL(page.url()).searchParams.get("next")).toBe("/settings/devices?a=1");
  await page.goto("/second-factor");
  await expect(heading(page)).toHaveText("Sign in");
});

test("F03 B11 who takes longer than ten minutes begins again, and still gets where they wanted", async ({
  app,
  page,
}) => {
  const guarded = await makeGuardedOut(app);
  const { person, user } = guarded;
  await openBetween(page, person, "/login?next=%2Fsettings%2Fdevices");
  await agePending(app, user.id);
  await codeField(page).fill(await freshCode(app, guarded));
  await expect(heading(page)).toHaveText("Sign in");
  await expect(page.getByText("not finished in time. Begin again.")).toBeVisible();
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await press(page, "Sign in");
  await codeField(page).fill(await freshCode(app, guarded));
  await page.waitForURL("**/settings/devices");
});

test("F03 a sign-in that another tab has finished is finished in this one, too", async ({
  app,
  page,
}) => {
  const guarded = await makeGuardedOut(app);
  await openBetween(page, guarded.person, "/login?next=%2Fsettings%2Fdevices");
  const [asked, written] = [
    await page.context().newPage(),
    await page.context().newPage(),
  ];
  for (const tab of [asked, written]) await tab.goto(page.url());
  await codeField(page).fill(await freshCode(app, guarded));
  await page.waitForURL("**/settings/devices");
  await asked.reload();
  await expect(heading(asked)).toHaveText("Your devices");
  await codeField(written).fill(wrongTotp(guarded.secret));
  await expect(heading(written)).toHaveText("Your devices");
});

test("F03 the page waits for nobody in a browser without a first factor", async ({
  page,
}) => {
  await page.goto("/second-factor?next=%2Fsettings%2Fdevices");
  await expect(heading(page)).toHaveText("Sign in");
  await expect(page.getByText("not finished in time. Begin again.")).toBeVisible();
  expect(new URL(page.url()).searchParams.get("next")).toBe("/settings/devices");
});
