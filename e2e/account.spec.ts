// What a signed-in person does with the account, by hand.
import { field, letConfirmationEnd, news, openSettings, press } from "./account";
import { ApiClient } from "./api-client";
import { expect, signIn, test } from "./fixtures";
import { codeIn } from "./mailbox";
import { heading, summary } from "./screens";

test("F1 a name is changed, and every page calls the person by it", async ({
  page,
  person,
}) => {
  await openSettings(page, person, "/settings/profile");
  await field(page, "Name").fill("Ada Lovelace");
  await press(page, "Save name");
  await expect(news(page)).toHaveText("Your name is saved.");
  await page.getByRole("button", { name: "Account menu" }).click();
  await expect(page.getByText("Ada Lovelace")).toBeVisible();
  await page.goto("/dashboard");
  await expect(heading(page)).toHaveText("Welcome, Ada Lovelace");
});

test("D4 A08 changing the password asks for the present one, ends the other devices and says how many", async ({
  app,
  page,
  person,
}) => {
  const others = [await signIn(app, person), await signIn(app, person)];
  await openSettings(page, person, "/settings/security");
  await field(page, "Current password").fill("not the password at all");
  await field(page, "New password").fill("an even longer sentence");
  await press(page, "Change password");
  await expect(summary(page)).toBeFocused();
  await expect(page).toHaveTitle(/^Error: Security/);
  await field(page, "Current password").fill(person.password);
  await field(page, "New password").fill("an even longer sentence");
  await press(page, "Change password");
  // Those two, and the browser the account was made in.
  await expect(news(page)).toContainText("We signed out your 3 other devices.");
  for (const other of others) {
    expect((await other.get("/api/account/sessions")).status).toBe(401);
  }
  await page.reload();
  await expect(heading(page)).toHaveText("Security");
  const again = new ApiClient(app.url);
  const old = await again.post("/api/auth/login", person);
  expect(old.status).toBe(401);
  await signIn(app, { ...person, password: "an even longer sentence" });
});

test("F10 a new email is confirmed by its code where the person is signed in, who stays so", async ({
  app,
  page,
  person,
}) => {
  const other = await signIn(app, person);
  await openSettings(page, person, "/settings/profile");
  const email = `new-${person.email}`;
  await field(page, "New email").fill(email);
  await press(page, "Change email");
  const mail = await app.mailbox.wait(email);
  await field(page, "Code").fill("000000");
  await expect(summary(page)).toBeFocused();
  await field(page, "Code").fill(codeIn(mail));
  await expect(news(page)).toContainText("Your email is changed.");
  expect((await other.get("/api/account/sessions")).status).toBe(401);
  await page.reload();
  await expect(page.getByRole("main").getByText(email).first()).toBeVisible();
  await signIn(app, { ...person, email });
});

test("F10 a change that waits can be taken back where it was asked for", async ({
  page,
  person,
}) => {
  await openSettings(page, person, "/settings/profile");
  await field(page, "New email").fill(`new-${person.email}`);
  await press(page, "Change email");
  await press(page, "Cancel the change");
  await expect(news(page)).toHaveText("Your email stays as it is.");
  await expect(field(page, "New email")).toBeVisible();
});

test("F11 deleting the account asks for the words and for the password, says what goes, and goes", async ({
  app,
  page,
  person,
}) => {
  const other = await signIn(app, person);
  await openSettings(page, person, "/settings/profile");
  await expect(page.getByRole("main")).toContainText(
    "We keep the record of security events",
  );
  await press(page, "Delete account");
  await expect(summary(page)).toBeFocused();
  await page.getByLabel(/^Type "delete my account"/).fill("delete my account");
  await press(page, "Delete account");
  await expect(heading(page)).toHaveText("Confirm it is you");
  await expect(page.getByRole("main")).toContainText("This cannot be undone.");
  await field(page, "Password").fill(person.password);
  await press(page, "Delete my account");
  await expect(heading(page)).toHaveText("Sign in");
  await expect(news(page)).toContainText("is deleted");
  expect((await other.get("/api/account/sessions")).status).toBe(401);
  const left = await app.sql(`SELECT 1 FROM "user" WHERE email = $1`, [person.email]);
  expect(left).toHaveLength(0);
  const again = new ApiClient(app.url);
  expect((await again.post("/api/auth/login", person)).status).toBe(401);
});

test("F11 the export is downloaded after the confirmation, without another press", async ({
  app,
  page,
  person,
}) => {
  await openSettings(page, person, "/settings/profile");
  await letConfirmationEnd(app, person);
  await press(page, "Download your data");
  await expect(heading(page)).toHaveText("Confirm it is you");
  await field(page, "Password").fill(person.password);
  const downloading = page.waitForEvent("download");
  await press(page, "Continue");
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/\.json$/);
  await expect(heading(page)).toHaveText("Profile");
});
