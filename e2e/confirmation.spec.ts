// The confirmation before what would hurt, and what goes on after it.
import {
  field,
  letConfirmationEnd,
  news,
  openPasswordless,
  openSettings,
  press,
} from "./account";
import { expect, password, signIn, signInPage, test } from "./fixtures";
import { codeIn } from "./mailbox";
import { heading, summary } from "./screens";

test("F6 an interrupted change goes on by itself after the confirmation", async ({
  app,
  page,
  person,
}) => {
  await openSettings(page, person, "/settings/profile");
  await letConfirmationEnd(app, person);
  await field(page, "New email").fill(`new-${person.email}`);
  await press(page, "Change email");
  await expect(heading(page)).toHaveText("Confirm it is you");
  await field(page, "Password").fill("not the password at all");
  await press(page, "Continue");
  await expect(summary(page)).toContainText("That is not your password.");
  await field(page, "Password").fill(person.password);
  await press(page, "Continue");
  await expect(heading(page)).toHaveText("Profile");
  await expect(news(page)).toContainText("We sent a mail to the new address.");
  await expect(page.getByText(`new-${person.email}`)).toBeVisible();
});

test("F6 a form that waits for a confirmation is of no use in another session", async ({
  app,
  page,
  person,
  openBrowser,
}) => {
  await openSettings(page, person, "/settings/profile");
  await letConfirmationEnd(app, person);
  await field(page, "New email").fill(`new-${person.email}`);
  await press(page, "Change email");
  await expect(heading(page)).toHaveText("Confirm it is you");
  const other = await openBrowser();
  await signInPage(other, person);
  await other.goto(page.url());
  await expect(heading(other)).toHaveText("Security");
  const [user] = await app.sql<{ n: number }>(
    "SELECT count(*)::int AS n FROM challenge WHERE purpose = 'email-change' AND email = $1",
    [`new-${person.email}`],
  );
  expect(user?.n).toBe(0);
});

test("F6 an account without a password is confirmed by a mailed code, and gets a password", async ({
  app,
  page,
}) => {
  const email = await openPasswordless(app, page);
  await letConfirmationEnd(app, { email, password, name: "" });
  await field(page, "New password").fill("my very first password");
  await press(page, "Set a password");
  await expect(heading(page)).toHaveText("Confirm it is you");
  await press(page, "Email me a code");
  const mail = await app.mailbox.wait(email, 2);
  await field(page, "Code").fill(codeIn(mail));
  await expect(heading(page)).toHaveText("Security");
  await expect(news(page)).toContainText("Your password is changed.");
  await signIn(app, { email, password: "my very first password", name: "" });
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("A5 F6 password, interruption, confirmation and resumption work all the same", async ({
    app,
    page,
    person,
  }) => {
    await openSettings(page, person, "/settings/security");
    await field(page, "Current password").fill(person.password);
    await field(page, "New password").fill("an even longer sentence");
    await press(page, "Change password");
    await expect(news(page)).toContainText("Your password is changed.");
    await page.goto("/settings/profile");
    await letConfirmationEnd(app, person);
    await field(page, "New email").fill(`new-${person.email}`);
    await press(page, "Change email");
    await field(page, "Password").fill("an even longer sentence");
    await press(page, "Continue");
    await expect(news(page)).toContainText("We sent a mail to the new address.");
    await page.getByLabel(/^Type "delete my account"/).fill("Delete my account ");
    await press(page, "Delete account");
    await field(page, "Password").fill("an even longer sentence");
    await press(page, "Delete my account");
    await expect(heading(page)).toHaveText("Sign in");
  });
});

test("F6 what is wrong with an interrupted form is said after the confirmation, with the way back", async ({
  app,
  page,
  person,
}) => {
  await openSettings(page, person, "/settings/profile");
  await letConfirmationEnd(app, person);
  await field(page, "New email").fill(person.email);
  await press(page, "Change email");
  await field(page, "Password").fill(person.password);
  await press(page, "Continue");
  await expect(summary(page)).toContainText("This is your address already.");
  await expect(field(page, "Password")).toHaveCount(0);
  await page.getByRole("link", { name: "Go back" }).click();
  await expect(heading(page)).toHaveText("Profile");
  await field(page, "New email").fill(`new-${person.email}`);
  await press(page, "Change email");
  await expect(news(page)).toContainText("We sent a mail to the new address.");
});
