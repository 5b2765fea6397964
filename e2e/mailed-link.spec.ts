// The link in the mail: where its secret may be seen, and what each way it can
// fail says and offers.
import type { Page } from "@playwright/test";
import { expect, password, signIn, signInPage, test } from "./fixtures";
import { codeIn, linkIn, tokenIn } from "./mailbox";
import { heading, passwordField, signUp, summary } from "./screens";
import type { Installation } from "./server";

const next = (page: Page) => page.getByRole("button", { name: "Continue" });

async function expire(app: Installation, email: string): Promise<void> {
  await app.sql("UPDATE challenge SET expires_at = now() WHERE email = $1", [email]);
}

test("C8 the secret leaves the address bar and reaches no server by being opened", async ({
  app,
  page,
}) => {
  const { email } = await signUp(page);
  const mail = await app.mailbox.wait(email);
  const token = tokenIn(mail);
  const sent: string[] = [];
  page.on("request", (request) => {
    sent.push(request.url() + (request.headers().referer ?? ""));
  });
  await page.goto(linkIn(mail));
  await expect(next(page)).toBeVisible();
  expect(page.url()).toBe(`${app.url}/verify-email`);
  expect(sent.filter((line) => line.includes(token))).toEqual([]);
  await page.goBack();
  await expect(page).toHaveURL(`${app.url}/check-email`);
  await page.goForward();
  await expect(page).toHaveURL(`${app.url}/verify-email`);
});

test("C8 opened in another browser, the link asks for the password chosen before", async ({
  app,
  page,
  openBrowser,
}) => {
  const person = await signUp(await openBrowser());
  await page.goto(linkIn(await app.mailbox.wait(person.email)));
  await next(page).click();
  await expect(passwordField(page)).toBeFocused();
  await expect(summary(page)).toHaveCount(0);
  await expect(page).toHaveTitle("Confirm your email - Latchkey");
  await next(page).click();
  await expect(summary(page)).toBeFocused();
  await passwordField(page).fill(person.password);
  await next(page).click();
  await expect(heading(page)).toHaveText(`Welcome, ${person.name}`);
});

test("C8 whoever owns the mailbox may choose another password, and only that one counts", async ({
  app,
  page,
  openBrowser,
}) => {
  const stranger = await signUp(await openBrowser(), { name: "Mallory" });
  await page.goto(linkIn(await app.mailbox.wait(stranger.email)));
  await next(page).click();
  const owner = { ...stranger, password: "the owner's own sentence" };
  await passwordField(page).fill(owner.password);
  await next(page).click();
  await expect(heading(page)).toHaveText(`Welcome, ${owner.email}`);
  await expect(signIn(app, stranger)).rejects.toThrow("not signed in");
  await signInPage(await openBrowser(), owner);
});

test("C8 an expired link says so, and one press mails a new one to the same browser", async ({
  app,
  page,
}) => {
  const { email } = await signUp(page, { name: "Nell" });
  const old = await app.mailbox.wait(email);
  await expire(app, email);
  await page.goto(linkIn(old));
  await next(page).click();
  await expect(summary(page)).toContainText("has expired");
  await expect(next(page)).toHaveCount(0);
  await page.getByRole("button", { name: "Send a new link" }).click();
  await expect(heading(page)).toHaveText("Check your email");
  await page.getByLabel("Code").fill(codeIn(await app.mailbox.wait(email, 2)));
  await expect(heading(page)).toHaveText("Welcome, Nell");
});

test("C8 renewed in another browser, the new link asks for the password again", async ({
  app,
  page,
  openBrowser,
}) => {
  const person = await signUp(await openBrowser());
  const old = await app.mailbox.wait(person.email);
  await expire(app, person.email);
  await page.goto(linkIn(old));
  await next(page).click();
  await page.getByRole("button", { name: "Send a new link" }).click();
  await expect(page.getByText("We sent a new mail. Open the link in it.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Send a new link" })).toHaveCount(0);
  // No handle was given here: the stranger's password must not count by itself.
  await page.goto("/check-email");
  await expect(heading(page)).toHaveText("Sign in");
  await page.goto(linkIn(await app.mailbox.wait(person.email, 2)));
  await next(page).click();
  await expect(passwordField(page)).toBeFocused();
  await passwordField(page).fill(password);
  await next(page).click();
  await expect(heading(page)).toHaveText(`Welcome, ${person.name}`);
});

test("C8 a newer link pasted into the tab of an older one starts anew", async ({
  app,
  page,
}) => {
  const { email } = await signUp(page);
  const old = await app.mailbox.wait(email);
  await expire(app, email);
  await page.goto(linkIn(old));
  await next(page).click();
  await expect(summary(page)).toBeFocused();
  const fresh = await signUp(await page.context().newPage());
  await page.goto(linkIn(await app.mailbox.wait(fresh.email)));
  await expect(summary(page)).toHaveCount(0);
  await next(page).click();
  await page.waitForURL("**/dashboard");
});

test("C8 a replaced link says that a newer mail has come", async ({ app, page }) => {
  const { email } = await signUp(page);
  const old = await app.mailbox.wait(email);
  await app.sql(
    "UPDATE challenge SET created_at = created_at - interval '1 hour' WHERE email = $1",
    [email],
  );
  await page.reload();
  await page.getByRole("button", { name: "Send again" }).click();
  await expect(page.getByText("We sent a new mail.")).toBeVisible();
  await expect(page.getByText(/another mail in 0:/)).toBeVisible();
  await page.goto(linkIn(old));
  await next(page).click();
  await expect(summary(page)).toContainText("A newer mail has replaced this one.");
  await expect(page.getByRole("button", { name: "Send a new link" })).toBeVisible();
  await page.goto(linkIn(await app.mailbox.wait(email, 2)));
  await next(page).click();
  await page.waitForURL("**/dashboard");
});

test("C8 a used link says so and leads to the sign-in", async ({
  app,
  page,
  openBrowser,
}) => {
  const person = await signUp(page);
  const link = linkIn(await app.mailbox.wait(person.email));
  await page.goto(link);
  await next(page).click();
  await page.waitForURL("**/dashboard");
  const other = await openBrowser();
  await other.goto(link);
  await next(other).click();
  await expect(summary(other)).toContainText("This link has been used.");
  await expect(other.getByRole("button", { name: "Send a new link" })).toHaveCount(0);
  await other.getByRole("main").getByRole("link", { name: "Sign in" }).click();
  await expect(heading(other)).toHaveText("Sign in");
});

test("C8 a damaged link is called wrong and leaves ways on", async ({ app, page }) => {
  const { email } = await signUp(page);
  const link = linkIn(await app.mailbox.wait(email));
  await page.goto(link.slice(0, -4));
  await next(page).click();
  await expect(summary(page)).toContainText("That code or link is wrong.");
  await expect(page.getByRole("link", { name: "Sign up again" })).toBeVisible();
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("C8 the link's page leads to the code", async ({ app, page }) => {
    const { email } = await signUp(page);
    const mail = await app.mailbox.wait(email);
    await page.goto(linkIn(mail));
    await page.getByRole("link", { name: "Type the code" }).click();
    await page.getByLabel("Code").fill(codeIn(mail));
    await page.getByRole("button", { name: "Continue" }).click();
    await page.waitForURL("**/dashboard");
  });
});
