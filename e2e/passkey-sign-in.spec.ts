// Signing in with a passkey, by the button and by the list of the email field.
import type { Page } from "@playwright/test";
import { nextEvent } from "./authenticators";
import { hideVerification, leaveWithPasskey, pressAndTouch } from "./browser-passkeys";
import { expect, signIn, test } from "./fixtures";
import { heading, press, signInHere, summary } from "./screens";

const quietNote = "No passkey was used. You can try again or sign in another way.";
const note = (page: Page) =>
  page.getByRole("main").getByRole("status").filter({ hasText: /./ });

/** What the server answers about the session that this browser has. */
async function sessionOf(page: Page) {
  return (await page.request.get("/api/auth/session")).json();
}

test("B2 a passkey that is there signs in without a click", async ({ page, person }) => {
  const authenticator = await leaveWithPasskey(page, person);
  await authenticator.setPresence(true);
  expect(await authenticator.credentials()).toHaveLength(1);
  await page.goto("/login");
  await page.waitForURL("**/dashboard");
  const { user, session } = await sessionOf(page);
  expect([user.email, session.aal]).toEqual([person.email, 2]);
});

test("B5 the button signs in with an empty email", async ({ page, person }) => {
  const authenticator = await leaveWithPasskey(page, person);
  await page.goto("/login");
  await pressAndTouch(page, authenticator);
  await page.waitForURL("**/dashboard");
  await expect(heading(page)).toHaveText(`Welcome, ${person.name}`);
});

test("B5 where the browser knows no passkeys none is offered, and the password works", async ({
  page,
  person,
}) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, "PublicKeyCredential"));
  for (const path of ["/signup", "/login"]) {
    await page.goto(path);
    await expect(page.getByRole("button", { name: /link$/ })).toBeVisible();
    await expect(page.getByRole("button", { name: /passkey/i })).toHaveCount(0);
  }
  await signInHere(page, person);
  await page.waitForURL("**/dashboard");
});

test("B6 a cancelled prompt leaves a quiet note, and the page goes on working", async ({
  page,
  person,
}) => {
  const authenticator = await leaveWithPasskey(page, person);
  await authenticator.setVerified(false);
  await page.goto("/login");
  for (const _ of [1, 2]) {
    await pressAndTouch(page, authenticator);
    await expect(note(page)).toHaveText(quietNote);
    await expect(summary(page)).toHaveCount(0);
    await expect(page).toHaveTitle("Sign in - Latchkey");
  }
  await authenticator.setPresence(false);
  await authenticator.setVerified(true);
  await signInHere(page, person);
  await page.waitForURL("**/dashboard");
});

test("B7 of a removed passkey the person is told, and their password manager", async ({
  app,
  page,
  person,
}) => {
  const authenticator = await leaveWithPasskey(page, person);
  const elsewhere = await signIn(app, person);
  const { items } = (await elsewhere.get("/api/account/passkeys")).json;
  const removed = await elsewhere.delete(`/api/account/passkeys/${items[0].id}`);
  expect(removed.status, removed.text).toBe(200);
  await page.goto("/login");
  const forgotten = nextEvent(authenticator, "credentialDeleted");
  await pressAndTouch(page, authenticator);
  await expect(summary(page)).toContainText(
    "This passkey was removed from your account. Use another way.",
  );
  await forgotten;
  expect(await authenticator.credentials()).toEqual([]);
  await signInHere(page, person);
  await page.waitForURL("**/dashboard");
});

test("E05 a passkey that verified nobody is one factor, and confirms nothing", async ({
  app,
  page,
  person,
}) => {
  const authenticator = await leaveWithPasskey(page, person);
  await hideVerification(authenticator);
  await page.goto("/login");
  await pressAndTouch(page, authenticator);
  await page.waitForURL("**/dashboard");
  const { session } = await sessionOf(page);
  expect([session.aal, session.amr]).toEqual([1, ["swk", "user"]]);
  // The browser is made to ask for less than the server wants.
  await page.route("**/api/auth/step-up/passkey/options", async (route) => {
    const options = await (await route.fetch()).json();
    await route.fulfill({ json: { ...options, userVerification: "discouraged" } });
  });
  await page.goto("/settings/profile");
  await page.getByLabel("New email").fill(`new-${person.email}`);
  await press(page, "Change email");
  await expect(heading(page)).toHaveText("Confirm it is you");
  await press(page, "Use your passkey");
  await expect(summary(page)).toContainText(
    "This passkey does not ask for your fingerprint, face or screen lock.",
  );
  const changes = await app.sql(
    "SELECT 1 FROM challenge WHERE purpose = 'email-change' AND email = $1",
    [`new-${person.email}`],
  );
  expect(changes).toEqual([]);
});

for (const isKept of [true, false]) {
  test(`a passkey's session ${isKept ? "outlives" : "ends with"} the browser, as was ticked`, async ({
    page,
    person,
  }) => {
    const authenticator = await leaveWithPasskey(page, person);
    await page.goto("/login");
    await page.getByLabel("Keep me signed in").setChecked(isKept);
    await pressAndTouch(page, authenticator);
    await page.waitForURL("**/dashboard");
    const cookies = await page.context().cookies();
    const refresh = cookies.find(({ name }) => name === "latchkey-refresh");
    expect((refresh?.expires ?? 0) > 0).toBe(isKept);
  });
}

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("B5 no passkey is offered, and the password works", async ({ page, person }) => {
    for (const path of ["/signup", "/login"]) {
      await page.goto(path);
      await expect(page.getByRole("button", { name: /passkey/i })).toHaveCount(0);
    }
    await signInHere(page, person);
    await page.waitForURL("**/dashboard");
  });
});
