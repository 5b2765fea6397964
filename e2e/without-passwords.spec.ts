// Passwords that a setting has switched off, for accounts that had some before: they are
// gone from pages, routes and forms, and people go on without.
import { adoptSession, letConfirmationEnd } from "./account";
import { makePasswordless } from "./account-api";
import { ApiClient } from "./api-client";
import { addAuthenticator } from "./authenticators";
import { pressAndTouch } from "./browser-passkeys";
import { expect, makePerson, newEmail, password, test } from "./fixtures";
import { codeIn } from "./mailbox";
import { heading, press } from "./screens";
import type { Installation } from "./server";
import { linkMail } from "./sign-in-links";
import { confirmAddress, controlsOf, switchOff, typeCode, walkWithout } from "./switches";

// The server is started twice, once for all of it.
test.describe.configure({ mode: "default" });

const prepare = (started: Installation) => makePerson(started);
let app: Installation;
let old: Awaited<ReturnType<typeof prepare>>;
test.beforeAll(async () => {
  const off = await switchOff("password", test.info().parallelIndex, prepare);
  ({ app, made: old } = off);
});
test.afterAll(() => app.stop());

test("E14 their pages, routes and forms are gone, and all others stay", async () => {
  await walkWithout("password", app);
});

test("E14 a registration that brings one is refused, and makes nothing", async () => {
  const email = newEmail();
  const client = new ApiClient(app.url);
  const answer = await client.post("/api/auth/register", { email, password });
  expect(answer.status).toBe(400);
  const message = "Nobody has a password here.";
  expect(answer.json.errors).toEqual([{ path: "password", message }]);
  expect(await app.sql("SELECT 1 FROM challenge WHERE email = $1", [email])).toEqual([]);
});

test("E14 no field asks for one", async ({ openBrowser }) => {
  const page = await openBrowser({ baseURL: app.url });
  await addAuthenticator(page);
  await page.goto("/login");
  const ways = ["Sign in with a passkey", "Email me a sign-in link"];
  const login = ["Email", "Keep me signed in", ...ways, "Create account"];
  expect(await controlsOf(page)).toEqual(login);
  await page.goto("/signup");
  const sent = ["Create account", "Email me a sign-in link"];
  expect(await controlsOf(page)).toEqual(["Name", "Email", ...sent, "Sign in"]);
  const { client } = await makePasswordless(app);
  await adoptSession(page, client);
  await page.goto("/settings/security");
  await expect(heading(page)).toHaveText("Security");
  await expect(page.getByRole("heading", { name: /^Password/ })).toHaveCount(0);
  await expect(page.locator("input[type=password]")).toHaveCount(0);
});

test("E14 F05 a session that began with one is confirmed by a mailed code", async () => {
  const { client, person } = old;
  await letConfirmationEnd(app, person);
  const asked = await client.get("/api/account/export");
  expect(asked.json).toMatchObject({ methods: ["email_code"] });
  const proof = { method: "password", password };
  const answer = await client.post("/api/auth/step-up", proof);
  expect([answer.status, answer.json.code]).toEqual([403, "step_up_required"]);
});

test("E14 people sign up with the address alone, add a passkey, and sign in by it", async ({
  openBrowser,
}) => {
  const page = await openBrowser({ baseURL: app.url });
  const authenticator = await addAuthenticator(page);
  const email = newEmail();
  await page.goto("/signup");
  await page.getByLabel("Email").fill(email);
  await press(page, "Create account");
  await page.waitForURL("**/check-email");
  await confirmAddress(app, page, email);
  await expect(page).toHaveURL(/\/settings\/passkeys\?add=1$/);
  await press(page, "Create passkey");
  await expect(page.getByText(/^Passkey added/)).toBeVisible();
  await authenticator.setPresence(false);
  await page.context().clearCookies();
  await page.goto("/login");
  await pressAndTouch(page, authenticator);
  await page.waitForURL("**/dashboard");
});

test("E14 whoever had a password comes in by a link", async ({ openBrowser }) => {
  const page = await openBrowser({ baseURL: app.url });
  await page.goto("/login");
  await page.getByLabel("Email").fill(old.person.email);
  // Enter does what the only button of the form does.
  await page.getByLabel("Email").press("Enter");
  await page.waitForURL("**/check-email");
  const mail = await linkMail(app, old.person.email);
  await typeCode(page, codeIn(mail));
  await page.waitForURL("**/dashboard");
});
