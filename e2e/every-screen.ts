// Every page in every state a person can meet, for the checks that all of them
// must pass. A new page is added here once.
import { ApiClient } from "./api-client";
import { expect, signIn, signInPage } from "./fixtures";
import { linkScreens } from "./link-screens";
import { passkeyScreens } from "./passkey-screens";
import { passwordlessScreens } from "./passwordless-screens";
import { addDevices, press, type Screen, signedOutScreens } from "./screens";
import { settingsScreens } from "./settings-screens";

const signedInScreens: Screen[] = [
  {
    name: "dashboard",
    open: async ({ page, person }) => signInPage(page, person),
  },
  {
    name: "dashboard, account menu open",
    open: async ({ app, page, person }) => {
      await addDevices(app, person, 4);
      await signInPage(page, person);
      await press(page, "Account menu");
    },
  },
  {
    name: "devices, this one alone",
    open: async ({ page, person }) => {
      await signInPage(page, person);
      await page.goto("/settings/devices");
    },
  },
  {
    name: "devices",
    open: async ({ app, page, person }) => {
      await addDevices(app, person, 4);
      await signInPage(page, person);
      await page.goto("/settings/devices");
    },
  },
  {
    name: "devices, dialog open",
    open: async ({ app, page, person }) => {
      await addDevices(app, person, 4);
      await signInPage(page, person);
      await page.goto("/settings/devices");
      await press(page, "Sign out all other devices (4)");
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
  {
    name: "devices, one ended",
    open: async ({ app, page, person }) => {
      await addDevices(app, person, 2);
      await signInPage(page, person);
      await page.goto("/settings/devices");
      await page.getByRole("button", { name: "Sign out", exact: true }).first().click();
      await expect(page.getByRole("main").getByRole("status")).toContainText(
        "Signed out",
      );
    },
  },
  {
    name: "activity",
    open: async ({ app, page, person }) => {
      await addDevices(app, person, 4);
      const wrong = { email: person.email, password: "not the right password" };
      await new ApiClient(app.url).post("/api/auth/login", wrong);
      await app.sql("UPDATE session SET location = 'Lisbon, Portugal' WHERE ip = $1", [
        (await signIn(app, person)).address,
      ]);
      await signInPage(page, person);
      await page.goto("/settings/activity");
      await expect(page.getByText("Refused")).toBeVisible();
    },
  },
  {
    name: "activity, nothing matches",
    open: async ({ page, person }) => {
      await signInPage(page, person);
      await page.goto("/settings/activity?to=1999-12-31");
    },
  },
  {
    name: "activity, filter refused",
    open: async ({ page, person }) => {
      await signInPage(page, person);
      await page.goto("/settings/activity?kind=gossip&from=2026-02-30&to=soon");
    },
  },
];

export const screens = [
  ...signedOutScreens,
  ...linkScreens,
  ...passwordlessScreens,
  ...settingsScreens,
  ...passkeyScreens,
  ...signedInScreens,
];
