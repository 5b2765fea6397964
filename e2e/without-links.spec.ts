// Sign-in links that a setting has switched off: they are gone from pages, routes and
// forms, also the one that somebody waits for.
import { adoptSession } from "./account";
import { addAuthenticator } from "./authenticators";
import { pressAndTouch } from "./browser-passkeys";
import { expect, newEmail, signInPage, test } from "./fixtures";
import { createHere } from "./passkey-pages";
import { askForLink } from "./passwordless-api";
import { signUp, summary } from "./screens";
import type { Installation } from "./server";
import { confirmAddress, controlsOf, switchOff, typeCode, walkWithout } from "./switches";

// The server is started twice, once for all of it.
test.describe.configure({ mode: "default" });

const prepare = async (started: Installation) => {
  const asking = { email: newEmail(), subject: "Create your account" };
  return { ...asking, ...(await askForLink(started, asking.email, asking)) };
};
let app: Installation;
let asked: Awaited<ReturnType<typeof prepare>>;
test.beforeAll(async () => {
  const off = await switchOff("magic_link", test.info().parallelIndex, prepare);
  ({ app, made: asked } = off);
});
test.afterAll(() => app.stop());

test("E14 their pages, routes and forms are gone, and all others stay", async () => {
  await walkWithout("magic_link", app);
});

test("E14 one that was asked for before opens nothing, and makes no account", async ({
  openBrowser,
}) => {
  const page = await openBrowser({ baseURL: app.url });
  await adoptSession(page, asked.client);
  await page.goto("/check-email");
  await typeCode(page, asked.code);
  await expect(summary(page)).toContainText("There is no such thing here.");
  const { token, code } = asked;
  for (const proof of [{ token }, { code }]) {
    const answer = await asked.client.post("/api/auth/magic-link/verify", proof);
    expect(answer.status).toBe(404);
  }
  const users = `SELECT 1 FROM "user" WHERE email = $1`;
  expect(await app.sql(users, [asked.email])).toEqual([]);
});

test("E14 no button offers one", async ({ openBrowser }) => {
  const page = await openBrowser({ baseURL: app.url });
  await addAuthenticator(page);
  await page.goto("/login");
  const ways = ["Sign in", "Sign in with a passkey"];
  const links = ["Forgot password?", "Create account"];
  const fields = ["Email", "Password", "Keep me signed in", "Show password"];
  expect(await controlsOf(page)).toEqual([...fields, ...ways, ...links]);
  await page.goto("/signup");
  const sent = ["Create account", "Sign up with a passkey", "Sign in"];
  expect((await controlsOf(page)).slice(-3)).toEqual(sent);
});

test("E14 an address is confirmed all the same, and password and passkey sign in", async ({
  openBrowser,
}) => {
  const page = await openBrowser({ baseURL: app.url });
  const person = await signUp(page);
  await confirmAddress(app, page, person.email);
  await page.context().clearCookies();
  await signInPage(page, person);
  const authenticator = await addAuthenticator(page);
  await page.goto("/settings/passkeys");
  await createHere(page);
  await authenticator.setPresence(false);
  await page.context().clearCookies();
  await page.goto("/login");
  await pressAndTouch(page, authenticator);
  await page.waitForURL("**/dashboard");
});
