// Signing in with a passkey, by the button and by the list of the email field.
import { addAuthenticator } from "./authenticators";
import { expect, signInPage, test } from "./fixtures";

/** As the settings page does, over the page's own origin. */
async function addPasskey(page: import("@playwright/test").Page): Promise<string> {
  return page.evaluate(async () => {
    const post = async (path: string, body: object) => {
      const response = await fetch(path, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
      return response.json();
    };
    const options = await post("/api/account/passkeys/options", {});
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    const created = await navigator.credentials.create({ publicKey });
    const response = (created as PublicKeyCredential).toJSON();
    return (await post("/api/account/passkeys", { response })).name;
  });
}

test("B2 a passkey that is there signs in without a click", async ({ page, person }) => {
  const authenticator = await addAuthenticator(page);
  await signInPage(page, person);
  expect(await addPasskey(page)).toBe("Passkey");
  expect(await authenticator.credentials()).toHaveLength(1);
  await page.context().clearCookies();
  await page.goto("/login");
  await page.waitForURL("**/dashboard");
});

test("B5 the button signs in with an empty email", async ({ page, person }) => {
  const authenticator = await addAuthenticator(page);
  await signInPage(page, person);
  await addPasskey(page);
  await authenticator.setPresence(false);
  await page.context().clearCookies();
  await page.goto("/login");
  await page.waitForLoadState("networkidle");
  await authenticator.setPresence(true);
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await page.waitForURL("**/dashboard");
});
