// Every page in every state a person can meet, for the checks that all of them
// must pass. A new page is added here once.

import { openSettings } from "./account";
import { ApiClient } from "./api-client";
import { expect, type Person, signIn } from "./fixtures";
import { linkScreens } from "./link-screens";
import { passkeyScreens } from "./passkey-screens";
import { passwordlessScreens } from "./passwordless-screens";
import { addDevices, press, type Screen, signedOutScreens } from "./screens";
import { secondFactorScreens } from "./second-factor-screens";
import type { Installation } from "./server";
import { settingsScreens } from "./settings-screens";

/** As if two of the person's browsers had been trusted. */
export function trustBrowsers(app: Installation, { email }: Person) {
  return app.sql(
    `INSERT INTO trusted_browser (id, user_id, device_hash, browser, os, device_type, ip,
       location, created_at, last_used_at, expires_at)
     SELECT s.id, u.id, sha256(s.id::bytea), s.browser, s.os, s.device_type, s.ip,
       'Lisbon, Portugal', now(), now(), now() + interval '9 days'
     FROM session s JOIN "user" u ON u.id = s.user_id WHERE u.email = $1 LIMIT 2`,
    [email],
  );
}

const signedInScreens: Screen[] = [
  {
    name: "dashboard",
    open: ({ page, person }) => openSettings(page, person, "/dashboard"),
  },
  {
    name: "dashboard, account menu open",
    open: async ({ app, page, person }) => {
      await addDevices(app, person, 4);
      await openSettings(page, person, "/dashboard");
      await press(page, "Account menu");
    },
  },
  {
    name: "devices, this one alone",
    open: async ({ page, person }) => {
      await openSettings(page, person, "/settings/devices");
    },
  },
  {
    name: "devices",
    open: async ({ app, page, person }) => {
      await addDevices(app, person, 4);
      await trustBrowsers(app, person);
      await openSettings(page, person, "/settings/devices");
    },
  },
  {
    name: "devices, dialog open",
    open: async ({ app, page, person }) => {
      await addDevices(app, person, 4);
      await openSettings(page, person, "/settings/devices");
      await press(page, "Sign out all other devices (4)");
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
  {
    name: "devices, one ended",
    open: async ({ app, page, person }) => {
      await addDevices(app, person, 2);
      await openSettings(page, person, "/settings/devices");
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
      await openSettings(page, person, "/settings/activity");
      await expect(page.getByText("Refused")).toBeVisible();
    },
  },
  {
    name: "activity, nothing matches",
    open: async ({ page, person }) => {
      await openSettings(page, person, "/settings/activity?to=1999-12-31");
    },
  },
  {
    name: "activity, filter refused",
    open: async ({ page, person }) => {
      await openSettings(
        page,
        person,
        "/settings/activity?kind=gossip&from=2026-02-30&to=soon",
      );
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
  ...secondFactorScreens,
];
