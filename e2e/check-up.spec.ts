// The security check-up: what is weak, each with the one press that mends it.
import type { Page } from "@playwright/test";
import { codeNow } from "../tests/totp";
import { adoptSession, field, news } from "./account";
import { addAuthenticator } from "./authenticators";
import { expect, makePerson, signIn, test } from "./fixtures";
import { addPasskeyOf } from "./passkey-pages";
import { heading, press } from "./screens";
import { makeGuardedOut, openGuarded, shownCodes, shownKey } from "./second-factor-pages";
import type { Installation } from "./server";

const path = "/settings/security";
const section = (page: Page) =>
  page.getByRole("heading", { name: "Security check-up" }).locator("..");
const rows = (page: Page) => section(page).getByRole("listitem");
const fine = "Nothing needs your attention.";

/** Not used for so many days, and not ended by that. */
function leaveIdle(app: Installation, sessionId: string, days: number) {
  return app.sql(
    "UPDATE session SET last_seen_at = now() - $2 * interval '1 day' WHERE id = $1",
    [sessionId, days],
  );
}

test("a first factor alone is said to be weak, and one press leads to the second", async ({
  app,
  page,
}) => {
  const { client } = await makePerson(app);
  await adoptSession(page, client);
  await page.goto(path);
  await expect(rows(page)).toHaveCount(1);
  await expect(section(page)).toContainText("One thing would make your account safer.");
  await expect(rows(page)).toContainText("A password or a mailed link alone opens");
  await section(page).getByRole("link", { name: "Set up two-factor" }).click();
  await expect(heading(page)).toHaveText("Two-factor authentication");
  await press(page, "Set up authenticator app");
  await field(page, "Code").fill(codeNow(await shownKey(page)));
  await expect(shownCodes(page)).toHaveCount(10);
  await page.goto(path);
  await expect(section(page)).toContainText(fine);
  await expect(rows(page)).toHaveCount(0);
});

test("a listed password is the first thing to mend, and the press leads to its field", async ({
  app,
  page,
}) => {
  const { client, user } = await makePerson(app);
  await app.sql(`UPDATE "user" SET password_listed_at = now() WHERE id = $1`, [user.id]);
  await adoptSession(page, client);
  await page.goto(path);
  await expect(rows(page)).toHaveCount(2);
  await expect(section(page)).toContainText("2 things would make your account safer.");
  await expect(rows(page).first()).toContainText("among those that others try first");
  await rows(page).first().getByRole("link", { name: "Change password" }).click();
  await expect(field(page, "New password")).toBeInViewport();
  await field(page, "Current password").fill("a long enough sentence");
  await field(page, "New password").fill("an even longer sentence");
  await press(page, "Change password");
  await expect(news(page)).toContainText("Your password is changed.");
  await expect(rows(page)).toHaveCount(1);
});

test("one passkey alone is said to be weak, and one press adds another", async ({
  app,
  page,
}) => {
  const guarded = await makeGuardedOut(app);
  await openGuarded(app, page, guarded, path);
  await expect(section(page)).toContainText(fine);
  const { client } = await makePerson(app);
  await addPasskeyOf(app, client);
  await page.context().clearCookies();
  await adoptSession(page, client);
  await addAuthenticator(page);
  await page.goto(path);
  const row = rows(page).filter({ hasText: "You have one passkey." });
  await row.getByRole("link", { name: "Add another" }).click();
  await expect(page.getByRole("heading", { name: "Create a passkey" })).toBeVisible();
  await press(page, "Create passkey");
  await expect(page.getByText(/^Passkey added: /)).toBeVisible();
  await page.goto(path);
  await expect(row).toHaveCount(0);
});

test("few backup codes are counted, and one press leads to new ones", async ({
  app,
  page,
}) => {
  const guarded = await makeGuardedOut(app);
  const { id } = guarded.user;
  const keep = (count: number) =>
    app.sql(
      `DELETE FROM backup_code WHERE user_id = $1 AND hash NOT IN
         (SELECT hash FROM backup_code WHERE user_id = $1 ORDER BY hash LIMIT $2)`,
      [id, count],
    );
  await keep(4);
  await openGuarded(app, page, guarded, path);
  await expect(section(page)).toContainText(fine);
  for (const [count, words] of [
    [3, "You have only 3 backup codes left."],
    [1, "You have only 1 backup code left."],
    [0, "You have no backup codes left."],
  ] as const) {
    await keep(count);
    await page.reload();
    await expect(rows(page)).toContainText(words);
  }
  await section(page).getByRole("link", { name: "Get new codes" }).click();
  await press(page, "Make new codes");
  await expect(shownCodes(page)).toHaveCount(10);
  await page.goto(path);
  await expect(section(page)).toContainText(fine);
});

test("codes on paper that are all that guards an account are said to be too little", async ({
  app,
  page,
}) => {
  const guarded = await makeGuardedOut(app);
  await openGuarded(app, page, guarded, path);
  await app.sql("DELETE FROM totp WHERE user_id = $1", [guarded.user.id]);
  await page.reload();
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText("Nothing but backup codes guards your account");
  await section(page).getByRole("link", { name: "Set up an app" }).click();
  await expect(
    page.getByRole("button", { name: "Set up authenticator app" }),
  ).toBeVisible();
});

test("devices that were idle for a month are counted, and one press signs them out, and no other", async ({
  app,
  page,
}) => {
  const { person, client } = await makePerson(app);
  const others = await Promise.all([1, 2, 3].map(() => signIn(app, person)));
  const sessions = await app.sql<{ id: string }>(
    `SELECT s.id FROM session s JOIN "user" u ON u.id = s.user_id
     WHERE u.email = $1 ORDER BY s.created_at`,
    [person.email],
  );
  const [own, recent, ...idle] = sessions.map(({ id }) => id);
  await leaveIdle(app, own ?? "", 31);
  await leaveIdle(app, recent ?? "", 29);
  for (const id of idle) await leaveIdle(app, id, 31);
  await adoptSession(page, client);
  await page.goto(path);
  const row = rows(page).filter({ hasText: "have not been used for a month" });
  await expect(row).toContainText("2 devices have not been used for a month.");
  await press(page, "Sign them out");
  await expect(news(page)).toContainText("Signed out what was not used for a month.");
  await expect(row).toHaveCount(0);
  const left = await app.sql<{ id: string }>(
    `SELECT s.id FROM session s JOIN "user" u ON u.id = s.user_id
     WHERE u.email = $1 AND s.ended_at IS NULL ORDER BY s.created_at`,
    [person.email],
  );
  expect(left.map(({ id }) => id)).toEqual([own, recent]);
  expect(others).toHaveLength(3);
});
