// Passkeys that a setting has switched off, for accounts that had some before: they are
// gone from pages, routes and forms, and what they guarded stays guarded.
import { adoptSession, letConfirmationEnd } from "./account";
import { ApiClient } from "./api-client";
import { addAuthenticator } from "./authenticators";
import { expect, password, signInPage, test } from "./fixtures";
import { makeHolder } from "./passwordless-api";
import { heading, press, signUp } from "./screens";
import { giveBackupCode, settings } from "./second-factors";
import type { Installation } from "./server";
import { sessionOf } from "./sign-in-links";
import {
  confirmAddress,
  controlsOf,
  signInByLink,
  switchOff,
  walkWithout,
} from "./switches";

// The server is started twice, once for all of it.
test.describe.configure({ mode: "default" });

/** Two-factor authentication with a passkey: one kept the backup codes. */
async function makeGuarded(app: Installation) {
  const holder = await makeHolder(app);
  const { json } = await holder.client.post(settings.twoFactor);
  return { ...holder, codes: json.backupCodes as string[] };
}
const prepare = async (started: Installation) => {
  const [kept, lost] = [await makeGuarded(started), await makeGuarded(started)];
  await started.sql("DELETE FROM backup_code WHERE user_id = $1", [lost.user.id]);
  return { kept, lost, unguarded: await makeHolder(started) };
};

let app: Installation;
let made: Awaited<ReturnType<typeof prepare>>;
test.beforeAll(async () => {
  const off = await switchOff("passkey", test.info().parallelIndex, prepare);
  ({ app, made } = off);
});
test.afterAll(() => app.stop());

test("E14 their pages, routes and forms are gone, and all others stay", async () => {
  await walkWithout("passkey", app);
});

test("E14 nobody is offered one, in a browser that could", async ({ openBrowser }) => {
  const page = await openBrowser({ baseURL: app.url });
  await addAuthenticator(page);
  await page.goto("/login");
  const ways = ["Sign in", "Email me a sign-in link"];
  const links = ["Forgot password?", "Create account"];
  const fields = ["Email", "Password", "Keep me signed in", "Show password"];
  expect(await controlsOf(page)).toEqual([...fields, ...ways, ...links]);
  await page.goto("/signup");
  expect(await controlsOf(page)).toContain("Email me a sign-in link");
  await expect(page.getByText(/passkey/i)).toHaveCount(0);
  await adoptSession(page, made.unguarded.client);
  for (const path of ["dashboard", "settings/security", "settings/two-factor"]) {
    await page.goto(`/${path}`);
    await expect(heading(page)).toBeVisible();
    await expect(page.getByText(/passkey/i), path).toHaveCount(0);
  }
  const nav = page.getByRole("navigation", { name: "Settings" });
  expect(await nav.getByRole("link").allInnerTexts()).not.toContain("Passkeys");
  const switched = await page.goto("/settings/two-factor?new=passkeys");
  expect(switched?.status()).toBe(404);
});

test("E14 F01 whoever has no other second factor gets no session with one, and reads why", async ({
  openBrowser,
}) => {
  const page = await openBrowser({ baseURL: app.url });
  const { person } = made.lost;
  await page.goto("/login");
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await press(page, "Sign in");
  await page.waitForURL("**/second-factor");
  await expect(page.getByText("no longer takes the one you have")).toBeVisible();
  expect(await controlsOf(page)).toEqual(["Sign in as somebody else"]);
  expect(await sessionOf(page)).toBeNull();
  await page.goto("/dashboard");
  await expect(heading(page)).toHaveText("Sign in");
});

test("E14 F05 nor can a session of theirs confirm with less", async ({ openBrowser }) => {
  const { client, person } = made.lost;
  await letConfirmationEnd(app, person);
  const asked = await client.get("/api/account/export");
  expect(asked.json).toMatchObject({ code: "step_up_required", methods: [] });
  for (const proof of [{ method: "password", password }, { method: "email_code" }]) {
    const answer = await client.post("/api/auth/step-up", proof);
    expect([answer.status, answer.json.code]).toEqual([403, "step_up_required"]);
  }
  const page = await openBrowser({ baseURL: app.url });
  await adoptSession(page, client);
  await page.goto("/confirm");
  await expect(page.getByText("no longer takes the one you have")).toBeVisible();
  expect(await controlsOf(page)).toEqual(["Go back"]);
});

test("E14 F01 a backup code stands in for the passkey", async () => {
  const { person, codes } = made.kept;
  const client = new ApiClient(app.url);
  const first = await client.post("/api/auth/login", person);
  expect(first.json).toMatchObject({
    status: "second_factor_required",
    methods: ["backup_code"],
  });
  const second = await giveBackupCode(client, codes[0] ?? "");
  expect(second.json).toMatchObject({ status: "signed_in", session: { aal: 2 } });
});

test("E14 people sign up and in with passwords, and in by links", async ({
  openBrowser,
}) => {
  const page = await openBrowser({ baseURL: app.url });
  const person = await signUp(page);
  await confirmAddress(app, page, person.email);
  await page.context().clearCookies();
  await signInPage(page, person);
  await page.context().clearCookies();
  await signInByLink(app, page, made.unguarded.person.email);
});
