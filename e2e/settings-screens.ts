// The settings of an account and the confirmation before what would hurt, in every
// state a person can meet.
import { field, letConfirmationEnd, openSettings, press } from "./account";
import { expect, signIn } from "./fixtures";
import { heading, type Scene, type Screen, summary } from "./screens";

const profile = ({ page, person }: Scene) =>
  openSettings(page, person, "/settings/profile");

async function askForEmail({ page, person }: Scene): Promise<void> {
  await field(page, "New email").fill(`new-${person.email}`);
  await press(page, "Change email");
}

/** The form waits, and the person is asked. */
async function interrupt(scene: Scene): Promise<void> {
  await profile(scene);
  await letConfirmationEnd(scene.app, scene.person);
  await askForEmail(scene);
  await expect(heading(scene.page)).toHaveText("Confirm it is you");
}

export const settingsScreens: Screen[] = [
  {
    name: "profile, refused",
    open: async (scene) => {
      await profile(scene);
      await press(scene.page, "Delete account");
      await expect(summary(scene.page)).toBeFocused();
    },
  },
  {
    name: "profile, new email waits",
    open: async (scene) => {
      await profile(scene);
      await askForEmail(scene);
      await expect(field(scene.page, "Code")).toBeVisible();
    },
  },
  {
    name: "security",
    open: async ({ app, page, person }) => {
      await app.sql(`UPDATE "user" SET password_listed_at = now() WHERE email = $1`, [
        person.email,
      ]);
      await signIn(app, person);
      await app.sql(
        `UPDATE session SET last_seen_at = now() - interval '31 days'
         WHERE user_id = (SELECT id FROM "user" WHERE email = $1)`,
        [person.email],
      );
      await openSettings(page, person, "/settings/security");
      await expect(page.getByRole("button", { name: "Sign them out" })).toBeVisible();
    },
  },
  {
    name: "security, refused",
    open: async ({ page, person }) => {
      await openSettings(page, person, "/settings/security");
      await field(page, "Current password").fill("not the password at all");
      await field(page, "New password").fill("an even longer sentence");
      await press(page, "Change password");
      await expect(summary(page)).toBeFocused();
    },
  },
  {
    name: "security, password changed",
    open: async ({ page, person }) => {
      await openSettings(page, person, "/settings/security");
      await field(page, "Current password").fill(person.password);
      await field(page, "New password").fill("an even longer sentence");
      await press(page, "Change password");
      await expect(page.getByText("Your password is changed.")).toBeVisible();
    },
  },
  {
    name: "confirm, refused",
    open: async (scene) => {
      await interrupt(scene);
      await field(scene.page, "Password").fill("not the password at all");
      await press(scene.page, "Continue");
      await expect(summary(scene.page)).toBeFocused();
    },
  },
  {
    name: "confirm, by mail",
    open: async (scene) => {
      await profile(scene);
      const { app, page, person } = scene;
      await letConfirmationEnd(app, person);
      await app.sql(`UPDATE "user" SET password_hash = NULL WHERE email = $1`, [
        person.email,
      ]);
      await askForEmail(scene);
      await press(page, "Email me a code");
      await expect(field(page, "Code")).toBeVisible();
    },
  },
  {
    name: "confirm",
    within: "confirm, refused",
    open: interrupt,
  },
];
