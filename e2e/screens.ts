// What stories do on pages, and the pages of somebody who is signed out in every
// state. `every-screen.ts` has all there are.
import type { Page } from "@playwright/test";
import { ApiClient } from "./api-client";
import { expect, newEmail, type Person, password, signIn } from "./fixtures";
import { linkIn } from "./mailbox";
import type { Installation } from "./server";

export type Scene = {
  app: Installation;
  page: Page;
  /** Has a verified account and is signed out. */
  person: Person;
  openBrowser: () => Promise<Page>;
};

export type Screen = {
  name: string;
  open: (scene: Scene) => Promise<void>;
  /** Another state shows all of this one, and more: it is looked at in place of both. */
  within?: string;
};

/** A signed-in list worth looking at: what browsers say of themselves. */
const userAgents = [
  "Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
  "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
];

/** Signs the person in on this many other browsers. */
export async function addDevices(app: Installation, person: Person, count: number) {
  for (const userAgent of userAgents.slice(0, count)) {
    await signIn(app, person, { "user-agent": userAgent });
  }
}

export async function fillSignUp(page: Page, person: Person): Promise<void> {
  await page.getByLabel("Name").fill(person.name);
  await page.getByLabel("Email").fill(person.email);
  await passwordField(page).fill(person.password);
}

/** Leaves the page where it waits for the mail; answers who is waiting. */
export async function signUp(page: Page, over: Partial<Person> = {}): Promise<Person> {
  const person = { email: newEmail(), password, name: "Nell Newcomer", ...over };
  await page.goto("/signup");
  await fillSignUp(page, person);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL("**/check-email");
  return person;
}

export function passwordField(page: Page) {
  return page.getByLabel("Password", { exact: true });
}

/** On the sign-in page that is open, wherever that leads. */
export async function signInHere(page: Page, person: Person): Promise<void> {
  await page.getByLabel("Email").fill(person.email);
  await passwordField(page).fill(person.password);
  await press(page, "Sign in");
}

export function heading(page: Page) {
  return page.getByRole("heading", { level: 1 });
}

/** The summary of what went wrong; Next's route announcer is an alert too. */
export function summary(page: Page) {
  return page.getByRole("main").getByRole("alert");
}

export function press(page: Page, name: string): Promise<void> {
  return page.getByRole("button", { name, exact: true }).click();
}

/** A link that another browser has asked for, and its address. */
async function linkFromElsewhere({ app }: Scene): Promise<string> {
  const email = newEmail();
  const given = { email, password, name: "Nell Newcomer" };
  await new ApiClient(app.url).post("/api/auth/register", given);
  return linkIn(await app.mailbox.wait(email));
}

async function rememberMethod({ app, page }: Scene, value: string): Promise<void> {
  await page.context().addCookies([{ name: "last-method", value, url: app.url }]);
}

export const signedOutScreens: Screen[] = [
  { name: "start", open: async ({ page }) => void (await page.goto("/")) },
  {
    name: "not found",
    open: async ({ page }) => void (await page.goto("/no-such-page")),
  },
  {
    name: "sign in",
    within: "sign in, after a session has ended",
    open: async ({ page }) => void (await page.goto("/login")),
  },
  {
    name: "sign in, after a session has ended",
    open: async (scene) => {
      await rememberMethod(scene, "passkey");
      await scene.page.goto("/login?next=%2Fsettings%2Fdevices&reason=expired");
      await expect(scene.page.getByText("Last used")).toBeVisible();
    },
  },
  {
    name: "sign in, refused",
    open: async ({ page, person }) => {
      await page.goto("/login");
      await page.getByLabel("Email").fill(person.email);
      await passwordField(page).fill("not the right password");
      await press(page, "Sign in");
      await expect(summary(page)).toBeFocused();
    },
  },
  {
    name: "sign in, password shown",
    open: async (scene) => {
      const { page, person } = scene;
      await rememberMethod(scene, "password");
      await page.goto("/login");
      await expect(page.getByText("Last used")).toBeVisible();
      await page.getByLabel("Email").fill(person.email);
      await passwordField(page).fill(person.password);
      await press(page, "Show password");
    },
  },
  {
    name: "sign up",
    within: "sign up, half filled",
    open: async ({ page }) => void (await page.goto("/signup")),
  },
  {
    name: "sign up, half filled",
    open: async ({ page, person }) => {
      await page.goto("/signup");
      await fillSignUp(page, { ...person, password: "too short" });
      await expect(page.getByText("6 more characters to go.").first()).toBeVisible();
    },
  },
  {
    name: "sign up, refused",
    open: async ({ page }) => {
      await page.goto("/signup");
      await page.getByLabel("Email").fill("nobody");
      await passwordField(page).fill("x");
      await press(page, "Create account");
      await expect(summary(page)).toBeFocused();
    },
  },
  {
    name: "check email",
    within: "check email, wrong code",
    open: async ({ page }) => void (await signUp(page)),
  },
  {
    name: "check email, wrong code",
    open: async ({ page }) => {
      await signUp(page);
      await page.getByLabel("Code").fill("12345");
      await press(page, "Continue");
      await expect(summary(page)).toBeFocused();
    },
  },
  {
    name: "verify, no link",
    open: async ({ page }) => {
      await page.goto("/verify-email");
      await expect(page.getByRole("link", { name: "Type the code" })).toBeVisible();
    },
  },
  {
    name: "verify, own browser",
    open: async (scene) => {
      const { email } = await signUp(scene.page);
      await scene.page.goto(linkIn(await scene.app.mailbox.wait(email)));
      await expect(scene.page.getByRole("button", { name: "Continue" })).toBeVisible();
    },
  },
  {
    name: "verify, other browser",
    within: "verify, other browser, refused",
    open: async (scene) => {
      await scene.page.goto(await linkFromElsewhere(scene));
      await press(scene.page, "Continue");
      await expect(passwordField(scene.page)).toBeFocused();
    },
  },
  {
    name: "verify, other browser, refused",
    open: async (scene) => {
      const { page } = scene;
      await page.goto(await linkFromElsewhere(scene));
      await press(page, "Continue");
      await passwordField(page).fill("short");
      await press(page, "Continue");
      await expect(summary(page)).toBeFocused();
    },
  },
  {
    name: "verify, link expired",
    open: async (scene) => {
      const { app, page } = scene;
      const { email } = await signUp(page);
      await page.goto(linkIn(await app.mailbox.wait(email)));
      await app.sql("UPDATE challenge SET expires_at = now() WHERE email = $1", [email]);
      await press(page, "Continue");
      await expect(summary(page)).toBeFocused();
    },
  },
];
