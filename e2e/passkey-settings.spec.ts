// Adding, naming and removing passkeys, as their owner does it.
import { field, letConfirmationEnd, news, openSettings } from "./account";
import { addAuthenticator } from "./authenticators";
import { expect, makeSignedOut, signIn, test } from "./fixtures";
import { addPasskeyOf, cards, createHere, passkeysPath as path } from "./passkey-pages";
import { signInWith } from "./passwordless-api";
import { heading, press, summary } from "./screens";

const providers = {
  google: "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4",
  yubiKey: "cb69481e-8ff7-4039-93ec-0a2729a154a8",
};

type Page = Parameters<typeof openSettings>[0];
const added = (page: Page) => page.getByText(/^Passkey added: /);
/** What came of the browser's dialog. */
const note = (page: Page) => page.getByRole("main").getByRole("status").last();

test("E1 whoever has no passkey is told what one is, above everything else", async ({
  page,
  person,
}) => {
  await openSettings(page, person, "/settings/security");
  const sections = page.getByRole("main").getByRole("heading", { level: 2 });
  await expect(sections.first()).toHaveText("Sign in without a password");
  await page.getByRole("link", { name: "Add a passkey", exact: true }).click();
  await expect(heading(page)).toHaveText("Passkeys");
  await expect(page.getByRole("heading", { name: "Create a passkey" })).toBeVisible();
});

test("E1 E2 a passkey is explained, made, confirmed and listed", async ({
  page,
  person,
}) => {
  await addAuthenticator(page);
  await openSettings(page, person, path);
  await expect(page.getByText("nobody can guess it")).toBeVisible();
  await press(page, "Add a passkey");
  await expect(page.getByRole("heading", { name: "Create a passkey" })).toBeFocused();
  const before = "Your device will ask for your fingerprint, face or screen lock.";
  await expect(page.getByText(before)).toContainText(
    "Nothing about them leaves the device.",
  );
  await press(page, "Create passkey");
  await expect(added(page)).toHaveText("Passkey added: Passkey");
  await expect(page.locator(":focus")).toContainText("it signs you in");
  await expect(cards(page)).toHaveCount(1);
  const card = cards(page).first();
  await expect(card).toContainText("Synced");
  await expect(card).toContainText("Synced across your devices");
  await expect(card).toContainText("Created now");
  await expect(card).toContainText("Never used");
  await page.goto("/settings/security");
  await expect(page.getByText("You have one passkey. It signs you in")).toBeVisible();
  await page.getByRole("link", { name: "Manage your passkeys" }).click();
  await expect(heading(page)).toHaveText("Passkeys");
});

test("E1 each passkey tells who keeps it, where it is and when it was used, and twins are numbered", async ({
  app,
  page,
  person,
}) => {
  const client = await signIn(app, person);
  await addPasskeyOf(app, client, { aaguid: providers.google });
  await addPasskeyOf(app, client, { aaguid: providers.google, isBackedUp: false });
  const key = await addPasskeyOf(app, client, {
    aaguid: providers.yubiKey,
    isBackupEligible: false,
    transports: ["usb", "nfc"],
  });
  await signInWith(app, key.authenticator);
  await openSettings(page, person, path);
  await expect(cards(page)).toHaveCount(3);
  const [first, second, third] = await cards(page).all();
  if (!first || !second || !third) throw new Error("three were added");
  await expect(first).toContainText("Google Password ManagerSynced");
  await expect(second).toContainText("Google Password Manager 2Not backed up");
  await expect(second).toContainText("Can be synced; not backed up yet");
  await expect(third).toContainText("YubiKey 5One device");
  await expect(third).toContainText("Stays on one device");
  await expect(third).toContainText("Last used now");
  await expect(second).toContainText("Never used");
});

test("E2 a device that has a passkey already is told so, without a word of blame", async ({
  page,
  person,
}) => {
  const authenticator = await addAuthenticator(page);
  await openSettings(page, person, path);
  await createHere(page);
  await press(page, "Add a passkey");
  await press(page, "Create passkey");
  await expect(note(page)).toContainText(
    "This device already has a passkey for your account.",
  );
  await expect(summary(page)).toHaveCount(0);
  expect(await authenticator.credentials()).toHaveLength(1);
  await expect(cards(page)).toHaveCount(1);
});

test("E2 a dismissed dialog leaves a quiet note, and it can be tried again", async ({
  page,
  person,
}) => {
  const authenticator = await addAuthenticator(page, { isUserVerified: false });
  await openSettings(page, person, `${path}?add=1`);
  await press(page, "Create passkey");
  await expect(note(page)).toHaveText(
    "No passkey was created. You can try again, or go on signing in as before.",
  );
  await expect(summary(page)).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Create passkey" })).toBeFocused();
  await authenticator.setVerified(true);
  await press(page, "Create passkey");
  await expect(added(page)).toBeVisible();
});

test("E2 a browser that knows no passkeys is told what to use instead", async ({
  page,
  person,
}) => {
  await page.addInitScript(() => Reflect.deleteProperty(window, "PublicKeyCredential"));
  await openSettings(page, person, path);
  const instead = page.getByText("This browser cannot create passkeys.");
  await expect(instead).toContainText("Open this page in an up-to-date browser");
  await expect(page.getByRole("button", { name: "Add a passkey" })).toHaveCount(0);
  await page.goto(`${path}?add=1`);
  await expect(instead).toBeVisible();
  await expect(page.getByRole("button", { name: "Create passkey" })).toHaveCount(0);
});

test("E2 whoever was going somewhere goes on from here, with a passkey or without", async ({
  page,
  person,
}) => {
  await addAuthenticator(page);
  await openSettings(page, person, `${path}?add=1&next=%2Fsettings%2Fdevices`);
  const skip = page.getByRole("link", { name: "Skip for now" });
  await expect(skip).toHaveAttribute("href", "/settings/devices");
  await press(page, "Create passkey");
  await page.getByRole("link", { name: "Continue", exact: true }).click();
  await expect(heading(page)).toHaveText("Your devices");
  await page.goto(`${path}?add=1&next=https%3A%2F%2Fevil.example%2F`);
  await expect(skip).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Cancel" })).toHaveAttribute("href", path);
});

test("F6 adding a passkey asks for a confirmation that is due, and goes on after it", async ({
  app,
  page,
  person,
}) => {
  await addAuthenticator(page);
  await openSettings(page, person, path);
  await letConfirmationEnd(app, person);
  await press(page, "Add a passkey");
  await expect(heading(page)).toHaveText("Confirm it is you");
  await field(page, "Password").fill(person.password);
  await press(page, "Continue");
  await expect(page.getByRole("heading", { name: "Create a passkey" })).toBeFocused();
  // It runs out once more while the page is open.
  await letConfirmationEnd(app, person);
  await press(page, "Create passkey");
  await expect(note(page)).toHaveText("Confirm that it is you first.");
  await press(page, "Confirm that it is you first");
  await field(page, "Password").fill(person.password);
  await press(page, "Continue");
  await press(page, "Create passkey");
  await expect(added(page)).toBeVisible();
});

test("E1 an account that has twenty passkeys is told to remove one first", async ({
  app,
  page,
}) => {
  const person = await makeSignedOut(app);
  const client = await signIn(app, person);
  for (let count = 0; count < 20; count++) await addPasskeyOf(app, client);
  await openSettings(page, person, `${path}?add=1`);
  await expect(cards(page)).toHaveCount(20);
  await expect(page.getByText("as many as an account can have")).toBeVisible();
  await expect(page.getByRole("button", { name: "Create passkey" })).toHaveCount(0);
  await cards(page).last().getByRole("button", { name: "Remove" }).click();
  await press(page, "Remove passkey");
  await expect(news(page)).toContainText("The passkey is removed.");
  await expect(cards(page)).toHaveCount(19);
});
