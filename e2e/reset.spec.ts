// A forgotten password, by hand: asked for, chosen, and every way it can fail.
import type { Page } from "@playwright/test";
import { field, press } from "./account";
import { askReset, expireLinks, linkTo, mailWithLink } from "./account-links";
import { ApiClient } from "./api-client";
import {
  expect,
  makePerson,
  makeSignedOut,
  newEmail,
  signInPage,
  test,
} from "./fixtures";
import { codeIn } from "./mailbox";
import { addSecondFactor } from "./passwordless-api";
import { heading, signInHere, summary } from "./screens";

const fresh = "an even longer sentence";
const main = (page: Page) => page.getByRole("main");

async function ask(page: Page, email: string): Promise<void> {
  await page.goto("/forgot-password");
  await field(page, "Email").fill(email);
  await press(page, "Send the mail");
  await expect(page.getByRole("heading", { name: "Check your email" })).toBeFocused();
}

async function choose(page: Page, password: string): Promise<void> {
  await field(page, "New password").fill(password);
  await press(page, "Change password");
}

test("B8 the sign-in leads to the reset, and so does the sentence of a refusal", async ({
  page,
  person,
}) => {
  await page.goto("/login");
  await page.getByRole("link", { name: "Forgot password?" }).click();
  await expect(heading(page)).toHaveText("Reset your password");
  await page.goto("/login");
  await signInHere(page, { ...person, password: "not the right password" });
  await expect(summary(page)).toHaveText(
    "That email and password do not match. Try again, or reset your password.",
  );
  await summary(page).getByRole("link", { name: "reset your password" }).click();
  await expect(heading(page)).toHaveText("Reset your password");
});

test("D1 the page says the same whoever has an account; the mail alone tells", async ({
  app,
  page,
}) => {
  const known = await makeSignedOut(app);
  const banned = await makePerson(app);
  await app.sql(`UPDATE "user" SET banned_at = now() WHERE id = $1`, [banned.user.id]);
  const unknown = newEmail();
  const shown: string[] = [];
  for (const email of [known.email, unknown, banned.person.email]) {
    await ask(page, email);
    expect(page.url()).not.toContain("@");
    const html = await main(page).innerHTML();
    shown.push(html.replaceAll(email, "…").replace(/0:\d\d/, "0:…"));
  }
  expect(shown[1]).toBe(shown[0]);
  expect(shown[2]).toBe(shown[0]);
  expect(shown[0]).toContain("If there is an account for");
  await mailWithLink(app.mailbox, known.email, "/reset-password");
  const { subject, text } = await app.mailbox.wait(unknown);
  expect(subject).toBe("There is no account with this address");
  expect(text).not.toContain("#token=");
});

test("D2 B13 the link names its account for password managers, and its secret goes nowhere but into our form", async ({
  app,
  page,
}) => {
  const person = await makeSignedOut(app);
  const link = linkTo(
    await askReset(app, new ApiClient(app.url), person.email),
    "/reset-password",
  );
  const token = new URL(link).hash.replace("#token=", "");
  const sent: string[] = [];
  page.on("request", (request) => {
    sent.push(request.url() + JSON.stringify(request.headers()));
  });
  await page.goto(link);
  await expect(field(page, "New password")).toHaveAttribute(
    "autocomplete",
    "new-password",
  );
  await expect(page.getByText("At least 15 characters.")).toBeVisible();
  await expect(page.locator("form [autocomplete=username]")).toHaveValue(person.email);
  expect(page.url()).toBe(`${app.url}/reset-password`);
  await choose(page, fresh);
  await page.getByRole("link", { name: "Sign in" }).click();
  await expect(heading(page)).toHaveText("Sign in");
  await page.goBack();
  await expect(page).toHaveURL(`${app.url}/reset-password`);
  expect(sent.filter((line) => line.includes(token))).toEqual([]);
});

test("D3 a reset ends every session, says how many, mails it, and signs nobody in", async ({
  app,
  page,
  openBrowser,
}) => {
  const person = await makeSignedOut(app);
  const others = [await openBrowser(), await openBrowser()];
  for (const other of others) await signInPage(other, person);
  const mail = await askReset(app, new ApiClient(app.url), person.email);
  await page.goto(linkTo(mail, "/reset-password"));
  await choose(page, fresh);
  await expect(main(page)).toContainText("Your password is changed.");
  await expect(main(page)).toContainText("2 devices were signed out.");
  for (const other of others) {
    await other.goto("/settings/devices");
    await expect(other).toHaveURL(/\/login\?.*reason=security/);
  }
  await page.goto("/dashboard");
  await signInHere(page, person);
  await expect(summary(page)).toContainText("do not match");
  await signInHere(page, { ...person, password: fresh });
  await expect(heading(page)).toContainText("Welcome");
  const subjects = () => app.mailbox.to(person.email).map(({ subject }) => subject);
  await expect.poll(subjects).toContain("Your account has a new password");
});

test("D3 after a reset the second factor is still asked for", async ({ app, page }) => {
  const person = await makeSignedOut(app);
  await addSecondFactor(app, person);
  const client = new ApiClient(app.url);
  await page.goto(linkTo(await askReset(app, client, person.email), "/reset-password"));
  await choose(page, fresh);
  await expect(main(page)).toContainText("Your password is changed.");
  const answer = await client.post("/api/auth/login", { ...person, password: fresh });
  expect(answer.json.status).toBe("second_factor_required");
});

test("A6 A7 a password that is too short is told, and the link goes on working", async ({
  app,
  page,
}) => {
  const person = await makeSignedOut(app);
  const mail = await askReset(app, new ApiClient(app.url), person.email);
  await page.goto(linkTo(mail, "/reset-password"));
  await choose(page, "short");
  await expect(summary(page)).toBeFocused();
  await expect(page).toHaveTitle("Error: Choose a new password - Latchkey");
  await summary(page)
    .getByRole("link", { name: /Use at least 15/ })
    .click();
  await expect(field(page, "New password")).toBeFocused();
  await expect(field(page, "New password")).toHaveValue("");
  await choose(page, fresh);
  await expect(page.getByText("Your password is changed.")).toBeVisible();
});

test("C5 the code does the same in the browser that asked, and another mail can be asked for", async ({
  app,
  page,
}) => {
  const person = await makeSignedOut(app);
  await page.clock.install();
  await ask(page, person.email);
  await expect(page.getByText(/another mail in 0:/)).toBeVisible();
  await page.clock.runFor(31_000);
  await press(page, "Send again");
  await expect(page.getByText("Another mail is on its way.")).toBeVisible();
  await expect(main(page)).toContainText(person.email);
  const second = await mailWithLink(app.mailbox, person.email, "/reset-password", 2);
  await field(page, "Code").fill(codeIn(second));
  await choose(page, fresh);
  await expect(page.getByText("Your password is changed.")).toBeVisible();
});

test.describe("a link that no longer works", () => {
  test("C8 says that it has expired before anything is typed, and leads to a new one", async ({
    app,
    page,
  }) => {
    const person = await makeSignedOut(app);
    const mail = await askReset(app, new ApiClient(app.url), person.email);
    await expireLinks(app, person.email);
    await page.goto(linkTo(mail, "/reset-password"));
    await expect(summary(page)).toContainText("has expired");
    await expect(field(page, "New password")).toHaveCount(0);
    await expect(main(page)).not.toContainText(person.email);
    await page.getByRole("link", { name: "Send a new link" }).click();
    await expect(heading(page)).toHaveText("Reset your password");
  });

  test("C8 says that it was used", async ({ app, page, openBrowser }) => {
    const person = await makeSignedOut(app);
    const mail = await askReset(app, new ApiClient(app.url), person.email);
    await page.goto(linkTo(mail, "/reset-password"));
    await choose(page, fresh);
    await expect(page.getByText("Your password is changed.")).toBeVisible();
    const other = await openBrowser();
    await other.goto(linkTo(mail, "/reset-password"));
    await expect(summary(other)).toContainText("This link has been used");
  });

  test("C8 says that the account was changed after it", async ({ app, page }) => {
    const person = await makeSignedOut(app);
    const client = new ApiClient(app.url);
    const first = await askReset(app, client, person.email);
    const second = await askReset(app, client, person.email, 2);
    await page.goto(linkTo(second, "/reset-password"));
    await choose(page, fresh);
    await expect(page.getByText("Your password is changed.")).toBeVisible();
    await page.goto(linkTo(first, "/reset-password"));
    await expect(summary(page)).toContainText("Your account was changed after this mail");
  });

  test("C8 is called wrong when it is damaged", async ({ app, page }) => {
    const person = await makeSignedOut(app);
    const mail = await askReset(app, new ApiClient(app.url), person.email);
    await page.goto(linkTo(mail, "/reset-password").slice(0, -4));
    await expect(summary(page)).toContainText("That code or link is wrong.");
    await expect(main(page)).not.toContainText(person.email);
    await expect(page.getByRole("link", { name: "Send a new link" })).toBeVisible();
  });
});
