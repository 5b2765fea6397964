// Asking for a sign-in link by hand, and the mail that comes of it.
import type { Page } from "@playwright/test";
import type { Received } from "./mailbox";
import { press } from "./screens";
import type { Installation } from "./server";

export const signInMail = "Your sign-in link";
export const newAccountMail = "Create your account";

/** Leaves the page where it waits for the mail. */
export async function askForLink(
  page: Page,
  email: string,
  path = "/login",
): Promise<void> {
  await page.goto(path);
  await page.getByLabel("Email").fill(email);
  await press(page, "Email me a sign-in link");
  await page.waitForURL("**/check-email");
}

/** The `count`-th of a person with an account. */
export function linkMail(app: Installation, email: string, count = 1): Promise<Received> {
  return app.mailbox.waitFor(email, signInMail, { count });
}

/** Asks, and answers the mail. */
export async function mailedLink(
  app: Installation,
  page: Page,
  email: string,
): Promise<Received> {
  const count = app.mailbox.about(email, signInMail).length + 1;
  await askForLink(page, email);
  return linkMail(app, email, count);
}

/** As if this address had asked for its last mail an hour ago. */
export function letHeadStartEnd(app: Installation, email: string) {
  return app.sql(
    "UPDATE challenge SET created_at = created_at - interval '1 hour' WHERE email = $1",
    [email],
  );
}

/** Who is signed in on this page, as the server answers it. */
export async function sessionOf(page: Page) {
  return (await page.request.get("/api/auth/session")).json();
}
