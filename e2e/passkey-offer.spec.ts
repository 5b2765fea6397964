// The dashboard's offer of a passkey, and the one that a browser makes by itself.
import { adoptSession, letConfirmationEnd } from "./account";
import { addAuthenticator } from "./authenticators";
import { leaveWithPasskey } from "./browser-passkeys";
import { expect, makePerson, type Person, signInPage, test } from "./fixtures";
import { addPasskeyOf, createHere } from "./passkey-pages";
import { signInWith } from "./passwordless-api";
import { heading, press } from "./screens";
import type { Installation } from "./server";

type Page = Parameters<typeof signInPage>[0];
const offer = (page: Page) => page.getByRole("link", { name: "Create a passkey" });
const saved = (page: Page) =>
  page.getByRole("status").filter({ hasText: "A passkey was saved" });

/** As if "Not now" had been said a month ago. */
function letMonthPass(app: Installation, { email }: Person) {
  const sql = `UPDATE "user" SET passkey_offer_at = passkey_offer_at - interval '30 days'
    WHERE email = $1`;
  return app.sql(sql, [email]);
}

/**
 * Chromium makes passkeys by itself with Google's password manager alone. Here an
 * ordinary creation takes the place of that, so that the answer is a real one.
 */
function letBrowserCreate(page: Page) {
  return page.addInitScript(() => {
    const { create } = CredentialsContainer.prototype;
    CredentialsContainer.prototype.create = function (options) {
      const { mediation, ...rest } = options as { mediation?: string };
      if (mediation !== "conditional") throw new Error("nobody asked for a dialog");
      return create.call(this, rest);
    };
  });
}

/** How often this page begins to make a passkey. */
function countBeginnings(page: Page): () => number {
  let count = 0;
  page.on("request", (request) => {
    if (request.url().endsWith("/api/account/passkeys/options")) count += 1;
  });
  return () => count;
}

test("E5 after a sign-in with a password the browser saves a passkey by itself, once, and says so", async ({
  page,
  person,
}) => {
  const authenticator = await addAuthenticator(page);
  const beginnings = countBeginnings(page);
  await letBrowserCreate(page);
  await signInPage(page, person);
  await expect(saved(page)).toHaveText("A passkey was saved to your password manager.");
  expect(await authenticator.credentials()).toHaveLength(1);
  await expect(offer(page)).toHaveCount(0);
  await page.reload();
  await page.waitForLoadState("networkidle");
  expect(beginnings()).toBe(1);
  await page.goto("/settings/passkeys");
  await expect(page.getByRole("listitem").filter({ hasText: "Synced" })).toHaveCount(1);
});

test("E5 a browser that saves none is silent, and leaves adding one by hand alone", async ({
  page,
  person,
}) => {
  await addAuthenticator(page);
  const beginnings = countBeginnings(page);
  await signInPage(page, person);
  await expect.poll(beginnings).toBe(1);
  await expect(page.getByRole("main").getByRole("status")).toHaveCount(0);
  // Without loading a page anew: what the browser was asked still waits.
  await page.getByRole("link", { name: "Settings", exact: true }).click();
  await page.getByRole("link", { name: "Passkeys", exact: true }).click();
  expect(await createHere(page)).toBe("Passkey");
});

test("E5 what the browser was asked unseen keeps nobody from confirming with a passkey", async ({
  app,
  page,
  person,
}) => {
  const authenticator = await leaveWithPasskey(page, person);
  const beginnings = countBeginnings(page);
  await signInPage(page, person);
  await expect.poll(beginnings).toBe(1);
  await page.waitForLoadState("networkidle");
  await letConfirmationEnd(app, person);
  await page.getByRole("link", { name: "Settings", exact: true }).click();
  await page.getByRole("link", { name: "Passkeys", exact: true }).click();
  await press(page, "Add a passkey");
  await expect(heading(page)).toHaveText("Confirm it is you");
  await authenticator.setPresence(true);
  await press(page, "Use your passkey");
  await expect(page.getByRole("heading", { name: "Create a passkey" })).toBeVisible();
});

test("E5 without a password just now nothing is saved unasked", async ({ app, page }) => {
  const { client } = await makePerson(app);
  const beginnings = countBeginnings(page);
  await letBrowserCreate(page);
  await adoptSession(page, client);
  await page.goto("/dashboard", { waitUntil: "networkidle" });
  await expect(offer(page)).toBeVisible();
  expect(beginnings()).toBe(0);
});

test("E5 the offer leads to the explanation", async ({ page, person }) => {
  await signInPage(page, person);
  await offer(page).click();
  await expect(page.getByText("Your device will ask for your fingerprint")).toBeVisible();
  await expect(page.getByRole("button", { name: "Create passkey" })).toBeVisible();
});

test('E5 "Not now" is silence for a month, "Don\'t ask again" for ever', async ({
  app,
  page,
  person,
}) => {
  await signInPage(page, person);
  await press(page, "Not now");
  await expect(offer(page)).toHaveCount(0);
  await expect(heading(page)).toBeFocused();
  await page.reload();
  await expect(heading(page)).toBeVisible();
  await expect(offer(page)).toHaveCount(0);
  await letMonthPass(app, person);
  await page.reload();
  await press(page, "Don't ask again");
  await expect(offer(page)).toHaveCount(0);
  await letMonthPass(app, person);
  await page.reload();
  await expect(heading(page)).toBeVisible();
  await expect(offer(page)).toHaveCount(0);
});

test("E5 whoever used the passkey of another device is offered one for this", async ({
  app,
  page,
  person,
}) => {
  const phone = await addPasskeyOf(app, person, {
    attachment: "cross-platform",
    transports: ["internal", "hybrid"],
  });
  await adoptSession(page, (await signInWith(app, phone.authenticator)).client);
  await page.goto("/dashboard");
  await expect(
    page.getByRole("heading", { name: "Sign in here without your other device" }),
  ).toBeVisible();
  await expect(offer(page)).toBeVisible();
});

test("E5 a browser without passkeys is offered none", async ({ page, person }) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, "PublicKeyCredential"));
  await signInPage(page, person);
  await expect(heading(page)).toBeVisible();
  await expect(offer(page)).toHaveCount(0);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  for (const answer of ["Not now", "Don't ask again"]) {
    test(`A5 E5 the offer takes "${answer}"`, async ({ page, person }) => {
      await signInPage(page, person);
      await press(page, answer);
      await expect(heading(page)).toContainText("Welcome");
      await expect(offer(page)).toHaveCount(0);
    });
  }
});
