// Confirming with a passkey, before what would hurt: it is offered first, and the
// password stays.
import type { Page } from "@playwright/test";
import { field, letConfirmationEnd, news, press } from "./account";
import type { Authenticator } from "./authenticators";
import { hideVerification, leaveWithPasskey } from "./browser-passkeys";
import { expect, type Person, signInPage, test } from "./fixtures";
import { heading, summary } from "./screens";
import type { Installation } from "./server";

/** Signed in by password, long ago, with a passkey at hand. */
async function openStale(
  app: Installation,
  page: Page,
  person: Person,
): Promise<Authenticator> {
  const authenticator = await leaveWithPasskey(page, person);
  await signInPage(page, person);
  await letConfirmationEnd(app, person);
  await authenticator.setPresence(true);
  await page.goto("/settings/profile");
  return authenticator;
}

async function askForEmail(page: Page, person: Person): Promise<void> {
  await field(page, "New email").fill(`new-${person.email}`);
  await press(page, "Change email");
  await expect(heading(page)).toHaveText("Confirm it is you");
}

async function changes(app: Installation, { email }: Person): Promise<number> {
  const rows = await app.sql(
    "SELECT 1 FROM challenge WHERE purpose = 'email-change' AND email = $1",
    [`new-${email}`],
  );
  return rows.length;
}

test("F6 the passkey comes first, and the interrupted change goes on after it", async ({
  app,
  page,
  person,
}) => {
  await openStale(app, page, person);
  await askForEmail(page, person);
  const buttons = page.getByRole("main").getByRole("button");
  await expect(buttons.first()).toHaveText("Use your passkey");
  await expect(page.getByText("Or use your password.")).toBeVisible();
  expect(await changes(app, person)).toBe(0);
  await press(page, "Use your passkey");
  await expect(heading(page)).toHaveText("Profile");
  await expect(news(page)).toContainText("We sent a mail to the new address.");
  expect(await changes(app, person)).toBe(1);
  const { session } = await (await page.request.get("/api/auth/session")).json();
  expect([session.aal, session.amr]).toEqual([2, expect.arrayContaining(["mfa"])]);
});

test("F6 who cancels is told so quietly, and may use the password", async ({
  app,
  page,
  person,
}) => {
  const authenticator = await openStale(app, page, person);
  await authenticator.setVerified(false);
  await askForEmail(page, person);
  for (const _ of [1, 2]) {
    await press(page, "Use your passkey");
    await expect(page.getByText("No passkey was used.")).toBeVisible();
    await expect(summary(page)).toHaveCount(0);
  }
  await field(page, "Password").fill(person.password);
  await press(page, "Continue");
  await expect(heading(page)).toHaveText("Profile");
  expect(await changes(app, person)).toBe(1);
});

test("E05 F6 a passkey that verified nobody confirms nothing, and the page says what to do", async ({
  app,
  page,
  person,
}) => {
  await hideVerification(await openStale(app, page, person));
  // A browser that asks for less than the server wants.
  await page.route("**/api/auth/step-up/passkey/options", async (route) => {
    const options = await (await route.fetch()).json();
    await route.fulfill({ json: { ...options, userVerification: "discouraged" } });
  });
  await askForEmail(page, person);
  await press(page, "Use your passkey");
  await expect(summary(page)).toContainText(
    "This passkey does not ask for your fingerprint, face or screen lock. Turn that on and add it anew, or use another way.",
  );
  expect(await changes(app, person)).toBe(0);
  await field(page, "Password").fill(person.password);
  await press(page, "Continue");
  await expect(heading(page)).toHaveText("Profile");
});

test("F6 F11 an account is deleted with a passkey, by a button that says so", async ({
  app,
  page,
  person,
}) => {
  await openStale(app, page, person);
  await page.getByLabel(/^Type "delete my account"/).fill("delete my account");
  await press(page, "Delete account");
  await expect(heading(page)).toHaveText("Confirm it is you");
  await expect(page.getByText("This cannot be undone.")).toBeVisible();
  const [user] = await app.sql(`SELECT id FROM "user" WHERE email = $1`, [person.email]);
  expect(user).toBeDefined();
  await page.getByRole("button", { name: "Delete my account" }).first().click();
  await page.waitForURL("**/login**");
  await expect(
    page.getByText("Your account and everything in it is deleted."),
  ).toBeVisible();
  expect(await app.sql(`SELECT 1 FROM "user" WHERE email = $1`, [person.email])).toEqual(
    [],
  );
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("A5 F6 the password alone is offered, and confirms", async ({
    app,
    browser,
    page,
    person,
  }) => {
    const scripted = await browser.newContext({ baseURL: app.url });
    const own = await scripted.newPage();
    await openStale(app, own, person);
    await page.context().addCookies(await scripted.cookies());
    await scripted.close();
    await page.goto("/settings/profile");
    await askForEmail(page, person);
    await expect(page.getByRole("button", { name: "Use your passkey" })).toHaveCount(0);
    await expect(page.getByText("by JavaScript, which is off.")).toBeVisible();
    await field(page, "Password").fill(person.password);
    await press(page, "Continue");
    await expect(heading(page)).toHaveText("Profile");
    expect(await changes(app, person)).toBe(1);
  });
});
