// A change of address by its mails: confirmed at the new one, taken back at the
// old one, from whatever browser.
import type { Page } from "@playwright/test";
import { press } from "./account";
import { askEmailChange, expireLinks } from "./account-links";
import type { ApiClient } from "./api-client";
import { expect, makePerson, makeSignedOut, newEmail, signIn, test } from "./fixtures";
import { heading, signInHere, summary } from "./screens";
import type { Installation } from "./server";

const main = (page: Page) => page.getByRole("main");

async function ask(app: Installation, to = newEmail()) {
  const person = await makeSignedOut(app);
  const client = await signIn(app, person);
  const links = await askEmailChange(app, client, { from: person.email, to });
  return { person, client, to, ...links };
}

/** The browser whose cookies these are. */
async function takeOver(page: Page, { appUrl, cookies }: ApiClient): Promise<void> {
  const pairs = [...cookies].map(([name, value]) => ({ name, value, url: appUrl }));
  await page.context().addCookies(pairs);
}

async function confirm(page: Page, link: string, to: string): Promise<void> {
  await page.goto(link);
  await expect(main(page)).toContainText(to);
  await press(page, "Continue");
  await expect(main(page)).toContainText(`Your email is now ${to}.`);
}

test("F10 confirmed in the browser that asked, its session goes on and all others end", async ({
  app,
  page,
}) => {
  const { person, client, to, confirm: link } = await ask(app);
  const other = await signIn(app, person);
  await takeOver(page, client);
  await confirm(page, link, to);
  await expect(main(page)).toContainText("1 other device was signed out.");
  expect((await other.get("/api/account/sessions")).status).toBe(401);
  await page.getByRole("link", { name: "Go to your account" }).click();
  await expect(heading(page)).toContainText("Welcome");
  expect((await client.get("/api/account/sessions")).status).toBe(401);
});

test("F10 confirmed in another browser, nobody is signed in there, and the new address signs in", async ({
  app,
  page,
}) => {
  const { person, client, to, confirm: link } = await ask(app);
  await confirm(page, link, to);
  await expect(main(page)).toContainText("1 device was signed out.");
  expect((await client.get("/api/account/sessions")).status).toBe(401);
  await page.getByRole("link", { name: "Sign in" }).click();
  await signInHere(page, person);
  await expect(summary(page)).toContainText("do not match");
  await signInHere(page, { ...person, email: to });
  await expect(heading(page)).toContainText("Welcome");
});

test("F10 a browser of somebody else stays that person's", async ({ app, page }) => {
  const { to, confirm: link } = await ask(app);
  const somebody = await makePerson(app, { name: "Somebody Else" });
  await takeOver(page, somebody.client);
  await confirm(page, link, to);
  await expect(page.getByRole("link", { name: "Sign in" })).toBeVisible();
  await page.goto("/dashboard");
  await expect(heading(page)).toHaveText("Welcome, Somebody Else");
});

test("F10 while it waits the old mailbox cancels it, and the other link is over", async ({
  app,
  page,
  openBrowser,
}) => {
  const { person, client, to, ...links } = await ask(app);
  await page.goto(links.cancel);
  await expect(main(page)).toContainText(person.email);
  await expect(main(page)).toContainText(to);
  await expect(main(page)).toContainText("Nothing has changed yet.");
  await press(page, "Keep this address");
  await expect(main(page)).toContainText("The change is cancelled.");
  expect((await client.get("/api/account/sessions")).status).toBe(200);
  const other = await openBrowser();
  await other.goto(links.confirm);
  await expect(summary(other)).toContainText("This change was cancelled");
  await expect(other.getByRole("button", { name: "Continue" })).toHaveCount(0);
  await expect(main(other)).not.toContainText(to);
  await signIn(app, person);
});

test("F10 after it has happened the old mailbox puts it back and everybody is out", async ({
  app,
  page,
  openBrowser,
}) => {
  const { person, to, ...links } = await ask(app);
  await confirm(await openBrowser(), links.confirm, to);
  const intruder = await signIn(app, { ...person, email: to });
  await page.goto(links.cancel);
  await expect(main(page)).toContainText("signs every device out");
  await press(page, "Keep this address");
  await expect(main(page)).toContainText(`Your email is ${person.email} again.`);
  expect((await intruder.get("/api/account/sessions")).status).toBe(401);
  await page.getByRole("link", { name: "Choose a new password" }).click();
  await expect(heading(page)).toHaveText("Reset your password");
});

test("C8 links of a change say why they no longer work, and lead on", async ({
  app,
  page,
}) => {
  const used = await ask(app);
  await confirm(page, used.confirm, used.to);
  await page.goto("about:blank");
  await page.goto(used.confirm);
  await expect(summary(page)).toContainText("This link has been used.");
  await expect(page.getByRole("link", { name: "Go to your profile" })).toBeVisible();
  const expired = await ask(app);
  await expireLinks(app, expired.to);
  await page.goto(expired.confirm);
  await expect(summary(page)).toContainText("has expired. Ask for the change again.");
  await page.goto(expired.cancel);
  await expect(summary(page)).toContainText("This change is not waiting any more");
  await expect(page.getByRole("button", { name: "Keep this address" })).toHaveCount(0);
  await expireLinks(app, expired.person.email);
  await page.goto("about:blank");
  await page.goto(expired.cancel);
  await expect(summary(page)).toContainText("This link has expired.");
});

test("C8 a first link that comes too late for a third address says which mail helps", async ({
  app,
  page,
}) => {
  const first = await ask(app);
  await confirm(page, first.confirm, first.to);
  const moved = await signIn(app, { ...first.person, email: first.to });
  const third = newEmail();
  const second = await askEmailChange(app, moved, { from: first.to, to: third });
  await confirm(page, second.confirm, third);
  await page.goto(first.cancel);
  await expect(summary(page)).toContainText("This wasn't me");
});

test("C8 an address that was given away meanwhile is told, and nothing changes", async ({
  app,
  page,
}) => {
  const { person, to, ...links } = await ask(app);
  await page.goto(links.confirm);
  await expect(main(page)).toContainText(to);
  const { user } = await makePerson(app);
  await app.sql(`UPDATE "user" SET email = $1 WHERE id = $2`, [to, user.id]);
  await press(page, "Continue");
  await expect(summary(page)).toContainText("belongs to another account");
  await expect(page.getByRole("button", { name: "Continue" })).toHaveCount(0);
  await signIn(app, person);
});

test("A5 without JavaScript both pages say what else to do", async ({ openBrowser }) => {
  const page = await openBrowser({ javaScriptEnabled: false });
  for (const path of ["/email/confirm", "/email/cancel"]) {
    await page.goto(path);
    await expect(main(page)).toContainText("in a browser with JavaScript");
    await main(page).getByRole("link").click();
    await expect(page).toHaveURL(/\/login\?next=%2Fsettings%2Fprofile/);
  }
});
