// The session keeper of an open page. Its clock is the browser's; what the
// server answers is real.
import type { BrowserContext, Page } from "@playwright/test";
import { expect, type Person, signIn, signInPage, test } from "./fixtures";
import type { Installation } from "./server";
import { rowOf } from "./sessions";

const minute = 60_000;

/** Counts the renewals that a page asks for. */
function watchRenewals(context: BrowserContext): string[] {
  const renewals: string[] = [];
  context.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname === "/api/auth/refresh") renewals.push(request.method());
  });
  return renewals;
}

async function openDashboard(page: Page, person: Person): Promise<void> {
  await page.clock.install();
  await signInPage(page, person);
  await untilKept(page);
}

/** The keeper listens once the page is alive: its menu answers then. */
async function untilKept(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    Object.keys(document.querySelector("main") ?? {}).some((key) =>
      key.startsWith("__reactProps"),
    ),
  );
}

async function currentSession(page: Page): Promise<string> {
  const answer = await page.context().request.get("/api/auth/session");
  return (await answer.json()).session.id;
}

/** The signals of a person who is there. */
async function touch(page: Page): Promise<void> {
  await page.keyboard.press("Shift");
}

async function answered(page: Page): Promise<number> {
  const response = await page.waitForResponse("**/api/auth/refresh");
  return response.status();
}

test("an attended page renews its token before it runs out", async ({ page, person }) => {
  const renewals = watchRenewals(page.context());
  await openDashboard(page, person);
  await page.clock.runFor(5 * minute);
  await touch(page);
  expect(renewals).toEqual([]);
  const answer = answered(page);
  await page.clock.runFor(9.5 * minute);
  expect(await answer).toBe(200);
  expect(renewals).toEqual(["POST"]);
  await expect(page).toHaveURL(/\/dashboard$/);
});

test("G04 an unattended page renews nothing, and the next touch does", async ({
  page,
  person,
}) => {
  const renewals = watchRenewals(page.context());
  await openDashboard(page, person);
  await page.clock.runFor(120 * minute);
  expect(renewals).toEqual([]);
  const answer = answered(page);
  await touch(page);
  expect(await answer).toBe(200);
  expect(renewals).toEqual(["POST"]);
});

test("G04 after a renewal a page that nobody touches again goes quiet", async ({
  page,
  person,
}) => {
  const renewals = watchRenewals(page.context());
  await openDashboard(page, person);
  await page.clock.runFor(minute);
  await touch(page);
  const answer = answered(page);
  await page.clock.runFor(14 * minute);
  await answer;
  await page.clock.runFor(120 * minute);
  expect(renewals).toEqual(["POST"]);
});

test("two open tabs that are both attended renew once", async ({ page, person }) => {
  const renewals = watchRenewals(page.context());
  await openDashboard(page, person);
  const second = await page.context().newPage();
  await second.clock.install();
  await second.goto("/dashboard");
  await untilKept(second);
  const tabs = [page, second];
  for (let round = 1; round <= 5; round++) {
    // Listened for from here on: real time passes too, and the touch may be the
    // moment at which a renewal is due.
    const answer = page
      .context()
      .waitForEvent("response", (response) =>
        response.url().endsWith("/api/auth/refresh"),
      );
    for (const tab of tabs) {
      await tab.clock.runFor(minute);
      await touch(tab);
    }
    await Promise.all(tabs.map((tab) => tab.clock.runFor(14 * minute)));
    await answer;
    // Both have looked by now: the lock is free again.
    for (const tab of tabs) {
      await tab.evaluate(() => navigator.locks.request("latchkey-refresh", () => {}));
    }
    expect(renewals).toHaveLength(round);
  }
});

async function endFromElsewhere(app: Installation, person: Person, sessionId: string) {
  const other = await signIn(app, person);
  expect((await other.delete(`/api/account/sessions/${sessionId}`)).status).toBe(204);
}

test("G02 an attended page whose session ended elsewhere leaves for the sign-in page", async ({
  app,
  page,
  person,
}) => {
  await openDashboard(page, person);
  await page.goto("/settings/devices?from=here");
  await untilKept(page);
  await endFromElsewhere(app, person, await currentSession(page));
  await page.clock.runFor(minute);
  await touch(page);
  await page.clock.runFor(14 * minute);
  await page.waitForURL(/\/login\?/);
  const { searchParams } = new URL(page.url());
  expect(searchParams.get("next")).toBe("/settings/devices?from=here");
  expect(searchParams.get("reason")).toBe("signed_out_elsewhere");
  await expect(page.getByRole("status")).toContainText("signed out from another device");
});

test("G02 returning to a tab whose session ended elsewhere leaves for the sign-in page", async ({
  app,
  page,
  person,
}) => {
  await openDashboard(page, person);
  await endFromElsewhere(app, person, await currentSession(page));
  // What a browser announces when its tab is shown again.
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await page.waitForURL(/\/login\?next=%2Fdashboard/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in");
});

test("a tab that is shown again and still signed in stays where it is", async ({
  app,
  page,
  person,
}) => {
  await openDashboard(page, person);
  const sessionId = await currentSession(page);
  const asked = page.waitForResponse("**/api/auth/session");
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  expect((await asked).status()).toBe(200);
  await page.getByRole("link", { name: "Your devices", exact: true }).click();
  await expect(page).toHaveURL(/\/settings\/devices$/);
  expect((await rowOf(app, sessionId)).endReason).toBeNull();
});

test("an open page that cannot reach the server stays, and renews when it can", async ({
  page,
  person,
}) => {
  const context = page.context();
  await openDashboard(page, person);
  await page.clock.runFor(minute);
  await touch(page);
  await context.setOffline(true);
  const failed = page.waitForEvent("requestfailed");
  await page.clock.runFor(14 * minute);
  expect((await failed).url()).toContain("/api/auth/refresh");
  await expect(page).toHaveURL(/\/dashboard$/);
  const answer = answered(page);
  await context.setOffline(false);
  expect(await answer).toBe(200);
});
