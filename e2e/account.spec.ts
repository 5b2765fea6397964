// What a signed-in person does with the account, by hand: name, password, data,
// and the confirmation that stands before what would hurt.
import type { Page } from "@playwright/test";
import { ApiClient } from "./api-client";
import {
  expect,
  makePerson,
  type Person,
  password,
  signIn,
  signInPage,
  test,
} from "./fixtures";
import { heading, summary } from "./screens";
import type { Installation } from "./server";
import { age, minutes } from "./sessions";

const news = (page: Page) => page.getByRole("main").getByRole("status").first();
const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const press = (page: Page, name: string) =>
  page.getByRole("button", { name, exact: true }).click();

/** As if the last proof of these people had been given eleven minutes ago. */
async function letConfirmationEnd(app: Installation, { email }: Person): Promise<void> {
  const sessions = await app.sql<{ id: string }>(
    `SELECT s.id FROM session s JOIN "user" u ON u.id = s.user_id WHERE u.email = $1`,
    [email],
  );
  for (const { id } of sessions) await age(app, id, minutes(11));
}

async function openSettings(page: Page, person: Person, path: string): Promise<void> {
  await signInPage(page, person);
  await page.goto(path);
}

/** Somebody who signed up with the address alone, in this page's browser. */
async function openPasswordless(app: Installation, page: Page): Promise<string> {
  const { person, client } = await makePerson(app, { password: undefined });
  const cookies = [...client.cookies].map(([name, value]) => ({
    name,
    value,
    url: app.url,
  }));
  await page.context().addCookies(cookies);
  await page.goto("/settings/security");
  return person.email;
}

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
  await field(page, "Code").fill(/^(\d{6})\r?$/m.exec(mail.text)?.[1] ?? "");
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
    "We keep a record of security events",
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
  await field(page, "Code").fill(/^(\d{6})\r?$/m.exec(mail.text)?.[1] ?? "");
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
