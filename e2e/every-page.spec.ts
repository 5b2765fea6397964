// What every page must be, whatever it is for: announced, and readable in every
// light and at every width.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { screens } from "./every-screen";
import { expect, makeSignedOut, test } from "./fixtures";
import { heading } from "./screens";
import { makeViewer } from "./viewers";

const wcag = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];

async function scrollsSideways(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth;
  });
}

async function checkFrame(page: Page, name: string): Promise<void> {
  await expect(heading(page), `${name}: one h1`).toHaveCount(1);
  await expect(page, `${name}: a title`).toHaveTitle(/^(Error: )?\S.* - Latchkey$/);
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.locator("main#main"), `${name}: one main`).toHaveCount(1);
  const first = page.locator("a[href], button, input:not([type=hidden])").first();
  await expect(first, `${name}: skip link first`).toHaveText("Skip to content");
}

async function checkWidth(page: Page, name: string): Promise<void> {
  expect.soft(await scrollsSideways(page), `${name}: scrolls sideways`).toBe(false);
}

/** Resolves when the page has been painted as it is to look now. */
async function painted(page: Page, colorScheme: "light" | "dark"): Promise<void> {
  await page.waitForFunction(
    (scheme) => matchMedia(`(prefers-color-scheme: ${scheme})`).matches,
    colorScheme,
  );
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
}

/** Put into the page once, and asked in every light and at every width. */
async function checkAxe(page: Page, name: string): Promise<void> {
  const axeSource = (await page.evaluate("'axe' in window")) ? "0" : undefined;
  const axe = new AxeBuilder({ page, axeSource }).options({
    resultTypes: ["violations"],
  });
  // No page has frames; without them axe need not gather its findings in another one.
  expect(page.frames()).toHaveLength(1);
  const { violations } = await axe.withTags(wcag).setLegacyMode().analyze();
  const found = violations.map(({ id, nodes }) => [id, nodes.map((node) => node.target)]);
  expect.soft(found, `${name}: axe`).toEqual([]);
}

const looked = screens.filter(({ within }) => !within);

test("A2 a state that nobody looks at by itself stands in one that is looked at", () => {
  const names = looked.map(({ name }) => name);
  for (const { within } of screens) if (within) expect(names).toContain(within);
});

for (const screen of looked) {
  test(`A1 A2 A3 anybody can read "${screen.name}", light or dark, narrow or wide`, async ({
    app,
    page,
    openBrowser,
  }) => {
    const person = await makeViewer(app);
    await page.emulateMedia({ reducedMotion: "reduce" });
    await screen.open({ app, page, person, openBrowser });
    await checkFrame(page, screen.name);
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await checkWidth(page, `${screen.name} at ${width} px`);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await painted(page, colorScheme);
        await checkAxe(page, `${screen.name} at ${width} px, ${colorScheme}`);
      }
    }
    await page.evaluate(() => {
      document.documentElement.style.fontSize = "200%";
    });
    for (const width of [640, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await checkWidth(page, `${screen.name} at ${width} px and 200 % text`);
    }
  });
}

test("A1 no two pages share a title", async ({ app, page, openBrowser }) => {
  const person = await makeSignedOut(app);
  const plain = ["start", "not found", "sign in", "sign up", "check email"];
  const links = ["verify", "reset", "not me", "confirm email", "keep email"];
  const signedIn = ["dashboard", "security", "passkeys", "devices", "activity"];
  const noLinks = links.map((link) => `${link}, no link`);
  // The last one begins anew: from then on a password alone signs in no more.
  const factors = ["confirm", "two-factor, off", "second factor"];
  const names = [...plain, "forgot password", ...noLinks, ...signedIn, ...factors];
  const titles: string[] = [];
  for (const screen of screens.filter(({ name }) => names.includes(name))) {
    await page.context().clearCookies();
    await screen.open({ app, page, person, openBrowser });
    titles.push(await page.title());
  }
  expect(titles).toHaveLength(names.length);
  expect(new Set(titles).size, titles.join(", ")).toBe(titles.length);
});

test("A1 the skip link leads past the navigation into the content", async ({
  app,
  page,
}) => {
  const person = await makeSignedOut(app);
  await screens
    .find(({ name }) => name === "dashboard")
    ?.open({
      app,
      page,
      person,
      openBrowser: async () => page,
    });
  await page.reload();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Create a passkey" })).toBeFocused();
});
