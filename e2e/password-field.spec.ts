import { expect, password, test } from "./fixtures";

for (const [path, autocomplete] of [
  ["/login", "current-password"],
  ["/signup", "new-password"],
] as const) {
  test(`A07 the password field of ${path} takes pastes and managers, and can be looked at`, async ({
    page,
    context,
    app,
  }) => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"], {
      origin: app.url,
    });
    await page.goto(path);
    const field = page.getByLabel("Password", { exact: true });
    await expect(field).toHaveAttribute("type", "password");
    await expect(field).toHaveAttribute(
      "autocomplete",
      new RegExp(`(^| )${autocomplete}( |$)`),
    );

    await page.evaluate((text) => navigator.clipboard.writeText(text), password);
    await field.focus();
    await page.keyboard.press("Control+V");
    await expect(field).toHaveValue(password);

    await page.getByRole("button", { name: "Show" }).click();
    await expect(field).toHaveAttribute("type", "text");
    await expect(field).toHaveValue(password);
    await page.getByRole("button", { name: "Hide" }).click();
    await expect(field).toHaveAttribute("type", "password");
  });
}
