// People and their passkeys in a real browser: made, touched, and made to say less.
import type { Page, Route } from "@playwright/test";
import { openSettings } from "./account";
import { type Authenticator, addAuthenticator } from "./authenticators";
import type { Person } from "./fixtures";

/**
 * A passkey of whoever is signed in on this page, made as the settings do; `isSecond`
 * where it is asked for after a password, too.
 */
async function addPasskey(page: Page, isSecond: boolean): Promise<void> {
  await page.evaluate(async (isSecond) => {
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
    await post("/api/account/passkeys", { response });
    if (isSecond) await post("/api/account/two-factor", {});
  }, isSecond);
}

type Leaving = Parameters<typeof addAuthenticator>[1] & { isSecond?: boolean };

/**
 * This page's person has a passkey, is signed out, and does not touch it: whatever
 * asks for it waits until `setPresence(true)`.
 */
export async function leaveWithPasskey(
  page: Page,
  person: Person,
  { isSecond = false, ...options }: Leaving = {},
): Promise<Authenticator> {
  // Not on the dashboard, which may make one by itself.
  await openSettings(page, person, "/settings/devices");
  const authenticator = await addAuthenticator(page, options);
  await addPasskey(page, isSecond);
  await authenticator.setPresence(false);
  await page.context().clearCookies();
  return authenticator;
}

/**
 * Presses the sign-in page's button and touches the authenticator, but not before
 * the request that waited unseen is over: it would be answered in its place.
 */
export async function pressAndTouch(
  page: Page,
  authenticator: Authenticator,
): Promise<void> {
  await page.waitForLoadState("networkidle");
  const touch = async (route: Route) => {
    await authenticator.setPresence(true);
    await route.continue();
  };
  await page.route("**/api/auth/passkey/options", touch, { times: 1 });
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
}

/** It goes on answering, and says of nobody any more that it knows them. */
export async function hideVerification({ cdp, id }: Authenticator): Promise<void> {
  const bits = { authenticatorId: id, isBadUV: true };
  await cdp.send("WebAuthn.setResponseOverrideBits", bits);
}
