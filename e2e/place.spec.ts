// Where a session comes from, on a server that has a file of places and on one
// that has none.
import type { Page } from "@playwright/test";
import { mmdb, place, removeFiles, writeFile } from "../tests/mmdb";
import { test as base, expect, makePerson, signIn, signInPage } from "./fixtures";
import { Installation } from "./server";
import { age, minutes, refresh } from "./sessions";

const berlin = "203.0.113.7";
const osaka = "2001:db8::7";
const germany = "192.0.2.7";
const hostile = "192.0.2.140";
const html = "<img src=x onerror=alert(1)>";
const estimated = "Places are estimated from the IP address and can be wrong.";

const test = base.extend<object, { placed: Installation }>({
  placed: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's shape
    async ({}, use, { parallelIndex }) => {
      const file = mmdb({
        "203.0.113.0/24": place("Germany", "Berlin"),
        "2001:db8::/32": place("Japan", "Osaka"),
        "192.0.2.0/25": place("Germany"),
        "192.0.2.128/25": place("Nowhere", `\u202e${html}`),
      });
      const app = await Installation.start(`placed_${parallelIndex}`, {
        GEOIP_DATABASE: writeFile(file),
      });
      await use(app);
      await app.stop();
      removeFiles();
    },
    { scope: "worker", timeout: 90_000 },
  ],
});

const from = (ip: string) => ({ "x-forwarded-for": ip });
const rows = (page: Page) => page.getByRole("main").getByRole("listitem");

test("G09 the list of devices says from where each session comes, and that this is a guess", async ({
  placed,
  openBrowser,
}) => {
  const { person } = await makePerson(placed);
  await signIn(placed, person, from(germany));
  await signIn(placed, person, from(hostile));
  const page = await openBrowser({ baseURL: placed.url, extraHTTPHeaders: from(berlin) });
  await signInPage(page, person);
  await page.goto("/settings/devices");
  await expect(rows(page).filter({ hasText: berlin })).toContainText("Berlin, Germany");
  const vague = rows(page).filter({ hasText: germany });
  await expect(vague.getByText("Germany", { exact: true })).toBeVisible();
  const named = rows(page).filter({ hasText: hostile });
  await expect(named.getByText(`${html}, Nowhere`, { exact: true })).toBeVisible();
  // Signed up at an address that the file does not know.
  await expect(rows(page)).toHaveCount(4);
  await expect(page.getByText("Germany")).toHaveCount(2);
  await expect(page.getByText(estimated)).toBeVisible();
});

test("G09 a session that moves shows where it is now, whoever renews it: the page or the API", async ({
  placed,
}) => {
  const { client, session } = await makePerson(placed);
  const placeNow = async () =>
    (await client.get("/api/account/sessions")).json.items[0].location;
  expect(await placeNow()).toBeNull();
  await age(placed, session.id, minutes(20));
  expect(
    (await client.post("/api/auth/refresh", {}, { headers: from(osaka) })).status,
  ).toBe(200);
  expect(await placeNow()).toBe("Osaka, Japan");
  await age(placed, session.id, minutes(20));
  client.cookies.delete("latchkey-access");
  expect((await client.get("/dashboard", { headers: from(berlin) })).status).toBe(200);
  expect(await placeNow()).toBe("Berlin, Germany");
});

test("G09 without a file no place is shown, and none is spoken of", async ({
  app,
  openBrowser,
}) => {
  const { person, client, session } = await makePerson(app);
  await age(app, session.id, minutes(20));
  expect((await refresh(client)).status).toBe(200);
  const page = await openBrowser({ extraHTTPHeaders: from(berlin) });
  await signInPage(page, person);
  await page.goto("/settings/devices");
  await expect(rows(page)).toHaveCount(2);
  await expect(rows(page).filter({ hasText: berlin })).toHaveCount(1);
  await expect(page.getByText("Germany")).toHaveCount(0);
  await expect(
    page.getByText("Times show when this browser last talked to us."),
  ).toBeVisible();
  await expect(page.getByText("Places are estimated")).toHaveCount(0);
  const { items } = (await client.get("/api/account/sessions")).json;
  expect(items.map(({ location }: { location: unknown }) => location)).toEqual([
    null,
    null,
  ]);
});

test.afterEach(async ({ placed }) => {
  expect(placed.first.complaints()).toEqual([]);
});
