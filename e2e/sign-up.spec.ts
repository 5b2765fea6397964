// Making an account: what is asked, what is answered, and every way a link ends.
import { expect, newEmail, signInPage, test } from "./fixtures";
import { codeIn, linkIn } from "./mailbox";
import { fillSignUp, heading, passwordField, signUp, summary } from "./screens";

test("C1 C2 a name, an address and one password are asked for, the rule said before", async ({
  page,
}) => {
  await page.goto("/signup");
  const form = page.getByRole("main").locator("form");
  await expect(form.locator("input:visible")).toHaveCount(3);
  await expect(form.getByLabel("Name")).toHaveAttribute("autocomplete", "name");
  const field = passwordField(page);
  await expect(field).toHaveAttribute("autocomplete", "new-password");
  await expect(field).toHaveAccessibleDescription(
    "At least 15 characters. A sentence works well.",
  );
  await field.pressSequentially("ten chars 🔑");
  const spoken = page.getByRole("main").getByRole("status");
  await expect(spoken).toHaveText("4 more characters to go.");
  await field.pressSequentially(" done");
  await expect(spoken).toHaveText("16 characters. Long enough.");
});

test("C2 a password of 200 characters with spaces and emoji signs in, whole", async ({
  app,
  page,
  openBrowser,
}) => {
  const long = `${"🔑 über long ".repeat(17)}`.slice(0, 200).padEnd(200, "y");
  const person = await signUp(page, { password: `${long.slice(0, 199)}z` });
  await page.getByLabel("Code").fill(codeIn(await app.mailbox.wait(person.email)));
  await page.waitForURL("**/dashboard");
  const other = await openBrowser();
  await other.goto("/login");
  await other.getByLabel("Email").fill(person.email);
  await passwordField(other).fill(long);
  await passwordField(other).press("Enter");
  await expect(summary(other)).toContainText("do not match");
  await signInPage(other, person);
});

test("C3 a password that many people use is refused, and the reason is given", async ({
  app,
  page,
}) => {
  const person = { email: newEmail(), name: "Nell", password: "thisisapassword" };
  await page.goto("/signup");
  await fillSignUp(page, person);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(summary(page)).toContainText("Many people use this password");
  await expect(passwordField(page)).toHaveAttribute("aria-invalid", "true");
  expect(app.mailbox.to(person.email)).toHaveLength(0);
});

test("C4 a known address gets the same screen, and its owner another mail", async ({
  app,
  page,
  openBrowser,
  person,
}) => {
  await signUp(page, { email: person.email });
  const mail = await app.mailbox.wait(person.email, 2);
  expect(mail.subject).toBe("You already have an account");
  expect(mail.text).not.toMatch(/^\d{6}\r?$/m);

  const other = await openBrowser();
  const stranger = await signUp(other);
  // Half a minute later the first screen would offer what the other does not yet.
  await app.sql("UPDATE challenge SET created_at = now() WHERE email = $1", [
    person.email,
  ]);
  await page.reload();
  for (const each of [page, other]) {
    await expect(each.getByText("another mail in")).toBeVisible();
  }
  const words = async (of: typeof page, email: string) =>
    (await of.getByRole("main").innerText()).replace(email, "").replace(/0:\d\d/, "");
  expect(await words(page, person.email)).toBe(await words(other, stranger.email));
});

test("C5 the screen names the address and offers the code, a new mail, another address", async ({
  app,
  page,
}) => {
  await page.clock.install();
  const { email } = await signUp(page);
  await expect(page.getByText(email)).toBeVisible();
  const again = page.getByRole("button", { name: "Send again" });
  await expect(page.getByText(/another mail in 0:(2\d|30)\./)).toBeVisible();
  await expect(again).toHaveAttribute("aria-disabled", "true");
  await again.dispatchEvent("click");

  // The page's clock, and the server's, half a minute on.
  await app.sql(
    "UPDATE challenge SET created_at = created_at - interval '31 seconds' WHERE email = $1",
    [email],
  );
  await page.clock.fastForward(31_000);
  await expect(page.getByText("another mail in")).toHaveCount(0);
  const first = await app.mailbox.wait(email);
  await again.click();
  await expect(page.getByText("We sent a new mail.")).toBeVisible();
  const second = await app.mailbox.wait(email, 2);
  expect(app.mailbox.to(email)).toHaveLength(2);
  expect(codeIn(second)).not.toBe(codeIn(first));
  await page.getByLabel("Code").fill(codeIn(second));
  await page.waitForURL("**/dashboard");
});

test("C5 a mistyped address can be changed", async ({ app, page }) => {
  await signUp(page);
  await page.getByRole("link", { name: "Use another address" }).click();
  await expect(heading(page)).toHaveText("Create your account");
  const { email } = await signUp(page);
  await expect(page.getByText(email)).toBeVisible();
  await page.getByLabel("Code").fill(codeIn(await app.mailbox.wait(email)));
  await page.waitForURL("**/dashboard");
});

test("C5 six digits go off by themselves, and a wrong code only once", async ({
  app,
  page,
}) => {
  const { email } = await signUp(page);
  const code = codeIn(await app.mailbox.wait(email));
  let posts = 0;
  page.on("request", (request) => {
    if (request.method() === "POST") posts += 1;
  });
  await page.getByLabel("Code").fill(code === "000000" ? "000001" : "000000");
  await expect(summary(page)).toBeFocused();
  await page.getByLabel("Code").pressSequentially(`${code.slice(0, 3)}-${code.slice(3)}`);
  await page.waitForURL("**/dashboard");
  expect(posts).toBe(2);
});

test("C6 scanners that open the link use nothing up: its button still works", async ({
  app,
  page,
  api,
}) => {
  const { email } = await signUp(page);
  const link = linkIn(await app.mailbox.wait(email));
  const { pathname, hash } = new URL(link);
  for (let turn = 0; turn < 3; turn++) {
    for (const method of ["GET", "HEAD"]) {
      // A scanner may send the token as a query too, or follow what it finds.
      const query = `?${hash.slice(1)}`;
      expect((await api.call(method, pathname)).status).toBe(200);
      expect((await api.call(method, pathname + query)).status).toBe(200);
    }
    await page.goto("/");
    await page.goto(link);
    await expect(page.getByRole("button", { name: "Continue" })).toBeVisible();
  }
  await page.getByRole("button", { name: "Continue" }).click();
  await page.waitForURL("**/dashboard");
});
