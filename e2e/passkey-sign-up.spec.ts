// An account with a passkey and nothing else: the address comes first, since a
// passkey for an unproved one would be a stranger's.
import { addAuthenticator } from "./authenticators";
import { pressAndTouch } from "./browser-passkeys";
import { expect, newEmail, test } from "./fixtures";
import { codeIn, linkIn } from "./mailbox";
import { heading, press, summary } from "./screens";
import { sessionOf } from "./sign-in-links";

for (const way of ["code", "link"] as const) {
  test(`C1 a newcomer signs up with a passkey and the mailed ${way}, and never needs a password`, async ({
    app,
    page,
  }) => {
    const email = newEmail();
    const authenticator = await addAuthenticator(page);
    await page.goto("/signup");
    await page.getByLabel("Name").fill("Nell Newcomer");
    await page.getByLabel("Email").fill(email);
    await press(page, "Sign up with a passkey");
    await expect(heading(page)).toHaveText("Check your email");
    const mail = await app.mailbox.wait(email);
    if (way === "code") {
      await page.getByLabel("Code").fill(codeIn(mail));
    } else {
      await page.goto(linkIn(mail));
      await press(page, "Continue");
    }
    await page.waitForURL("**/settings/passkeys?add=1");
    await expect(heading(page)).toHaveText("Passkeys");
    await press(page, "Create passkey");
    await expect(page.getByText(/^Passkey added/)).toBeVisible();
    expect(await authenticator.credentials()).toHaveLength(1);
    const [user] = await app.sql(
      `SELECT password_hash AS hash FROM "user" WHERE email = $1`,
      [email],
    );
    expect(user).toEqual({ hash: null });
    await authenticator.setPresence(false);
    await press(page, "Account menu");
    await press(page, "Sign out");
    await page.goto("/login");
    await pressAndTouch(page, authenticator);
    await page.waitForURL("**/dashboard");
    await expect(heading(page)).toHaveText("Welcome, Nell Newcomer");
    const { session } = await sessionOf(page);
    expect([session.aal, session.amr]).toEqual([2, ["swk", "user", "mfa"]]);
  });
}

test("C1 a sign-up with a passkey needs an address, and no password", async ({
  page,
}) => {
  await page.goto("/signup");
  await press(page, "Sign up with a passkey");
  await expect(summary(page)).toBeFocused();
  await expect(page.getByLabel("Email")).toHaveAttribute("aria-invalid", "true");
  const password = page.getByLabel("Password", { exact: true });
  await expect(password).not.toHaveAttribute("aria-invalid", "true");
});
