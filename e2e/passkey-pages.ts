// What the stories about the page of passkeys have in common.
import type { Page } from "@playwright/test";
import type { ApiClient } from "./api-client";
import { type Person, signIn } from "./fixtures";
import { addPasskey, newAuthenticator } from "./passwordless-api";
import { press } from "./screens";
import type { Installation } from "./server";

export const passkeysPath = "/settings/passkeys";

export const cards = (page: Page) =>
  page.getByRole("list", { name: "Your passkeys" }).getByRole("listitem");

/** Adds a passkey by hand, on the page that is open; answers what it is called. */
export async function createHere(page: Page): Promise<string> {
  await press(page, "Add a passkey");
  await press(page, "Create passkey");
  const said = await page.getByText(/^Passkey added: /).textContent();
  return said?.replace("Passkey added: ", "") ?? "";
}

type Make = Parameters<typeof newAuthenticator>[1];

/** Over the API, with an authenticator of any make. */
export async function addPasskeyOf(
  app: Installation,
  owner: ApiClient | Person,
  make?: Make,
) {
  const client = "kind" in owner ? owner : await signIn(app, owner);
  const authenticator = newAuthenticator(app, make);
  const { id, answer } = await addPasskey(client, authenticator);
  return { authenticator, id, name: answer.json.name as string };
}
