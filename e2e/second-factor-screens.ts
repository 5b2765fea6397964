// Second factors in the states that a person can meet: between the factors, in the
// settings, and at the confirmation.

import { codeNow } from "../tests/totp";
import { adoptSession, field, openSettings } from "./account";
import { addAuthenticator } from "./authenticators";
import { expect, signIn } from "./fixtures";
import { addPasskeyOf } from "./passkey-pages";
import { heading, press, type Scene, type Screen, summary } from "./screens";
import {
  beginSetUp,
  codeField,
  openGuarded,
  twoFactorPath as path,
  shownCodes,
} from "./second-factor-pages";
import { beginSignIn, enrolApp, wrongTotp } from "./second-factors";

/** The person has an app, codes and a passkey from now on. */
async function guard({ app, person }: Scene) {
  const client = await signIn(app, person);
  const { secret } = await enrolApp(client);
  await addPasskeyOf(app, client);
  const { user } = (await client.get("/api/auth/session")).json;
  await client.post("/api/auth/logout");
  return { person, user, secret };
}

/** The password was right, and this way is asked for. */
async function openBetween(scene: Scene, method: string): Promise<void> {
  const { app, page, person } = scene;
  await guard(scene);
  await adoptSession(page, (await beginSignIn(app, person)).client);
  await page.goto(`/second-factor?method=${method}`);
  await expect(heading(page)).toHaveText("Confirm it is you");
}

export const secondFactorScreens: Screen[] = [
  {
    name: "two-factor, off",
    open: async ({ app, page, person }) => {
      await addPasskeyOf(app, person);
      await openSettings(page, person, path);
    },
  },
  { name: "second factor", open: (scene) => openBetween(scene, "totp") },
  {
    name: "second factor, refused",
    open: async (scene) => {
      const { page } = scene;
      await openBetween(scene, "backup_code");
      await page.getByLabel("Trust this browser for 30 days").check();
      await field(page, "Backup code").fill("no such code");
      await press(page, "Continue");
      await expect(summary(page)).toBeFocused();
    },
  },
  {
    name: "second factor, passkey cancelled",
    open: async (scene) => {
      await addAuthenticator(scene.page);
      await openBetween(scene, "passkey");
      await press(scene.page, "Use your passkey");
      await expect(scene.page.getByText(/^No passkey was used\./)).toBeVisible();
    },
  },
  {
    name: "two-factor, setting up",
    open: async ({ page, person }) => {
      await openSettings(page, person, path);
      const key = await beginSetUp(page);
      await codeField(page).fill(wrongTotp(key));
      await expect(summary(page)).toBeFocused();
    },
  },
  {
    name: "two-factor, backup codes",
    open: async ({ page, person }) => {
      await openSettings(page, person, path);
      await codeField(page).fill(codeNow(await beginSetUp(page)));
      await expect(shownCodes(page)).toHaveCount(10);
    },
  },
  {
    name: "two-factor",
    open: async (scene) => openGuarded(scene.app, scene.page, await guard(scene)),
  },
  {
    name: "two-factor, making codes",
    within: "two-factor",
    open: async (scene) =>
      openGuarded(scene.app, scene.page, await guard(scene), `${path}?new=codes`),
  },
  {
    name: "confirm, turning off by code",
    open: async (scene) => {
      const { app, page } = scene;
      await openGuarded(app, page, await guard(scene));
      await press(page, "Turn off");
      await press(page, "Turn it off");
      await expect(heading(page)).toHaveText("Confirm it is you");
      await codeField(page).fill("12345");
      await page.getByRole("button", { name: "Turn it off" }).last().click();
      await expect(summary(page)).toBeFocused();
    },
  },
];
