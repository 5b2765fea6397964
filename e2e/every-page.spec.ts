// What every page must be, whatever it is for: announced, readable in every
// light, at every width, and by keyboard.
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

for (const screen of screens.filter(({ within }) => !within)) {
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

type Stop = {
  what: string;
  top: number;
  bottom: number;
  left: number;
  /** In the navigation of the settings, which is a column of its own where wide. */
  isAside: boolean;
  isSeen: boolean;
  hasRing: boolean;
};

/** Where focus is, as a person looking at the page finds it; null outside it. */
function readFocus(page: Page): Promise<Stop | null> {
  return page.evaluate(() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body) return null;
    const { top, bottom, left, width, height } = focused.getBoundingClientRect();
    const hit = document.elementFromPoint(left + width / 2, top + height / 2);
    const look = getComputedStyle(focused);
    return {
      what: `${focused.tagName} ${focused.textContent || focused.getAttribute("name")}`,
      top: top + scrollY,
      bottom: bottom + scrollY,
      left,
      isAside: focused.closest("main nav") !== null,
      isSeen: hit !== null && (focused.contains(hit) || hit.contains(focused)),
      hasRing: look.outlineStyle === "solid" && Number.parseFloat(look.outlineWidth) >= 2,
    };
  });
}

const skipLink = "A Skip to content";

async function walkByTab(page: Page): Promise<Stop[]> {
  await page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    getSelection()?.removeAllRanges();
    window.scrollTo(0, 0);
  });
  // Tab goes on from where focus was last, so the round is cut where it begins.
  const stops: Stop[] = [];
  for (let turn = 0; turn < 80; turn++) {
    await page.keyboard.press("Tab");
    const stop = await readFocus(page);
    if (stop?.what === skipLink && stops[0]?.what === skipLink) return stops;
    if (stop?.what === skipLink) stops.length = 0;
    const last = stops.at(-1);
    // A date is typed in parts, each of them a stop of its one field.
    if (stop && last && isSamePlace(last, stop)) last.hasRing &&= stop.hasRing;
    else if (stop) stops.push(stop);
  }
  throw new Error(`Tab never came round: ${stops.map(({ what }) => what).join(", ")}`);
}

function isSamePlace(a: Stop, b: Stop): boolean {
  return a.what === b.what && a.top === b.top && a.left === b.left;
}

function countActions(page: Page): Promise<number> {
  return page.evaluate(() => {
    const all = document.querySelectorAll(
      "a[href], button, select, input:not([type=hidden])",
    );
    return [...all].filter((action) => action.checkVisibility()).length;
  });
}

function isInOrder(before: Stop, after: Stop): boolean {
  const isBelow = after.top >= before.bottom - 1;
  const isBeside = after.bottom > before.top && after.left > before.left;
  // A column is read to its end before the next one begins.
  const isNextColumn = before.isAside && !after.isAside && after.left > before.left;
  return isBelow || isBeside || isNextColumn;
}

const walked = [
  "start",
  "not found",
  "sign in, refused",
  "sign up",
  "check email",
  "verify, other browser",
  "verify, link expired",
  "dashboard",
  "devices",
  "passkeys",
  "passkeys, adding one",
  "security, with passkeys",
  "activity",
  "activity, filter refused",
  "second factor",
  "two-factor",
  "two-factor, setting up",
];

for (const screen of screens.filter(({ name }) => walked.includes(name))) {
  test(`A4 Tab reaches every action of "${screen.name}" in the order it is seen`, async ({
    app,
    page,
    openBrowser,
  }) => {
    const person = await makeViewer(app);
    await screen.open({ app, page, person, openBrowser });
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 640 });
      const stops = await walkByTab(page);
      expect.soft(stops.length, `at ${width} px`).toBe(await countActions(page));
      // The skip link lies over the header while it is shown.
      for (const [index, stop] of stops.entries()) {
        expect.soft(stop.isSeen, `${stop.what} is seen at ${width} px`).toBe(true);
        expect.soft(stop.hasRing, `${stop.what} has a ring`).toBe(true);
        const before = stops[index - 1];
        if (index < 2 || !before) continue;
        const order = `${before.what} before ${stop.what} at ${width} px`;
        expect.soft(isInOrder(before, stop), order).toBe(true);
      }
    }
  });
}
