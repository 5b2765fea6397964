// Passkeys in every state that their owner can meet.
import { openSettings } from "./account";
import { addAuthenticator } from "./authenticators";
import { expect, signIn } from "./fixtures";
import { addPasskeyOf, createHere, passkeysPath as path } from "./passkey-pages";
import { press, type Scene, type Screen, summary } from "./screens";

const open = ({ page, person }: Scene) => openSettings(page, person, path);

/** Of several makes: synced, not yet, on one device, and unknown with a long name. */
async function addSeveral({ app, person }: Scene): Promise<void> {
  const client = await signIn(app, person);
  await addPasskeyOf(app, client);
  await addPasskeyOf(app, client, { isBackedUp: false });
  const aaguid = "cb69481e-8ff7-4039-93ec-0a2729a154a8";
  await addPasskeyOf(app, client, {
    aaguid,
    isBackupEligible: false,
    transports: ["usb"],
  });
  const { id } = await addPasskeyOf(app, client, { aaguid: crypto.randomUUID() });
  const name = "The one on the tablet that everybody at home shares";
  await app.sql("UPDATE passkey SET name = $2, last_used_at = now() WHERE id = $1", [
    id,
    name,
  ]);
}

export const passkeyScreens: Screen[] = [
  { name: "passkeys, none", open },
  {
    name: "passkeys, adding one",
    within: "passkeys, dialog dismissed",
    open: ({ page, person }) => openSettings(page, person, `${path}?add=1`),
  },
  {
    name: "passkeys, dialog dismissed",
    open: async ({ page, person }) => {
      await addAuthenticator(page, { isUserVerified: false });
      await openSettings(page, person, `${path}?add=1&next=%2Fdashboard`);
      await press(page, "Create passkey");
      await expect(page.getByText("No passkey was created.")).toBeVisible();
    },
  },
  {
    name: "passkeys, one added",
    open: async (scene) => {
      await addAuthenticator(scene.page);
      await open(scene);
      await createHere(scene.page);
    },
  },
  {
    name: "passkeys",
    open: async (scene) => {
      await addSeveral(scene);
      await open(scene);
    },
  },
  {
    name: "passkeys, name refused",
    open: async (scene) => {
      await addSeveral(scene);
      await open(scene);
      const { page } = scene;
      await page.getByRole("button", { name: "Rename" }).first().click();
      await page.getByRole("textbox", { name: "Name" }).fill(" ");
      await press(page, "Save name");
      await expect(page.getByRole("dialog").getByText("Give it a name.")).toBeVisible();
    },
  },
  {
    name: "passkeys, removing one",
    open: async (scene) => {
      await addSeveral(scene);
      await open(scene);
      await scene.page.getByRole("button", { name: "Remove" }).first().click();
      await expect(scene.page.getByRole("dialog")).toBeVisible();
    },
  },
  {
    name: "passkeys, the last way in",
    open: async (scene) => {
      const { app, page, person } = scene;
      await addPasskeyOf(app, person);
      await open(scene);
      await app.sql(`UPDATE "user" SET password_hash = NULL WHERE email = $1`, [
        person.email,
      ]);
      await press(page, "Remove");
      await press(page, "Remove passkey");
      await expect(summary(page)).toBeFocused();
    },
  },
  {
    name: "security, with passkeys",
    open: async (scene) => {
      await addSeveral(scene);
      await openSettings(scene.page, scene.person, "/settings/security");
    },
  },
  {
    name: "security, removing the password",
    open: async (scene) => {
      await addSeveral(scene);
      await openSettings(scene.page, scene.person, "/settings/security");
      await press(scene.page, "Remove password");
      await expect(scene.page.getByRole("dialog")).toBeVisible();
    },
  },
  {
    name: "dashboard, offer declined",
    open: async ({ page, person }) => {
      await openSettings(page, person, "/dashboard");
      await press(page, "Not now");
      await expect(page.getByRole("button", { name: "Not now" })).toHaveCount(0);
    },
  },
];
