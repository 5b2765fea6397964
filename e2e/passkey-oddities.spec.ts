// Browsers as they are: extensions that take the place of WebAuthn and answer
// anything, and lines that are slow or away.
import type { Page, Request, Route } from "@playwright/test";
import { type Authenticator, addAuthenticator } from "./authenticators";
import { expect, type Person, signInPage, test } from "./fixtures";

const options = "/api/auth/passkey/options";
const button = (page: Page) =>
  page.getByRole("button", { name: "Sign in with a passkey" });

/** What an extension puts in the place of the browser's own. */
const extensions: Record<string, () => void> = {
  "throws at once": () => {
    navigator.credentials.get = () => {
      throw new Error("no");
    };
  },
  "answers with nothing": () => {
    navigator.credentials.get = async () => null;
  },
  "promises nothing": () => {
    const own = PublicKeyCredential as unknown as Record<string, () => unknown>;
    own.isConditionalMediationAvailable = () => true;
    navigator.credentials.get = (() => ({})) as never;
  },
};

for (const [what, script] of Object.entries(extensions)) {
  test(`B5 B6 an extension that ${what} leaves a page on which the password works`, async ({
    page,
    person,
  }) => {
    await page.addInitScript(script);
    await page.goto("/login");
    for (let press = 0; press < 2; press++) {
      const asked = page.waitForResponse((answer) => answer.url().endsWith(options));
      await button(page).click();
      await asked;
      await expect(page.getByText(/could not use a passkey/)).toBeVisible();
    }
    await signInHere(page, person);
    await page.waitForURL("**/dashboard");
  });
}

async function signInHere(page: Page, { email, password }: Person): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

test("B7 a password manager that promises nothing for a signal leaves the page alive", async ({
  page,
  person,
}) => {
  await page.addInitScript(() => {
    const own = PublicKeyCredential as unknown as Record<string, () => unknown>;
    own.signalUnknownCredential = () => undefined;
  });
  await addAuthenticator(page);
  await page.goto("/forgot-password");
  await page.evaluate(makeUnknownPasskey);
  await page.goto("/login");
  await expect(page.getByText(/was removed from your account/)).toBeVisible();
  await signInHere(page, person);
  await page.waitForURL("**/dashboard");
});

/** One that no account of ours has. */
async function makeUnknownPasskey(): Promise<void> {
  const bytes = new Uint8Array(64).fill(7);
  await navigator.credentials.create({
    publicKey: {
      challenge: bytes,
      rp: { name: "Anything" },
      user: { id: bytes, name: "somebody", displayName: "Somebody" },
      pubKeyCredParams: [{ type: "public-key", alg: -7 }],
      authenticatorSelection: { residentKey: "required" },
    },
  });
}

/** A person whose passkey answers when it is touched. */
async function leaveWithPasskey(page: Page, person: Person): Promise<Authenticator> {
  await signInPage(page, person);
  const authenticator = await addAuthenticator(page);
  await page.goto("/settings/passkeys?add=1");
  await page.getByRole("button", { name: "Create passkey" }).click();
  await expect(page.getByText(/^Passkey added/)).toBeVisible();
  await authenticator.setPresence(false);
  await page.context().clearCookies();
  return authenticator;
}

test("B3 options that come late take the place of no newer ones", async ({
  page,
  person,
}) => {
  const authenticator = await leaveWithPasskey(page, person);
  await authenticator.setPresence(true);
  let release = () => {};
  const isReleased = new Promise<void>((resolve) => {
    release = resolve;
  });
  const hold = async (route: Route) => {
    await isReleased;
    // The page may have given it up.
    await route.continue().catch(() => {});
  };
  await page.route(`**${options}`, hold, { times: 1 });
  const first = page.waitForRequest(`**${options}`);
  await page.goto("/login");
  const isFirstOver = isOver(page, await first);
  // The passkey has answered the newer ones: now the older ones come.
  await page.route("**/login", async (route) => {
    release();
    await isFirstOver;
    await route.continue();
  });
  await button(page).click();
  await page.waitForURL("**/dashboard");
});

/** Answered, or given up. */
function isOver(page: Page, request: Request): Promise<void> {
  return new Promise((resolve) => {
    const look = (ended: Request) => ended === request && resolve();
    page.on("requestfinished", look).on("requestfailed", look);
  });
}

test("B2 a page that could not ask asks when somebody comes back to it", async ({
  page,
  person,
}) => {
  const authenticator = await leaveWithPasskey(page, person);
  await authenticator.setPresence(true);
  await page.route(`**${options}`, (route) => route.abort(), { times: 1 });
  const failed = page.waitForEvent("requestfailed");
  await page.goto("/login");
  await failed;
  await expect(async () => {
    await page.evaluate(() => dispatchEvent(new Event("focus")));
    await page.waitForURL("**/dashboard", { timeout: 1000 });
  }).toPass({ timeout: 15_000 });
});
