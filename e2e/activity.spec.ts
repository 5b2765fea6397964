// What happened to the account, as its owner reads and filters it.
import type { Page } from "@playwright/test";
import { ApiClient } from "./api-client";
import { expect, makePerson, type Person, signIn, signInPage, test } from "./fixtures";
import { addDevices, heading } from "./screens";
import type { Installation } from "./server";

const path = "/settings/activity";
const rows = (page: Page) => page.getByRole("main").getByRole("listitem");
const link = (page: Page, name: string) =>
  page.getByRole("main").getByRole("link", { name, exact: true });

async function tryWrongPassword(app: Installation, { email }: Person): Promise<void> {
  const body = { email, password: "not the right password" };
  await new ApiClient(app.url).post("/api/auth/login", body);
}

const changeId = ({ email }: Person, n: number) =>
  `change-${n}-${email.replace(/\W/g, "-")}`;

/** A change on each of these days, for whoever has this address. */
async function addChanges(app: Installation, person: Person, days: string[]) {
  for (const [n, day] of days.entries()) {
    await app.sql(
      `INSERT INTO audit_event (id, at, type, result, user_id)
       SELECT $1, $2::timestamptz, 'profile_changed', 'success', id FROM "user" WHERE email = $3`,
      [changeId(person, n), `${day}T12:00:00Z`, person.email],
    );
  }
}

async function openActivity(page: Page, person: Person, query = ""): Promise<void> {
  await signInPage(page, person);
  await page.goto(path + query);
  await expect(heading(page)).toHaveText("Security activity");
}

async function choose(page: Page, filter: { kind?: string; from?: string; to?: string }) {
  if (filter.kind) await page.getByLabel("Kind").selectOption({ label: filter.kind });
  if (filter.from) await page.getByLabel("From").fill(filter.from);
  if (filter.to) await page.getByLabel("To", { exact: true }).fill(filter.to);
  await page.getByRole("button", { name: "Filter" }).click();
}

/** What the form shows, which has to be what the address says. */
async function shownFilter(page: Page) {
  return {
    kind: await page.getByLabel("Kind").inputValue(),
    from: await page.getByLabel("From").inputValue(),
    to: await page.getByLabel("To", { exact: true }).inputValue(),
  };
}

test("F7 each row says what happened, on which device, where from and when", async ({
  app,
  page,
}) => {
  const { person } = await makePerson(app);
  await addDevices(app, person, 2);
  await tryWrongPassword(app, person);
  await app.sql(
    `UPDATE session SET location = 'Lisbon, Portugal' FROM "user" u
     WHERE u.id = user_id AND u.email = $1 AND browser LIKE 'Safari%'`,
    [person.email],
  );
  await openActivity(page, person);
  const phone = rows(page).filter({ hasText: "Safari 26 on iOS 26" }).last();
  await expect(phone).toContainText("Signed in");
  await expect(phone).toContainText("Lisbon, Portugal");
  await expect(phone).toContainText(/198\.51\.\d+\.\d+/);
  await expect(phone.locator("time[datetime][title]")).toHaveText("now");
  await expect(page.getByText("Places are estimated")).toBeVisible();
  const failed = rows(page).filter({ hasText: "A wrong password was tried" });
  await expect(failed).toContainText("Refused");
  await expect(failed.locator("svg")).toBeVisible();
  await expect(rows(page).filter({ hasText: "Refused" })).toHaveCount(1);
  await expect(
    rows(page).filter({ hasText: "Signed in" }).filter({ hasText: "This session" }),
  ).toHaveCount(1);
});

test("F7 what nobody knows of leads to securing the account", async ({ app, page }) => {
  const { person } = await makePerson(app);
  await openActivity(page, person);
  await expect(link(page, "Secure your account")).toHaveAttribute(
    "href",
    "/settings/security",
  );
});

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with scripts" : "without scripts";

  test(`F7 the filter lives in the address and the back button keeps it, ${how}`, async ({
    app,
    openBrowser,
  }) => {
    const page = await openBrowser({ javaScriptEnabled });
    const { person } = await makePerson(app);
    await addChanges(app, person, ["2026-02-27", "2026-02-28", "2026-03-01"]);
    await openActivity(page, person);
    await choose(page, { kind: "Changes", from: "2026-02-28", to: "2026-03-01" });
    await expect(page).toHaveURL(/\?kind=changes&from=2026-02-28&to=2026-03-01$/);
    await expect(rows(page)).toHaveText([/^Profile changed/, /^Profile changed/]);
    const first = { kind: "changes", from: "2026-02-28", to: "2026-03-01" };
    expect(await shownFilter(page)).toEqual(first);
    await choose(page, { to: "2026-02-28" });
    await expect(page).toHaveURL(/to=2026-02-28$/);
    await expect(rows(page)).toHaveCount(1);
    await page.goBack();
    await expect(rows(page)).toHaveCount(2);
    expect(await shownFilter(page)).toEqual(first);
    await page.reload();
    expect(await shownFilter(page)).toEqual(first);
    await expect(rows(page)).toHaveCount(2);
    await page.goForward();
    await expect(rows(page)).toHaveCount(1);
    expect(await shownFilter(page)).toEqual({ ...first, to: "2026-02-28" });
    await link(page, "Show everything").click();
    await expect(page).toHaveURL(new RegExp(`${path}$`));
    await expect(rows(page).filter({ hasText: "Profile changed" })).toHaveCount(3);
  });

  test(`F7 turning pages loses and repeats nothing, and keeps the filter, ${how}`, async ({
    app,
    openBrowser,
  }) => {
    const page = await openBrowser({ javaScriptEnabled });
    const { person } = await makePerson(app);
    const days = Array.from({ length: 60 }, (_, n) => `2026-01-${10 + (n % 20)}`);
    await addChanges(app, person, days);
    await openActivity(page, person, "?kind=changes&to=2026-01-31");
    const read = () => rows(page).locator("time").evaluateAll(timesOf);
    const seen = await read();
    expect(seen).toHaveLength(25);
    await expect(link(page, "Newest")).toHaveCount(0);
    for (const count of [25, 10]) {
      await link(page, "Older").click();
      await expect(page).toHaveURL(/\?kind=changes&to=2026-01-31&cursor=[\w%.-]+$/);
      await expect(rows(page)).toHaveCount(count);
      seen.push(...(await read()));
    }
    await expect(link(page, "Older")).toHaveCount(0);
    const expected = days.map((day) => new Date(`${day}T12:00:00Z`).toISOString());
    expect(seen).toEqual(expected.sort().reverse());
    await link(page, "Newest").click();
    await expect(page).toHaveURL(/\?kind=changes&to=2026-01-31$/);
    await expect(rows(page)).toHaveCount(25);
  });
}

function timesOf(times: Element[]): (string | null)[] {
  return times.map((time) => time.getAttribute("datetime"));
}

test("F7 a filter that matches nothing says so and can be cleared", async ({
  app,
  page,
}) => {
  const { person } = await makePerson(app);
  await openActivity(page, person, "?to=1999-12-31");
  await expect(
    page.getByText("Nothing that happened matches this filter."),
  ).toBeVisible();
  await link(page, "Clear the filter").click();
  await expect(page).toHaveURL(new RegExp(`${path}$`));
  await expect(rows(page).filter({ hasText: "Signed in" })).not.toHaveCount(0);
});

test("F7 a filter that is none is refused by field, and every other word is harmless", async ({
  app,
  page,
}) => {
  const { person } = await makePerson(app);
  await openActivity(page, person, "?kind=gossip&from=2026-02-30&to=0000-01-01");
  await expect(page).toHaveTitle(/^Error: Security activity/);
  const alert = page.getByRole("main").getByRole("alert");
  await expect(alert.getByRole("link")).toHaveCount(3);
  await expect(page.getByLabel("From")).toHaveAttribute("aria-invalid", "true");
  await expect(rows(page).filter({ hasText: "Signed in" })).toHaveCount(0);
  for (const query of [
    "?to=9999-12-31&from=1970-01-01",
    "?kind=&from=&to=",
    "?kind=changes&kind=sign-ins",
    "?cursor=nobody",
    "?cursor=%00",
    "?from=2026-03-01&to=2026-02-28",
    `?cursor=${"x".repeat(5000)}`,
  ]) {
    expect((await page.goto(path + query))?.status(), query).toBe(200);
    await expect(heading(page)).toHaveText("Security activity");
  }
});

test("F7 K03 another user's events never show, on no page and in no answer", async ({
  app,
  page,
}) => {
  const { person } = await makePerson(app);
  const other = await makePerson(app);
  await tryWrongPassword(app, other.person);
  await addChanges(app, other.person, ["2026-01-01"]);
  const id = changeId(other.person, 0);
  await openActivity(page, person);
  await expect(rows(page).filter({ hasText: "Profile changed" })).toHaveCount(0);
  await expect(rows(page).filter({ hasText: "Refused" })).toHaveCount(0);
  const client = await signIn(app, person);
  const [event] = await app.sql<{ id: string }>(
    "SELECT id FROM audit_event WHERE user_id = $1 AND type = 'sign_in' LIMIT 1",
    [other.user.id],
  );
  for (const query of ["", `?cursor=${event?.id}`, "?kind=changes"]) {
    const { text } = await client.get(`/api/account/activity${query}`);
    for (const trace of [id, event?.id, other.user.id, other.session.id]) {
      expect(text).not.toContain(trace);
    }
  }
});

test("F7 whoever has to sign in first comes back to what they filtered", async ({
  page,
}) => {
  await page.goto(`${path}?kind=changes&from=2026-01-01`);
  await expect(page).toHaveURL(/\/login\?next=/);
  const next = new URL(page.url()).searchParams.get("next");
  expect(next).toBe(`${path}?kind=changes&from=2026-01-01`);
});
