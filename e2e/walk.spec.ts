import { expect, newEmail, password, signInPage, test } from "./fixtures";
import { linkIn } from "./mailbox";

test("a newcomer signs up, verifies, signs in twice, and ends the other device", async ({
  app,
  page,
  openBrowser,
}) => {
  const person = { email: newEmail(), password, name: "Nell Newcomer" };
  await page.goto("/signup");
  await page.getByLabel("Name").fill(person.name);
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Check your email");
  await expect(page.getByText(person.email)).toBeVisible();

  await page.goto(linkIn(await app.mailbox.wait(person.email)));
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(
    "Welcome, Nell Newcomer",
  );

  const other = await openBrowser();
  await signInPage(other, person);

  await page.getByRole("link", { name: "Your devices", exact: true }).click();
  const rows = page.getByRole("main").getByRole("listitem");
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText("This device");
  await rows.nth(1).getByRole("button", { name: "Sign out" }).click();
  await expect(rows).toHaveCount(1);

  await other.reload();
  await expect(other).toHaveURL(/\/login\?next=%2Fdashboard/);
  await expect(other.getByRole("status")).toContainText("signed out from another device");
});
