// "This wasn't me": from the mail to the account that is its owner's again.
import type { Page } from "@playwright/test";
import { field, press } from "./account";
import {
  askEmailChange,
  askReset,
  expireLinks,
  linkTo,
  mailWithLink,
} from "./account-links";
import { ApiClient } from "./api-client";
import {
  expect,
  makeSignedOut,
  newEmail,
  type Person,
  signIn,
  signInPage,
  test,
} from "./fixtures";
import { heading, signInHere, summary } from "./screens";
import type { Installation } from "./server";

const main = (page: Page) => page.getByRole("main");
const button = (page: Page) => page.getByRole("button", { name: "Secure my account" });
const stranger = {
  "user-agent":
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0",
};

/** The link in the `nth` mail about this person's account. */
async function notMeLink(app: Installation, { email }: Person, nth = 1): Promise<string> {
  return linkTo(await mailWithLink(app.mailbox, email, "/not-me", nth), "/not-me");
}

async function secure(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await button(page).click();
  await expect(main(page)).toContainText("Your account is secured.");
}

test("F8 a stranger's sign-in is mailed, and one press puts the stranger out and keeps the owner's older browser", async ({
  app,
  page,
  openBrowser,
}) => {
  const person = await makeSignedOut(app);
  const owner = await openBrowser();
  await signInPage(owner, person);
  const intruder = await signIn(app, person, stranger);
  await intruder.call("PATCH", "/api/account", { body: { name: "Mallory" } });
  await page.goto(await notMeLink(app, person, 2));
  await expect(main(page)).toContainText("Firefox 145");
  await expect(main(page)).toContainText(intruder.address);
  await expect(main(page).locator("time")).toHaveAttribute("datetime", /^20.*Z$/);
  await button(page).click();
  await expect(main(page)).toContainText("Your account is secured.");
  await expect(main(page)).toContainText("1 device was signed out.");
  const deeds = main(page).getByRole("listitem");
  await expect(deeds.first()).toContainText("Signed in");
  await expect(deeds.filter({ hasText: "Profile changed" })).toHaveCount(1);
  await expect(deeds.filter({ hasText: "wasn't you" })).toHaveCount(0);
  expect((await intruder.get("/api/account/sessions")).status).toBe(401);
  await owner.reload();
  await expect(heading(owner)).toContainText("Welcome");
  await expect
    .poll(() => app.mailbox.to(person.email).map(({ subject }) => subject))
    .toContain("Your account was secured");
});

test("F8 nobody gets in by the password until another is chosen", async ({
  app,
  page,
}) => {
  const person = await makeSignedOut(app);
  await signIn(app, person, stranger);
  await secure(page, await notMeLink(app, person));
  await expect(signIn(app, person)).rejects.toThrow("not signed in");
  await page.getByRole("link", { name: "Choose a new password" }).click();
  await field(page, "Email").fill(person.email);
  await press(page, "Send the mail");
  const mail = await mailWithLink(app.mailbox, person.email, "/reset-password");
  await page.goto(linkTo(mail, "/reset-password"));
  await field(page, "New password").fill(person.password);
  await press(page, "Change password");
  await expect(summary(page)).toContainText("Somebody else knew this password.");
  await field(page, "New password").fill("an even longer sentence");
  await press(page, "Change password");
  await expect(main(page)).toContainText("Your password is changed.");
  await page.getByRole("link", { name: "Sign in" }).click();
  await signInHere(page, { ...person, password: "an even longer sentence" });
  await expect(heading(page)).toContainText("Welcome");
});

test("F8 an address that the stranger took away comes back to its mailbox", async ({
  app,
  page,
  openBrowser,
}) => {
  const person = await makeSignedOut(app);
  const intruder = await signIn(app, person, stranger);
  const taken = newEmail();
  const { confirm } = await askEmailChange(app, intruder, {
    from: person.email,
    to: taken,
  });
  const elsewhere = await openBrowser();
  await elsewhere.goto(confirm);
  await press(elsewhere, "Continue");
  await expect(main(elsewhere)).toContainText(`Your email is now ${taken}.`);
  await secure(page, await notMeLink(app, person));
  await expect(main(page)).toContainText(`Your email is ${person.email} again.`);
  const mail = await askReset(app, new ApiClient(app.url), person.email);
  await page.goto(linkTo(mail, "/reset-password"));
  await field(page, "New password").fill("an even longer sentence");
  await press(page, "Change password");
  await expect(main(page)).toContainText("Your password is changed.");
  await signIn(app, { ...person, password: "an even longer sentence" });
});

test("F8 the mail about a reset leads here too, and tells of no device", async ({
  app,
  page,
}) => {
  const person = await makeSignedOut(app);
  const mail = await askReset(app, new ApiClient(app.url), person.email);
  await page.goto(linkTo(mail, "/reset-password"));
  await field(page, "New password").fill("the words of a stranger");
  await press(page, "Change password");
  await expect(main(page)).toContainText("Your password is changed.");
  const intruder = await signIn(app, { ...person, password: "the words of a stranger" });
  await page.goto(await notMeLink(app, person));
  await expect(main(page)).toContainText("a change of your account");
  await expect(main(page)).not.toContainText("Device");
  await button(page).click();
  await expect(main(page)).toContainText("1 device was signed out.");
  expect((await intruder.get("/api/account/sessions")).status).toBe(401);
});

test("F8 opening the link, however often, ends nobody's session", async ({
  app,
  page,
  openBrowser,
}) => {
  const person = await makeSignedOut(app);
  const client = await signIn(app, person);
  const link = await notMeLink(app, person);
  for (const browser of [await openBrowser(), page]) {
    await browser.goto(link);
    await expect(button(browser)).toBeVisible();
  }
  expect((await client.get("/api/account/sessions")).status).toBe(200);
  await button(page).click();
  await expect(main(page)).toContainText("Your account is secured.");
  expect((await client.get("/api/account/sessions")).status).toBe(401);
});

test("C8 a used link says that the account was secured, an expired one what else helps", async ({
  app,
  page,
  openBrowser,
}) => {
  const person = await makeSignedOut(app);
  await signIn(app, person);
  const link = await notMeLink(app, person);
  await secure(page, link);
  const again = await openBrowser();
  await again.goto(link);
  await expect(summary(again)).toContainText("your account was secured with it");
  await expect(again.getByRole("link", { name: "Choose a new password" })).toBeVisible();

  const other = await makeSignedOut(app);
  await signIn(app, other);
  const expired = await notMeLink(app, other);
  await expireLinks(app, other.email);
  await again.goto(expired);
  await expect(summary(again)).toContainText("This link has expired.");
  await expect(button(again)).toHaveCount(0);
  await again.getByRole("link", { name: "Choose a new password" }).click();
  await expect(heading(again)).toHaveText("Reset your password");
});

test("C8 a damaged link is told nothing of the account", async ({ app, page }) => {
  const person = await makeSignedOut(app);
  const intruder = await signIn(app, person, stranger);
  const link = await notMeLink(app, person);
  await page.goto(`${link.slice(0, -4)}AAAA`);
  await expect(summary(page)).toContainText("This link is wrong.");
  await expect(main(page)).not.toContainText("Firefox");
  await expect(main(page)).not.toContainText(intruder.address);
});

test("A5 without JavaScript the page says what else to do", async ({ openBrowser }) => {
  const page = await openBrowser({ javaScriptEnabled: false });
  await page.goto("/not-me#token=x");
  await expect(main(page)).toContainText("in a browser with JavaScript");
  await page.getByRole("link", { name: "Choose a new password" }).click();
  await expect(heading(page)).toHaveText("Reset your password");
});
