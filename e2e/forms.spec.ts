// How every form behaves: when it fails, while it is on its way, before its
// script has come, and without any.
import type { Locator, Page, Route } from "@playwright/test";
import { expect, newEmail, password, test } from "./fixtures";
import { fillSignUp, passwordField, signUp, summary } from "./screens";

const signInButton = (page: Page) =>
  page.getByRole("button", { name: "Sign in", exact: true });

async function typeSignIn(page: Page, email: string, typed = password): Promise<void> {
  await page.goto("/login");
  await page.getByLabel("Email").fill(email);
  await passwordField(page).fill(typed);
}

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("A5 A7 a wrong password is answered on the form, which keeps the address", async ({
    page,
    person,
  }) => {
    await typeSignIn(page, person.email, "not the right password");
    await page.getByLabel("Keep me signed in").uncheck();
    await signInButton(page).click();
    await expect(summary(page)).toContainText("That email and password do not match.");
    await expect(page).toHaveTitle("Error: Sign in - Latchkey");
    await expect(page.getByLabel("Email")).toHaveValue(person.email);
    await expect(passwordField(page)).toHaveValue("");
    await expect(page.getByLabel("Keep me signed in")).not.toBeChecked();
  });

  test("A5 A6 every faulty field of a sign-up is named, linked and marked", async ({
    page,
  }) => {
    await page.goto("/signup");
    await fillSignUp(page, { email: "nobody", name: "Nell", password });
    await page.getByRole("button", { name: "Create account" }).click();
    await expect(page).toHaveTitle("Error: Create your account - Latchkey");
    await checkFault(page, page.getByLabel("Email"));
    await expect(page.getByLabel("Name")).toHaveValue("Nell");
  });

  test("A5 a wrong code is answered on the form", async ({ page }) => {
    await signUp(page);
    await page.getByLabel("Code").fill("00000");
    await page.getByRole("button", { name: "Continue" }).click();
    await expect(summary(page)).toContainText("That code or link is wrong.");
    await expect(page).toHaveTitle("Error: Check your email - Latchkey");
  });

  test("A14 too many attempts are answered with when to try again", async ({
    page,
    person,
  }) => {
    for (let attempt = 0; attempt < 6; attempt++) {
      await typeSignIn(page, person.email, "not the right password");
      await signInButton(page).click();
      await expect(summary(page)).toBeVisible();
    }
    await expect(summary(page)).toHaveText(/attempts\. Try again in \d+ minutes\./);
  });
});

/** The summary links to the field, and the field says the same itself. */
async function checkFault(page: Page, field: Locator): Promise<void> {
  await expect(field).toHaveAttribute("aria-invalid", "true");
  const link = summary(page).getByRole("link");
  await expect(link).toHaveCount(1);
  const text = (await link.textContent()) ?? "";
  await expect(field).toHaveAccessibleDescription(new RegExp(`${text}$`));
  await expect(page.locator(`#${await field.getAttribute("id")}-error`)).toHaveText(text);
  await link.click();
  await expect(field).toBeFocused();
}

test("A6 a refused form moves focus to its summary, which leads to the field", async ({
  page,
}) => {
  await page.goto("/signup");
  await fillSignUp(page, { email: newEmail(), name: "", password: "too short" });
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(summary(page)).toBeFocused();
  await expect(page).toHaveTitle("Error: Create your account - Latchkey");
  await checkFault(page, passwordField(page));
  await expect(page.getByLabel("Email")).not.toHaveAttribute("aria-invalid");
});

test("A6 the same mistake a second time takes the focus a second time", async ({
  page,
  person,
}) => {
  await typeSignIn(page, person.email, "not the right password");
  await signInButton(page).click();
  await expect(summary(page)).toBeFocused();
  await passwordField(page).fill("still not the right one");
  await passwordField(page).press("Enter");
  await expect(summary(page)).toBeFocused();
});

test("A7 a failed sign-in keeps the address and the choice, never the password", async ({
  page,
  person,
}) => {
  await typeSignIn(page, person.email, "not the right password");
  await page.getByLabel("Keep me signed in").uncheck();
  await signInButton(page).click();
  await expect(summary(page)).toBeFocused();
  await expect(page.getByLabel("Email")).toHaveValue(person.email);
  await expect(passwordField(page)).toHaveValue("");
  await expect(page.getByLabel("Keep me signed in")).not.toBeChecked();
  await page.getByLabel("Keep me signed in").check();
  await passwordField(page).fill("not the right one either");
  await signInButton(page).click();
  await expect(passwordField(page)).toHaveValue("");
  await expect(page.getByLabel("Keep me signed in")).toBeChecked();
});

test("A8 a double click sends one attempt, while the button stays and says so", async ({
  page,
  person,
}) => {
  const held: Route[] = [];
  await page.route("**/login", async (route) => {
    if (route.request().method() !== "POST") return route.continue();
    held.push(route);
  });
  // One that fails: a second attempt would wait behind it and follow now.
  await typeSignIn(page, person.email, "not the right password");
  const button = signInButton(page);
  await button.dblclick();
  await expect(button).toHaveAttribute("aria-busy", "true");
  await expect(button).toHaveAttribute("aria-disabled", "true");
  await expect(button).not.toHaveAttribute("disabled");
  await expect(button).toBeFocused();
  await expect(button).toHaveAccessibleName("Sign in");
  await expect(button.locator("svg")).toBeVisible();
  await button.dispatchEvent("click");
  await passwordField(page).press("Enter");
  expect(held).toHaveLength(1);
  await held[0]?.continue();
  await expect(summary(page)).toBeFocused();
  await expect(button).not.toHaveAttribute("aria-busy");
  expect(held).toHaveLength(1);
});

async function holdScripts(page: Page): Promise<() => void> {
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  await page.route("**/_next/static/**/*.js", async (route) => {
    await gate;
    await route.continue();
  });
  return open;
}

test("A9 what is typed and chosen before the script has come is kept", async ({
  page,
  person,
}) => {
  const letScriptsCome = await holdScripts(page);
  await page.goto("/login", { waitUntil: "commit" });
  await page.getByLabel("Email").fill(person.email);
  await passwordField(page).fill(person.password);
  await page.getByLabel("Keep me signed in").uncheck();
  const show = page.getByRole("button", { name: "Show password" });
  await expect(show).toHaveCount(0);
  letScriptsCome();
  await expect(show).toBeVisible();
  await expect(page.getByLabel("Email")).toHaveValue(person.email);
  await expect(passwordField(page)).toHaveValue(person.password);
  await expect(page.getByLabel("Keep me signed in")).not.toBeChecked();
  await signInButton(page).click();
  await page.waitForURL("**/dashboard");
});

test("A9 the length of a password typed before the script is told after it", async ({
  page,
}) => {
  const letScriptsCome = await holdScripts(page);
  await page.goto("/signup", { waitUntil: "commit" });
  await passwordField(page).fill("too short");
  letScriptsCome();
  await expect(page.getByText("6 more characters to go.").first()).toBeVisible();
  await expect(passwordField(page)).toHaveValue("too short");
});

for (const path of ["/login", "/signup", "/forgot-password"]) {
  test(`A10 nobody is scolded before the first attempt on ${path}`, async ({ page }) => {
    await page.goto(path);
    for (const field of await page.locator("form input:visible").all()) {
      await expect(field).not.toHaveAttribute("placeholder");
      await expect(field).toHaveAccessibleName(/\S/);
      await field.focus();
      await field.blur();
      await expect(field).not.toHaveAttribute("aria-invalid");
    }
    await expect(summary(page)).toHaveCount(0);
  });

  test(`A11 every field of ${path} takes what is pasted and lets a manager fill it`, async ({
    page,
  }) => {
    await page.goto(path);
    await checkPaste(page);
  });
}

test("A11 the code takes what is pasted, with its space", async ({ page }) => {
  await signUp(page);
  await expect(page.getByLabel("Code")).not.toHaveAttribute("maxlength");
  await checkPaste(page);
});

/** 3.3.8: no test of memory or typing may stand between a person and a field. */
async function checkPaste(page: Page): Promise<void> {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const text = "pasted text";
  await page.evaluate((pasted) => navigator.clipboard.writeText(pasted), text);
  const fields = page.locator("main input:visible:not([type=checkbox])");
  expect(await fields.count()).toBeGreaterThan(0);
  for (const field of await fields.all()) {
    await expect(field).toHaveAttribute("autocomplete", /^(?!off).+/);
    await field.focus();
    await page.keyboard.press("ControlOrMeta+v");
    await expect(field).toHaveValue(text);
  }
}

test("A14 a limit is shown on the form, and the API tells it to clients", async ({
  page,
  person,
  api,
}) => {
  const wrong = { email: person.email, password: "not the right password" };
  for (let attempt = 0; attempt < 5; attempt++) await api.post("/api/auth/login", wrong);
  const refused = await api.post("/api/auth/login", wrong);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(60);

  await page.setExtraHTTPHeaders({ "x-forwarded-for": api.address });
  await typeSignIn(page, person.email);
  await signInButton(page).click();
  await expect(summary(page)).toHaveText(/Try again in \d+ minutes\./);
  await expect(summary(page)).toBeFocused();
  await expect(page.getByLabel("Email")).toHaveValue(person.email);
});
