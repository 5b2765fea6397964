// What the stories about an account's settings have in common.
import type { Page } from "@playwright/test";
import type { ApiClient } from "./api-client";
import { makePerson, type Person } from "./fixtures";
import type { Installation } from "./server";
import { age, minutes } from "./sessions";

export const news = (page: Page) => page.getByRole("main").getByRole("status").first();
export const field = (page: Page, label: string) =>
  page.getByLabel(label, { exact: true });
export const press = (page: Page, name: string) =>
  page.getByRole("button", { name, exact: true }).click();

/** As if the last proof of these people had been given eleven minutes ago. */
export async function letConfirmationEnd(
  app: Installation,
  { email }: Person,
): Promise<void> {
  const sessions = await app.sql<{ id: string }>(
    `SELECT s.id FROM session s JOIN "user" u ON u.id = s.user_id WHERE u.email = $1`,
    [email],
  );
  for (const { id } of sessions) await age(app, id, minutes(11));
}

/** Signed in just now, in this very browser; how that looks is shown elsewhere. */
export async function openSettings(
  page: Page,
  { email, password }: Person,
  path: string,
): Promise<void> {
  const { origin } = new URL((await page.request.get("/api/health/live")).url());
  const call = { data: { email, password }, headers: { origin } };
  const answer = await page.request.post("/api/auth/login", call);
  if (!answer.ok()) throw new Error(`not signed in: ${await answer.text()}`);
  await page.goto(path);
}

/** Somebody who signed up with the address alone, in this page's browser. */
export async function openPasswordless(app: Installation, page: Page): Promise<string> {
  const { person, client } = await makePerson(app, { password: undefined });
  await adoptSession(page, client);
  await page.goto("/settings/security");
  return person.email;
}

/** Makes the page's browser the one that `client` has signed in. */
export async function adoptSession(page: Page, client: ApiClient): Promise<void> {
  const url = client.appUrl;
  const cookies = [...client.cookies].map(([name, value]) => ({ name, value, url }));
  await page.context().addCookies(cookies);
}
