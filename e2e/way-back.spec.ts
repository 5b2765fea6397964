// Where a sign-in leads: to what was asked for, and never to anybody else's site.
import { expect, newEmail, password, test } from "./fixtures";
import { codeIn, linkIn } from "./mailbox";
import { heading, passwordField, press, signInHere, summary } from "./screens";
import { codeField, makeGuardedOut, openBetween } from "./second-factor-pages";
import { freshCode, wrongTotp } from "./second-factors";

test("B11 somebody who had no account yet lands where they wanted to go", async ({
  app,
  page,
}) => {
  await page.goto("/settings/devices");
  await expect(page).toHaveURL(/\/login\?next=%2Fsettings%2Fdevices$/);
  await page.getByRole("link", { name: "Create account" }).click();
  await expect(page).toHaveURL(/\/signup\?next=%2Fsettings%2Fdevices$/);
  const email = newEmail();
  await page.getByLabel("Email").fill(email);
  await passwordField(page).fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(heading(page)).toHaveText("Check your email");
  await page.goto(linkIn(await app.mailbox.wait(email)));
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(heading(page)).toHaveText("Your devices");
});

test("B11 the way back survives a refused sign-up, a mistyped code and the code", async ({
  app,
  page,
}) => {
  await page.goto("/signup?next=%2Fsettings%2Fdevices%3Fa%3D1");
  const email = newEmail();
  await page.getByLabel("Email").fill(email);
  await passwordField(page).fill("too short");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(summary(page)).toBeFocused();
  await passwordField(page).fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(heading(page)).toHaveText("Check your email");
  const code = codeIn(await app.mailbox.wait(email));
  await page.getByLabel("Code").fill(code === "000000" ? "000001" : "000000");
  await expect(summary(page)).toBeFocused();
  await page.getByLabel("Code").fill(`${code.slice(0, 3)} ${code.slice(3)}`);
  await page.waitForURL("**/settings/devices?a=1");
});

test("B11 the way back survives a wrong password", async ({ page, person }) => {
  await page.goto("/login?next=%2Fsettings%2Fdevices%3Fa%3D1");
  await signInHere(page, { ...person, password: "not the right password" });
  await expect(summary(page)).toBeFocused();
  await passwordField(page).fill(person.password);
  await passwordField(page).press("Enter");
  await page.waitForURL("**/settings/devices?a=1");
});

const hostile = [
  "//evil.example/",
  "/\\evil.example/",
  "https://evil.example/",
  "/%5Cevil.example/",
  "javascript:alert(1)",
  "/.//evil.example/",
  "/\t/evil.example/",
  "/login?next=/login",
];

for (const next of hostile) {
  test(`B11 a link with next=${JSON.stringify(next)} leads nowhere but home`, async ({
    app,
    page,
    person,
  }) => {
    const query = `?next=${encodeURIComponent(next)}`;
    await page.goto(`/login${query}`);
    await expect(page.locator("input[name=next]")).toHaveCount(0);
    await expect(page.getByRole("link", { name: "Create account" })).toHaveAttribute(
      "href",
      "/signup",
    );
    await signInHere(page, person);
    await page.waitForURL(`${app.url}/dashboard`);
    for (const path of ["/login", "/signup"]) {
      await page.goto(path + query);
      await expect(page).toHaveURL(`${app.url}/dashboard`);
    }
  });
}

test("B11 a hostile next written into the form by hand is dropped too", async ({
  app,
  page,
  person,
}) => {
  await page.goto("/login?next=%2Fsettings%2Fdevices");
  await page.locator("input[name=next]").evaluate((input: HTMLInputElement) => {
    input.value = "//evil.example/";
  });
  await signInHere(page, person);
  await page.waitForURL(`${app.url}/dashboard`);
});

test("B11 the way back survives the second factor, a wrong code and a change of mind about which", async ({
  app,
  page,
}) => {
  const guarded = await makeGuardedOut(app);
  const next = "/settings/activity?kind=signs";
  await openBetween(page, guarded.person, `/login?${new URLSearchParams({ next })}`);
  await codeField(page).fill(wrongTotp(guarded.secret));
  await expect(summary(page)).toBeFocused();
  await page.getByRole("link", { name: "Use a backup code" }).click();
  await page.getByLabel("Backup code").fill("no such code");
  await press(page, "Continue");
  await expect(summary(page)).toBeFocused();
  await page.getByRole("link", { name: "Use your authenticator app" }).click();
  await codeField(page).fill(await freshCode(app, guarded));
  await page.waitForURL(`**${next}`);
});

test("B11 a hostile next leads home from the second factor, too", async ({
  app,
  page,
}) => {
  const guarded = await makeGuardedOut(app);
  const [evil = ""] = hostile;
  await openBetween(
    page,
    guarded.person,
    `/login?${new URLSearchParams({ next: evil })}`,
  );
  await expect(page).toHaveURL(`${app.url}/second-factor`);
  for (const next of hostile) {
    await page.goto(`/second-factor?${new URLSearchParams({ next })}`);
    await expect(page.locator("input[name=next]")).toHaveCount(0);
    const other = page.getByRole("link", { name: "Use a backup code" });
    await expect(other).toHaveAttribute("href", "/second-factor?method=backup_code");
  }
  await page.goto("/second-factor?next=%2Fsettings%2Fdevices");
  await page.locator("input[name=next]").evaluate((input: HTMLInputElement, evil) => {
    input.value = evil;
  }, evil);
  await codeField(page).fill(await freshCode(app, guarded));
  await page.waitForURL(`${app.url}/dashboard`);
});
