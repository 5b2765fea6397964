// Signing in with a mailed link or its code: what people do, and what each way it
// can fail says and offers.
import type { Page } from "@playwright/test";
import { expireLinks } from "./account-links";
import { expect, newEmail, test } from "./fixtures";
import { codeIn, linkIn, tokenIn } from "./mailbox";
import { heading, passwordField, press, summary } from "./screens";
import {
  askForLink,
  letHeadStartEnd,
  linkMail,
  mailedLink,
  newAccountMail,
  sessionOf,
} from "./sign-in-links";

const next = (page: Page) => page.getByRole("button", { name: "Continue" });

test("C6 the link signs in once its button is pressed, and not before", async ({
  app,
  page,
  person,
}) => {
  await page.goto(linkIn(await mailedLink(app, page, person.email)));
  await expect(heading(page)).toHaveText("Sign in to Latchkey");
  await expect(page).toHaveTitle("Sign in to Latchkey - Latchkey");
  await expect(
    page.getByText(`Press the button to sign in as ${person.email}.`),
  ).toBeVisible();
  expect(await sessionOf(page)).toBeNull();
  await press(page, "Continue");
  await page.waitForURL("**/dashboard");
  await expect(heading(page)).toHaveText(`Welcome, ${person.name}`);
  const { session } = await sessionOf(page);
  expect([session.aal, session.amr]).toEqual([1, ["email"]]);
});

test("C5 the code signs in where the link was asked for, from either page", async ({
  app,
  openBrowser,
  person,
}) => {
  for (const [at, path] of ["/login", "/signup"].entries()) {
    const page = await openBrowser();
    await askForLink(page, person.email, path);
    await expect(heading(page)).toHaveText("Check your email");
    await expect(page.getByRole("main")).toContainText(person.email);
    const mail = await linkMail(app, person.email, at + 1);
    await page.getByLabel("Code").fill(codeIn(mail));
    await page.waitForURL("**/dashboard");
  }
});

test("C5 another mail can be sent for, and another address be given", async ({
  app,
  page,
  person,
}) => {
  const first = await mailedLink(app, page, person.email);
  const again = page.getByRole("button", { name: "Send again" });
  await expect(page.getByText(/another mail in 0:/)).toBeVisible();
  await letHeadStartEnd(app, person.email);
  await page.reload();
  await again.click();
  await expect(page.getByText("We sent a new mail.")).toBeVisible();
  const second = await linkMail(app, person.email, 2);
  await page.getByLabel("Code").fill(codeIn(first));
  await expect(summary(page)).toBeFocused();
  await page.getByLabel("Code").fill(codeIn(second));
  await page.waitForURL("**/dashboard");
  await page.context().clearCookies();
  await askForLink(page, newEmail());
  await page.getByRole("link", { name: "Use another address" }).click();
  await expect(heading(page)).toHaveText("Sign in");
  await expect(
    page.getByRole("button", { name: "Email me a sign-in link" }),
  ).toBeVisible();
});

test("C4 an unknown address gets the same screen, and a mail that offers an account", async ({
  app,
  openBrowser,
  person,
}) => {
  const email = newEmail();
  const screens: string[] = [];
  for (const address of [person.email, email]) {
    const page = await openBrowser();
    await askForLink(page, address);
    await expect(page.getByText(/another mail in 0:/)).toBeVisible();
    const text = (await page.getByRole("main").innerText()).replaceAll(address, "…");
    screens.push(text.replace(/0:\d\d/g, "0:…"));
  }
  expect(screens[1]).toBe(screens[0]);
  const mail = await app.mailbox.waitFor(email, newAccountMail);
  expect(mail.text).toContain("There is no account with it yet.");
  expect(app.mailbox.to(email)).toHaveLength(1);
});

test("the link of the mail that offers an account makes one, without a password", async ({
  app,
  page,
}) => {
  const email = newEmail();
  await askForLink(page, email, "/signup");
  await page.goto(linkIn(await app.mailbox.waitFor(email, newAccountMail)));
  await expect(
    page.getByText(
      `There is no account for ${email} yet. Press the button to create it.`,
    ),
  ).toBeVisible();
  expect(await app.sql(`SELECT 1 FROM "user" WHERE email = $1`, [email])).toEqual([]);
  await press(page, "Continue");
  await page.waitForURL("**/dashboard");
  await expect(heading(page)).toHaveText(`Welcome, ${email}`);
  const [user] = await app.sql(
    `SELECT name, password_hash AS hash FROM "user" WHERE email = $1`,
    [email],
  );
  expect(user).toEqual({ name: null, hash: null });
  await page.goto("/settings/devices");
  await expect(page.getByRole("main")).toContainText("Sign-in link");
});

test("the code of the mail that offers an account makes one too", async ({
  app,
  page,
}) => {
  const email = newEmail();
  await askForLink(page, email);
  const mail = await app.mailbox.waitFor(email, newAccountMail);
  await page.getByLabel("Code").fill(codeIn(mail));
  await page.waitForURL("**/dashboard");
  expect((await sessionOf(page)).user.email).toBe(email);
});

test("C8 a link that has expired says so, and one press mails a new one", async ({
  app,
  page,
  person,
}) => {
  const mail = await mailedLink(app, page, person.email);
  await expireLinks(app, person.email);
  await page.goto(linkIn(mail));
  await expect(summary(page)).toContainText("This link or code has expired.");
  await expect(next(page)).toHaveCount(0);
  await press(page, "Send a new link");
  await expect(heading(page)).toHaveText("Check your email");
  await page.goto(linkIn(await linkMail(app, person.email, 2)));
  await press(page, "Continue");
  await page.waitForURL("**/dashboard");
});

test("C8 a code that has expired says so, and leads to where another is asked for", async ({
  app,
  page,
  person,
}) => {
  const mail = await mailedLink(app, page, person.email);
  await expireLinks(app, person.email);
  await page.getByLabel("Code").fill(codeIn(mail));
  await expect(heading(page)).toHaveText("Sign in");
  await expect(
    page.getByText("Your last mail no longer counts: it has expired"),
  ).toBeVisible();
});

test("C8 a used link says so, and offers a new one and other ways", async ({
  app,
  page,
  openBrowser,
  person,
}) => {
  const mail = await mailedLink(app, page, person.email);
  await page.getByLabel("Code").fill(codeIn(mail));
  await page.waitForURL("**/dashboard");
  const other = await openBrowser();
  await other.goto(linkIn(mail));
  await expect(summary(other)).toContainText("This link has been used.");
  await press(other, "Send a new link");
  await expect(heading(other)).toHaveText("Check your email");
  await other.getByLabel("Code").fill(codeIn(await linkMail(app, person.email, 2)));
  await other.waitForURL("**/dashboard");
});

test("C8 a replaced and a damaged link say which they are, and leave ways on", async ({
  app,
  page,
  openBrowser,
  person,
}) => {
  const old = await mailedLink(app, page, person.email);
  const fresh = await mailedLink(app, page, person.email);
  await page.goto(linkIn(old));
  await expect(summary(page)).toContainText("A newer mail has replaced this one");
  await expect(page.getByRole("button", { name: "Send a new link" })).toBeVisible();
  await page.goto(linkIn(fresh).slice(0, -4));
  await expect(summary(page)).toContainText("That code or link is wrong.");
  await expect(page.getByRole("button", { name: "Send a new link" })).toHaveCount(0);
  const other = page.getByRole("link", { name: "Sign in another way" });
  await other.click();
  await expect(heading(page)).toHaveText("Sign in");
  await page.goto(linkIn(fresh));
  await press(page, "Continue");
  await page.waitForURL("**/dashboard");
  const stranger = await openBrowser();
  await stranger.goto(`/magic-link#token=${tokenIn(old).split("").reverse().join("")}`);
  await expect(summary(stranger)).toContainText("That code or link is wrong.");
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  for (const path of ["/login", "/signup"]) {
    test(`A5 the code signs in after ${path}, and the link's page leads to it`, async ({
      app,
      page,
      person,
    }) => {
      await askForLink(page, person.email, path);
      const mail = await linkMail(app, person.email);
      await page.goto(linkIn(mail));
      await expect(passwordField(page)).toHaveCount(0);
      await page.getByRole("link", { name: "Type the code" }).click();
      await page.getByLabel("Code").fill(codeIn(mail));
      await press(page, "Continue");
      await page.waitForURL("**/dashboard");
    });
  }
});
