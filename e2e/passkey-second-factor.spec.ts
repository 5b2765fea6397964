// A passkey after a password or a mailed link. The authenticator is there before
// anything asks for it, and nobody touches it until the page of the second factor.
import type { Page } from "@playwright/test";
import type { Authenticator } from "./authenticators";
import { hideVerification, leaveWithPasskey } from "./browser-passkeys";
import { expect, type Person, test } from "./fixtures";
import { linkIn } from "./mailbox";
import { heading, press, summary } from "./screens";
import { alternatives, openBetween } from "./second-factor-pages";
import { mailedLink, sessionOf } from "./sign-in-links";

/** In front of the page that asks for the passkey, with a finger on it. */
async function openAsked(page: Page, person: Person): Promise<Authenticator> {
  const authenticator = await leaveWithPasskey(page, person, { isSecond: true });
  await openBetween(page, person, "/login?next=%2Fsettings%2Fdevices");
  await authenticator.setPresence(true);
  return authenticator;
}

const quietNote = "No passkey was used. You can try again.";

test("E9 a passkey is the second factor after a password", async ({ page, person }) => {
  await openAsked(page, person);
  await expect(
    page.getByText("Your account asks for your passkey besides."),
  ).toBeVisible();
  expect(await alternatives(page)).toEqual([
    "Use a backup code",
    "Sign in as somebody else",
  ]);
  await press(page, "Use your passkey");
  await page.waitForURL("**/settings/devices");
  const { session } = await sessionOf(page);
  expect([session.aal, session.amr]).toEqual([2, expect.arrayContaining(["pwd", "mfa"])]);
});

test("E9 F04 a passkey is the second factor after a mailed link", async ({
  app,
  page,
  person,
}) => {
  const authenticator = await leaveWithPasskey(page, person, { isSecond: true });
  await page.goto(linkIn(await mailedLink(app, page, person.email)));
  await press(page, "Continue");
  await expect(heading(page)).toHaveText("Confirm it is you");
  await page.goto("/dashboard");
  await expect(heading(page)).toHaveText("Sign in");
  await page.goto("/second-factor");
  await authenticator.setPresence(true);
  await press(page, "Use your passkey");
  await page.waitForURL("**/dashboard");
  expect((await sessionOf(page)).session.aal).toBe(2);
});

test("E9 E10 the browser that used a passkey is trusted only where that was chosen", async ({
  page,
  person,
}) => {
  await openAsked(page, person);
  await page.getByLabel("Trust this browser for 30 days").check();
  await press(page, "Use your passkey");
  await page.waitForURL("**/settings/devices");
  const trusted = page.getByRole("region", { name: "Trusted browsers" });
  await expect(trusted.getByRole("listitem")).toHaveCount(1);
  await expect(trusted).toContainText("This browser");
});

test("B6 whoever dismisses the prompt is told so quietly, and may try again", async ({
  page,
  person,
}) => {
  const authenticator = await openAsked(page, person);
  await authenticator.setVerified(false);
  for (const _ of [1, 2]) {
    await press(page, "Use your passkey");
    await expect(page.getByText(quietNote)).toBeVisible();
    await expect(summary(page)).toHaveCount(0);
  }
  await expect(page).toHaveTitle("Confirm it is you to sign in - Latchkey");
  await authenticator.setVerified(true);
  await press(page, "Use your passkey");
  await page.waitForURL("**/settings/devices");
});

test("E05 a passkey that verified nobody is no second factor, and the page says what to do", async ({
  app,
  page,
  person,
}) => {
  await hideVerification(await openAsked(page, person));
  // A browser that asks for less than the server wants.
  await page.route("**/api/auth/second-factor/passkey/options", async (route) => {
    const options = await (await route.fetch()).json();
    await route.fulfill({ json: { ...options, userVerification: "discouraged" } });
  });
  await press(page, "Use your passkey");
  await expect(summary(page)).toBeFocused();
  await expect(summary(page)).toContainText(
    "This passkey does not ask for your fingerprint, face or screen lock.",
  );
  expect(await sessionOf(page)).toBeNull();
  expect(
    await app.sql(
      `SELECT 1 FROM session s JOIN "user" u ON u.id = s.user_id
       WHERE u.email = $1 AND s.ended_at IS NULL AND 'mfa' = ANY(s.amr)`,
      [person.email],
    ),
  ).toEqual([]);
  await page.getByRole("link", { name: "Use a backup code" }).click();
  await expect(page.getByLabel("Backup code")).toBeVisible();
});

test("F03 a passkey that comes after the time is up begins the sign-in anew", async ({
  app,
  page,
  person,
}) => {
  await openAsked(page, person);
  await app.sql(
    `UPDATE challenge SET expires_at = now() WHERE purpose = 'sign-in'
       AND user_id = (SELECT id FROM "user" WHERE email = $1)`,
    [person.email],
  );
  await press(page, "Use your passkey");
  await expect(page.getByText("This sign-in is over. Begin again.")).toBeVisible();
});
