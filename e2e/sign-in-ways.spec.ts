// What all ways in have in common: the page that was wanted, how long the session
// lasts, and that the sign-in page remembers which way it was.
import type { Page } from "@playwright/test";
import { leaveWithPasskey, pressAndTouch } from "./browser-passkeys";
import { expect, type Person, signInPage, test } from "./fixtures";
import { codeIn, linkIn } from "./mailbox";
import { heading, press, signInHere } from "./screens";
import type { Installation } from "./server";
import { askForLink, linkMail, sessionOf } from "./sign-in-links";

const badge = (page: Page) => page.getByText("Last used", { exact: true });
const signInButtons = [
  "Sign in",
  "Sign in with a passkey",
  "Email me a sign-in link",
] as const;

async function enterByLink(app: Installation, page: Page, { email }: Person) {
  await askForLink(page, email);
  await page.getByLabel("Code").fill(codeIn(await linkMail(app, email)));
  await page.waitForURL("**/dashboard");
}

/** Signs out here and stands at the sign-in page, at which that way stands out. */
async function expectLastUsed(page: Page, way: (typeof signInButtons)[number]) {
  await page.request.post("/api/auth/logout", { headers: { origin: originOf(page) } });
  for (const path of ["/login", "/login?next=%2Fsettings%2Fdevices"]) {
    await page.goto(path);
    await expect(badge(page)).toHaveCount(1);
    for (const name of signInButtons) {
      // Its name is the same for everybody: the badge describes it.
      const button = page.getByRole("button", { name, exact: true });
      const description = name === way ? "Last used" : "";
      await expect(button).toHaveAccessibleDescription(description);
    }
  }
  await page.goto("/signup");
  await expect(heading(page)).toHaveText("Create your account");
  await expect(badge(page)).toHaveCount(0);
}

const originOf = (page: Page) => new URL(page.url()).origin;

test("B9 a browser that never signed in has used no way last", async ({ page }) => {
  await page.goto("/login");
  await expect(heading(page)).toHaveText("Sign in");
  await expect(badge(page)).toHaveCount(0);
});

test("B9 the sign-in page shows the way that was used last: password, link, passkey", async ({
  app,
  page,
  person,
}) => {
  const authenticator = await leaveWithPasskey(page, person);
  await signInPage(page, person);
  await expectLastUsed(page, "Sign in");
  await enterByLink(app, page, person);
  await expectLastUsed(page, "Email me a sign-in link");
  await page.goto("/login");
  await pressAndTouch(page, authenticator);
  await page.waitForURL("**/dashboard");
  await authenticator.setPresence(false);
  await expectLastUsed(page, "Sign in with a passkey");
  const cookies = await page.context().cookies();
  const last = cookies.find(({ name }) => name === "last-method");
  expect([last?.value, last?.httpOnly]).toEqual(["passkey", true]);
});

test("B9 a way that is none is not shown", async ({ app, page }) => {
  const url = app.url;
  for (const value of ["admin", "Password", "password.passkey"]) {
    await page.context().addCookies([{ name: "last-method", value, url }]);
    await page.goto("/login");
    await expect(heading(page)).toHaveText("Sign in");
    await expect(badge(page)).toHaveCount(0);
  }
});

test("A8 of the ways to sign in only the one that was pressed shows that it is at work", async ({
  page,
  person,
}) => {
  const authenticator = await leaveWithPasskey(page, person);
  const presses: [string, () => Promise<void>][] = [
    ["Sign in", () => press(page, "Sign in")],
    ["Email me a sign-in link", () => press(page, "Email me a sign-in link")],
    ["Sign in with a passkey", () => pressAndTouch(page, authenticator)],
  ];
  for (const [pressed, go] of presses) {
    await page.context().clearCookies();
    await page.goto("/login");
    await page.getByLabel("Email").fill(person.email);
    await page.waitForLoadState("networkidle");
    const release = await holdPosts(page);
    await go();
    const isAtWork = (name: string) =>
      page.getByRole("button", { name, exact: true }).getAttribute("aria-busy");
    await expect.poll(() => isAtWork(pressed)).toBe("true");
    for (const name of signInButtons.filter((name) => name !== pressed)) {
      expect(await isAtWork(name), `${name} after ${pressed}`).toBeNull();
    }
    await release();
  }
  await page.waitForURL("**/dashboard");
});

/** The page's own posts wait until the returned function is called. */
async function holdPosts(page: Page): Promise<() => Promise<void>> {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  await page.route("**/login", async (route) => {
    if (route.request().method() === "POST") await opened;
    await route.continue();
  });
  return async () => {
    open();
    await page.waitForLoadState("networkidle");
    await page.unroute("**/login");
  };
}

const wanted: [string, string][] = [
  ["%2Fsettings%2Fdevices", "/settings/devices"],
  ["%2F%2Fevil.example", "/dashboard"],
  ["%2F%5Cevil.example", "/dashboard"],
];

for (const [next, landing] of wanted) {
  test(`B11 with next=${next} a mailed link and its code land at ${landing}`, async ({
    app,
    openBrowser,
    person,
  }) => {
    for (const count of [1, 2]) {
      const page = await openBrowser();
      await askForLink(page, person.email, `/login?next=${next}`);
      const mail = await linkMail(app, person.email, count);
      if (count === 1) {
        await page.getByLabel("Code").fill(codeIn(mail));
      } else {
        await page.goto(linkIn(mail));
        await press(page, "Continue");
      }
      await page.waitForURL(`**${landing}`);
      expect(new URL(page.url()).pathname).toBe(landing);
      expect((await sessionOf(page)).user.email).toBe(person.email);
    }
  });
}

test("B11 a passkey leads to the page that was wanted, and to no hostile one", async ({
  page,
  person,
}) => {
  const authenticator = await leaveWithPasskey(page, person);
  await authenticator.setPresence(true);
  for (const [next, landing] of wanted) {
    await page.context().clearCookies();
    await page.goto(`/login?next=${next}`);
    await page.waitForURL(`**${landing}`);
    expect(new URL(page.url()).pathname, next).toBe(landing);
  }
});

for (const isKept of [true, false]) {
  test(`a session by link or password ${isKept ? "outlives" : "ends with"} the browser, as was ticked`, async ({
    app,
    openBrowser,
    person,
  }) => {
    for (const way of ["link", "password"]) {
      const page = await openBrowser();
      await page.goto("/login");
      await page.getByLabel("Keep me signed in").setChecked(isKept);
      if (way === "password") {
        await signInHere(page, person);
      } else {
        await page.getByLabel("Email").fill(person.email);
        await press(page, "Email me a sign-in link");
        const mail = await linkMail(app, person.email);
        await page.getByLabel("Code").fill(codeIn(mail));
      }
      await page.waitForURL("**/dashboard");
      const cookies = await page.context().cookies();
      const refresh = cookies.find(({ name }) => name === "latchkey-refresh");
      expect((refresh?.expires ?? 0) > 0, way).toBe(isKept);
    }
  });
}
