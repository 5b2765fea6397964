// Setting up an authenticator app, as somebody does with a phone in the other hand.
import { codeNow } from "../tests/totp";
import { field, openSettings } from "./account";
import { expect, test } from "./fixtures";
import { scan } from "./qr-code";
import { heading, press, summary } from "./screens";
import {
  beginSetUp,
  makeGuardedOut,
  openGuarded,
  twoFactorPath as path,
  shownCodes,
  shownGroups,
  shownKey,
} from "./second-factor-pages";
import {
  beginSignIn,
  freshCode,
  giveTotp,
  signInWithBoth,
  wrongTotp,
} from "./second-factors";
import type { Installation } from "./server";

const apps = (app: Installation, email: string) =>
  app.sql(`SELECT 1 FROM totp JOIN "user" u ON u.id = user_id WHERE u.email = $1`, [
    email,
  ]);

test("E6 a phone reads the key off the screen, in the dark too, or is told it by link and letters", async ({
  openBrowser,
  person,
}) => {
  const page = await openBrowser({ colorScheme: "dark", deviceScaleFactor: 3 });
  await openSettings(page, person, path);
  const key = await beginSetUp(page);
  const image = page.getByRole("img", { name: /^QR image/ });
  expect(await image.evaluate(({ tagName }) => tagName)).toBe("svg");
  const link = page.getByRole("link", { name: "Open in an app on this device" });
  const address = (await link.getAttribute("href")) ?? "";
  expect(await scan(page, image)).toEqual({ text: address, isQuiet: true });
  const { protocol, host, pathname, searchParams } = new URL(address);
  expect([protocol, host]).toEqual(["otpauth:", "totp"]);
  expect(decodeURIComponent(pathname)).toBe(`/Latchkey:${person.email}`);
  expect(searchParams.get("issuer")).toBe("Latchkey");
  expect(searchParams.get("secret")).toBe(key);
  expect(key).toMatch(/^[A-Z2-7]{32}$/);
  expect(await shownGroups(page)).toBe(key.match(/.{4}/g)?.join(" "));
});

test("E6 the key is copied without its spaces, and a browser that forbids it says so", async ({
  page,
  person,
}) => {
  await openSettings(page, person, path);
  const key = await beginSetUp(page);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await press(page, "Copy the key");
  await expect(page.getByText("Copied.")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key);
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error("forbidden"));
  });
  await press(page, "Copy the key");
  await expect(page.getByText("Select it and copy it yourself.")).toBeVisible();
});

test("E6 D06 nothing is on before the first right code, whatever is loaded again or mistyped", async ({
  app,
  page,
  person,
}) => {
  await openSettings(page, person, path);
  const key = await beginSetUp(page);
  await page.reload();
  expect(await shownKey(page)).toBe(key);
  await field(page, "Code").fill(wrongTotp(key));
  await expect(summary(page)).toBeFocused();
  await expect(summary(page)).toContainText("Check that your phone sets its clock");
  await expect(page).toHaveTitle("Error: Two-factor authentication - Latchkey");
  expect(await shownKey(page)).toBe(key);
  expect(await apps(app, person.email)).toHaveLength(0);
  const code = codeNow(key);
  await field(page, "Code").fill(`${code.slice(0, 3)} ${code.slice(3)}`);
  await expect(page.getByText("Two-factor authentication is on.")).toBeVisible();
  await expect(shownCodes(page)).toHaveCount(10);
  expect(await apps(app, person.email)).toHaveLength(1);
  await beginSignIn(app, person);
});

test("E6 a set-up is cancelled without a trace, and the next one has a key of its own", async ({
  app,
  page,
  person,
}) => {
  await openSettings(page, person, path);
  const key = await beginSetUp(page);
  await field(page, "Code").fill(wrongTotp(key));
  await expect(summary(page)).toBeFocused();
  await press(page, "Cancel");
  await expect(
    page.getByRole("button", { name: "Set up authenticator app" }),
  ).toBeVisible();
  await expect(summary(page)).toHaveCount(0);
  await expect(page).toHaveTitle("Two-factor authentication - Latchkey");
  await page.reload();
  const next = await beginSetUp(page);
  expect(next).not.toBe(key);
  await expect(field(page, "Code")).not.toHaveAttribute("aria-invalid");
  await field(page, "Code").fill(codeNow(key));
  await expect(summary(page)).toBeFocused();
  expect(await apps(app, person.email)).toHaveLength(0);
});

test("E6 what was mistyped in one set-up is not said of the next", async ({
  page,
  person,
}) => {
  await openSettings(page, person, path);
  const key = await beginSetUp(page);
  await field(page, "Code").fill(wrongTotp(key));
  await expect(summary(page)).toBeFocused();
  await press(page, "Cancel");
  expect(await beginSetUp(page)).not.toBe(key);
  await expect(field(page, "Code")).not.toHaveAttribute("aria-invalid");
  await expect(summary(page)).toHaveCount(0);
});

test("E6 D06 a former app works until its successor has shown a code, and not after", async ({
  app,
  page,
}) => {
  const guarded = await makeGuardedOut(app);
  const { person } = guarded;
  await openGuarded(app, page, guarded);
  const key = await beginSetUp(page, "Set up another app");
  await expect(page.getByText("Your present app and codes work until")).toBeVisible();
  const { client: elsewhere } = await signInWithBoth(app, guarded);
  await field(page, "Code").fill(codeNow(key));
  await expect(shownCodes(page)).toHaveCount(10);
  await expect(page.getByText("Your other devices were signed out.")).toBeVisible();
  expect((await elsewhere.get("/api/account/sessions")).status).toBe(401);
  const { client } = await beginSignIn(app, person);
  const former = await giveTotp(client, await freshCode(app, guarded));
  expect([former.status, former.json.code]).toEqual([401, "invalid_code"]);
  await signInWithBoth(app, { ...guarded, secret: key });
  await page.goto(path);
  await expect(heading(page)).toHaveText("Two-factor authentication");
});

test("E6 a set-up is of no use in another session of the same person", async ({
  page,
  person,
  openBrowser,
}) => {
  await openSettings(page, person, path);
  await beginSetUp(page);
  const other = await openBrowser();
  await openSettings(other, person, path);
  await expect(
    other.getByRole("button", { name: "Set up authenticator app" }),
  ).toBeVisible();
  await expect(other.getByRole("img", { name: /^QR image/ })).toHaveCount(0);
});
