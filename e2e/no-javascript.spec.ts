// Everything can be done without a single script.
import { expect, makeSignedOut, signInPage, test } from "./fixtures";
import { codeIn } from "./mailbox";
import { addDevices, heading, signUp } from "./screens";

test.use({ javaScriptEnabled: false });

test("A5 a newcomer signs up by the mailed code and sees the devices", async ({
  app,
  page,
}) => {
  const person = await signUp(page);
  await expect(page.getByRole("button", { name: "Show password" })).toHaveCount(0);
  await page.getByLabel("Code").fill(codeIn(await app.mailbox.wait(person.email)));
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(heading(page)).toHaveText(`Welcome, ${person.name}`);
  await page.getByRole("link", { name: "Your devices", exact: true }).click();
  await expect(page.getByRole("main").getByRole("listitem")).toHaveCount(1);
  await page.getByRole("button", { name: "Account menu" }).click();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(heading(page)).toHaveText("Sign in");
});

test("C5 another mail can be asked for, and too soon is said with the wait", async ({
  app,
  page,
}) => {
  const { email } = await signUp(page);
  await page.getByRole("button", { name: "Send again" }).click();
  await expect(page.getByRole("main").getByRole("alert")).toHaveText(
    /Give the first mail \d+ more seconds to arrive\./,
  );
  await app.sql(
    "UPDATE challenge SET created_at = created_at - interval '1 hour' WHERE email = $1",
    [email],
  );
  await page.getByRole("button", { name: "Send again" }).click();
  await expect(page.getByText("We sent a new mail.")).toBeVisible();
  const second = await app.mailbox.wait(email, 2);
  await page.getByLabel("Code").fill(codeIn(second));
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(heading(page)).toContainText("Welcome");
});

test("F3 F4 F5 one device is ended, then all others, after the browser's own question", async ({
  app,
  page,
}) => {
  const person = await makeSignedOut(app);
  await addDevices(app, person, 3);
  await signInPage(page, person);
  await page.getByRole("link", { name: "Your devices", exact: true }).click();
  const rows = page.getByRole("main").getByRole("listitem");
  await expect(rows).toHaveCount(4);
  await rows.nth(1).getByRole("button", { name: "Sign out" }).click();
  await expect(rows).toHaveCount(3);
  await expect(page.getByText("Signed out that device.")).toBeVisible();
  await page.getByRole("button", { name: "Sign out all other devices (2)" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.getByRole("button", { name: "Sign out all other devices (2)" }).click();
  await page.getByRole("button", { name: "Sign out 2 devices" }).click();
  await expect(rows).toHaveCount(1);
  await expect(page.getByText("Signed out 2 other devices.")).toBeVisible();
});
