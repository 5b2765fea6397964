// The way in: what managers find, what strangers learn, and who is sent away.
import { expect, newEmail, signInPage, test } from "./fixtures";
import { linkIn } from "./mailbox";
import { heading, passwordField, signInHere, signUp, summary } from "./screens";

test("B1 a password manager finds one form with an address and a password", async ({
  page,
}) => {
  await page.goto("/login");
  const form = page.getByRole("main").locator("form");
  await expect(form).toHaveCount(1);
  const email = form.getByLabel("Email");
  await expect(email).toHaveAttribute("type", "email");
  await expect(email).toHaveAttribute("name", "email");
  await expect(email).toHaveAttribute("autocomplete", "username webauthn");
  await expect(email).toHaveAttribute("spellcheck", "false");
  await expect(email).toHaveAttribute("autocapitalize", "none");
  const secret = form.getByLabel("Password", { exact: true });
  await expect(secret).toHaveAttribute("type", "password");
  await expect(secret).toHaveAttribute("name", "password");
  await expect(secret).toHaveAttribute("autocomplete", "current-password webauthn");
  await expect(form.getByLabel("Keep me signed in")).toBeChecked();
});

test("B8 a stranger cannot tell a wrong password from an unknown address", async ({
  page,
  person,
  api,
}) => {
  const words: (string | null)[] = [];
  const bodies: unknown[] = [];
  for (const email of [person.email, newEmail()]) {
    await page.goto("/login");
    await signInHere(page, { ...person, email, password: "not the right password" });
    await expect(summary(page)).toBeFocused();
    words.push(await page.getByRole("main").textContent());
    const body = { email, password: "not the right password" };
    const { status, json } = await api.post("/api/auth/login", body);
    bodies.push({ status, ...json, requestId: "" });
  }
  expect(words[0]).toContain("That email and password do not match.");
  expect(words[1]).toBe(words[0]);
  expect(bodies[1]).toEqual(bodies[0]);
});

test("B10 the password can be looked at and is masked again when it is sent", async ({
  page,
  person,
}) => {
  await page.goto("/login");
  const field = passwordField(page);
  await field.fill("not the right password");
  await field.evaluate((input: HTMLInputElement) => input.setSelectionRange(4, 7));
  const toggle = page.getByRole("button", { name: "Show password" });
  await expect(toggle).toHaveAttribute("type", "button");
  await expect(toggle).toHaveAttribute("aria-pressed", "false");
  await expect(toggle).toHaveAttribute("aria-controls", "password");
  await toggle.click();
  await expect(field).toHaveAttribute("type", "text");
  await expect(field).toHaveValue("not the right password");
  await expect(field).toBeFocused();
  const range = await field.evaluate((input: HTMLInputElement) => [
    input.selectionStart,
    input.selectionEnd,
  ]);
  expect(range).toEqual([4, 7]);
  await expect(page.getByRole("button", { name: "Hide password" })).toBeVisible();
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Email").press("Enter");
  await expect(summary(page)).toBeFocused();
  await expect(field).toHaveAttribute("type", "password");
});

test("B12 who is signed in already is taken into the application", async ({
  page,
  person,
}) => {
  await signInPage(page, person);
  for (const path of ["/", "/login", "/signup", "/check-email"]) {
    await page.goto(path);
    await expect(page).toHaveURL(/\/dashboard$/);
  }
  await page.goto("/login?next=%2Fsettings%2Fdevices");
  await expect(heading(page)).toHaveText("Your devices");
});

const endings = [
  { change: "expires_at = now()", says: "Your session has reached its end." },
  { change: "idle_expires_at = now()", says: "not used for a while" },
  {
    change: "ended_at = now(), end_reason = 'security'",
    says: "something about your account changed",
  },
];

for (const { change, says } of endings) {
  test(`B12 a session that ended (${change}) says why and comes back`, async ({
    app,
    page,
    person,
  }) => {
    await signInPage(page, person);
    await app.sql(
      `UPDATE session SET ${change} FROM "user" u WHERE u.id = user_id AND u.email = $1`,
      [person.email],
    );
    await page.goto("/settings/devices");
    await expect(page.getByRole("main").getByRole("status")).toContainText(says);
    await signInHere(page, person);
    await expect(heading(page)).toHaveText("Your devices");
  });
}

test("B12 a page left open says why at the next press, and comes back", async ({
  app,
  page,
  person,
}) => {
  await signInPage(page, person);
  await page.goto("/settings/devices");
  await app.sql(
    `UPDATE session SET ended_at = now(), end_reason = 'signed_out_elsewhere'
     FROM "user" u WHERE u.id = user_id AND u.email = $1`,
    [person.email],
  );
  await page.getByRole("button", { name: "Sign out", exact: true }).first().click();
  await expect(page.getByRole("main").getByRole("status")).toContainText(
    "signed out from another device",
  );
  await signInHere(page, person);
  await expect(heading(page)).toHaveText("Your devices");
});

test("B12 signing out oneself needs no explanation", async ({ page, person }) => {
  await signInPage(page, person);
  await page.getByRole("button", { name: "Account menu" }).click();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(heading(page)).toHaveText("Sign in");
  await expect(page.getByRole("main").getByRole("status")).toHaveCount(0);
  await page.goto("/dashboard");
  await expect(page).toHaveURL(/\/login\?next=%2Fdashboard$/);
});

test("B13 a manager knows whose password a confirmed link asks for", async ({
  app,
  page,
  openBrowser,
}) => {
  const { email } = await signUp(await openBrowser());
  await page.goto(linkIn(await app.mailbox.wait(email)));
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(passwordField(page)).toBeFocused();
  await expect(page.locator("input[autocomplete=username]")).toHaveValue(email);
});
