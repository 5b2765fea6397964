// Second factors on the pages: between the factors of a sign-in, and in the settings.
import type { Page } from "@playwright/test";
import { adoptSession } from "./account";
import { expect, type Person } from "./fixtures";
import { heading, press, signInHere } from "./screens";
import { type Guarded, makeGuarded, signInWithBoth } from "./second-factors";
import type { Installation } from "./server";

export const twoFactorPath = "/settings/two-factor";

/** Somebody with an authenticator app who is signed in nowhere. */
export async function makeGuardedOut(app: Installation): Promise<Guarded> {
  const guarded = await makeGuarded(app);
  await guarded.client.post("/api/auth/logout");
  return guarded;
}

/** The password is right, and this page waits for the second factor. */
export async function openBetween(
  page: Page,
  person: Person,
  path = "/login",
): Promise<void> {
  await page.goto(path);
  await signInHere(page, person);
  await page.waitForURL("**/second-factor**");
  await expect(heading(page)).toHaveText("Confirm it is you");
}

type Owner = Pick<Guarded, "person" | "user" | "secret">;

/** Signed in just now with both factors, on this page of the settings. */
export async function openGuarded(
  app: Installation,
  page: Page,
  guarded: Owner,
  path = twoFactorPath,
): Promise<void> {
  const { client } = await signInWithBoth(app, guarded);
  await adoptSession(page, client);
  await page.goto(path);
}

/** The set-up on this page has begun; answers the key that it shows. */
export async function beginSetUp(page: Page, button = "Set up authenticator app") {
  await press(page, button);
  return shownKey(page);
}

/** As it stands there: in groups of four. */
export async function shownGroups(page: Page): Promise<string> {
  const group = /^[A-Z2-7]{4}( [A-Z2-7]{1,4})+$/;
  return (await page.getByText(group).textContent()) ?? "";
}

export async function shownKey(page: Page): Promise<string> {
  return (await shownGroups(page)).replaceAll(" ", "");
}

export function shownCodes(page: Page) {
  return page
    .getByRole("main")
    .getByRole("listitem")
    .getByText(/^[\da-z]{4}(-[\da-z]{4})+$/);
}

export function codeField(page: Page) {
  return page.getByLabel("Code", { exact: true });
}

/** The links to other ways, in the order in which they stand. */
export function alternatives(page: Page): Promise<string[]> {
  return page.getByRole("main").getByRole("listitem").getByRole("link").allTextContents();
}
