// By keyboard: what Tab reaches, in which order, and whether that can be seen.
import type { Page } from "@playwright/test";
import { screens } from "./every-screen";
import { expect, test } from "./fixtures";
import { makeViewer } from "./viewers";

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
