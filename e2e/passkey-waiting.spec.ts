// The passkeys in the list of the email field: the request for them waits, unseen,
// for as long as the page is open, and stays out of the way of everything else.
import type { Page } from "@playwright/test";
import { addAuthenticator } from "./authenticators";
import { leaveWithPasskey, pressAndTouch } from "./browser-passkeys";
import { expect, type Person, test } from "./fixtures";
import { signInHere, summary } from "./screens";
import type { Installation } from "./server";

const options = "/api/auth/passkey/options";

/** The paths of what this page posts, from now on. */
function posts(page: Page): string[] {
  const paths: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST") paths.push(new URL(request.url()).pathname);
  });
  return paths;
}

const count = (paths: string[], path: string) =>
  paths.filter((sent) => sent === path).length;

/** The page has asked the browser for a passkey this often. */
async function expectAsked(paths: string[], times: number): Promise<void> {
  await expect.poll(() => count(paths, options)).toBe(times);
}

/** As if this installation had asked every question six minutes ago. */
function expireCeremonies(app: Installation) {
  return app.sql(
    "UPDATE challenge SET expires_at = now() WHERE purpose = 'passkey-sign-in'",
  );
}

async function signIns(app: Installation, { email }: Person): Promise<number> {
  const rows = await app.sql(
    `SELECT 1 FROM session s JOIN "user" u ON u.id = s.user_id
     WHERE u.email = $1 AND s.method = 'passkey'`,
    [email],
  );
  return rows.length;
}

test("B3 the button takes the place of the request that waits, and signs in once", async ({
  app,
  page,
  person,
}) => {
  const authenticator = await leaveWithPasskey(page, person);
  const sent = posts(page);
  await page.goto("/login");
  await expectAsked(sent, 1);
  await pressAndTouch(page, authenticator);
  await page.waitForURL("**/dashboard");
  expect([count(sent, options), count(sent, "/login")]).toEqual([2, 1]);
  expect(await signIns(app, person)).toBe(1);
});

test("B3 a password is sent past the request that waits", async ({
  app,
  page,
  person,
}) => {
  const authenticator = await leaveWithPasskey(page, person);
  const sent = posts(page);
  await page.goto("/login");
  await expectAsked(sent, 1);
  await page.waitForLoadState("networkidle");
  await signInHere(page, { ...person, password: "not the right password" });
  await expect(summary(page)).toBeFocused();
  // Refused, the page waits for a passkey again.
  await expectAsked(sent, 2);
  await signInHere(page, person);
  await authenticator.setPresence(true);
  await page.waitForURL("**/dashboard");
  expect([count(sent, "/login"), await signIns(app, person)]).toEqual([2, 0]);
});

test("B4 a page that was open for six minutes signs in all the same", async ({
  app,
  page,
  person,
}) => {
  const authenticator = await leaveWithPasskey(page, person);
  await page.clock.install();
  const sent = posts(page);
  await page.goto("/login");
  await expectAsked(sent, 1);
  await page.waitForLoadState("networkidle");
  await expireCeremonies(app);
  // Before it is asked: Chromium tells a request that waits of it only now and then.
  await authenticator.setPresence(true);
  await page.clock.fastForward("06:00");
  await page.clock.resume();
  await page.waitForURL("**/dashboard");
});

test("B4 nothing is asked while nobody looks, and at once when somebody does", async ({
  app,
  page,
  person,
}) => {
  const authenticator = await leaveWithPasskey(page, person);
  await page.clock.install();
  const sent = posts(page);
  await page.goto("/login");
  await expectAsked(sent, 1);
  await page.waitForLoadState("networkidle");
  await look(page, false);
  await expireCeremonies(app);
  for (const _ of [1, 2, 3]) await page.clock.fastForward("10:00");
  // Whatever those minutes have begun is sent before this is.
  await page.evaluate(() => fetch("/api/auth/logout", { method: "POST" }));
  expect(count(sent, options)).toBe(1);
  await authenticator.setPresence(true);
  await look(page, true);
  await page.clock.resume();
  await page.waitForURL("**/dashboard");
});

/** Headless tabs are never hidden by themselves. */
function look(page: Page, isLookedAt: boolean): Promise<void> {
  return page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
    document.dispatchEvent(new Event("visibilitychange"));
  }, !isLookedAt);
}

test("B4 a second tab does not break the first, once that is looked at again", async ({
  page,
  person,
}) => {
  const authenticator = await leaveWithPasskey(page, person);
  const sent = posts(page);
  await page.goto("/login");
  await expectAsked(sent, 1);
  await page.waitForLoadState("networkidle");
  const second = await page.context().newPage();
  await (await addAuthenticator(second)).setPresence(false);
  const sentToo = posts(second);
  await second.goto("/login");
  await expectAsked(sentToo, 1);
  await second.waitForLoadState("networkidle");
  // Not on its own: two windows side by side would replace each other for ever.
  expect(count(sent, options)).toBe(1);
  await authenticator.setPresence(true);
  await page.bringToFront();
  await page.evaluate(() => window.dispatchEvent(new Event("focus")));
  await page.waitForURL("**/dashboard");
});
