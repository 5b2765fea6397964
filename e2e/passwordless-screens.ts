// Passkeys and sign-in links on the pages of everybody, in every state a person
// can meet.
import { letConfirmationEnd, openSettings } from "./account";
import { expireLinks } from "./account-links";
import { leaveWithPasskey, pressAndTouch } from "./browser-passkeys";
import { expect, makeSignedOut, newEmail, signIn, signInPage } from "./fixtures";
import { linkIn } from "./mailbox";
import { askForLink as askElsewhere } from "./passwordless-api";
import { heading, press, type Scene, type Screen, summary } from "./screens";
import { askForLink, linkMail, mailedLink, newAccountMail } from "./sign-in-links";

const quietNote = /^No passkey was used\./;

/** The form waits, and the passkey is asked for first. */
async function interrupt({ app, page, person }: Scene) {
  const authenticator = await leaveWithPasskey(page, person);
  await openSettings(page, person, "/settings/profile");
  await letConfirmationEnd(app, person);
  await page.getByLabel("New email").fill(`new-${person.email}`);
  await press(page, "Change email");
  await expect(heading(page)).toHaveText("Confirm it is you");
  return authenticator;
}

export const passwordlessScreens: Screen[] = [
  {
    name: "sign in, passkey cancelled",
    open: async ({ page, person }) => {
      const authenticator = await leaveWithPasskey(page, person);
      await authenticator.setVerified(false);
      await page.goto("/login");
      await pressAndTouch(page, authenticator);
      await expect(page.getByText(quietNote)).toBeVisible();
    },
  },
  {
    name: "sign in, passkey removed",
    open: async ({ app, page, person }) => {
      const authenticator = await leaveWithPasskey(page, person);
      const client = await signIn(app, person);
      const [passkey] = (await client.get("/api/account/passkeys")).json.items;
      await client.delete(`/api/account/passkeys/${passkey.id}`);
      await page.goto("/login");
      await pressAndTouch(page, authenticator);
      await expect(summary(page)).toBeFocused();
    },
  },
  {
    name: "check email, for a sign-in link, refused",
    open: async ({ page, person }) => {
      await askForLink(page, person.email);
      await page.getByLabel("Code").fill("12345");
      await press(page, "Continue");
      await expect(summary(page)).toBeFocused();
    },
  },
  {
    name: "sign-in link, none",
    open: async ({ page }) => {
      await page.goto("/magic-link");
      await expect(page.getByRole("link", { name: "Type the code" })).toBeVisible();
    },
  },
  {
    name: "sign-in link, new account",
    open: async ({ app, page }) => {
      const email = newEmail();
      await askForLink(page, email);
      await page.goto(linkIn(await app.mailbox.waitFor(email, newAccountMail)));
      await expect(page.getByRole("button", { name: "Continue" })).toBeVisible();
    },
  },
  {
    name: "sign-in link, signed in as somebody else",
    open: async ({ app, page, person }) => {
      await page.goto("/login");
      await page.getByLabel("Email").fill(person.email);
      await signInPage(await page.context().newPage(), await makeSignedOut(app));
      await press(page, "Email me a sign-in link");
      await page.goto(linkIn(await linkMail(app, person.email)));
      await expect(page.getByText("You are signed in here as")).toBeVisible();
    },
  },
  {
    name: "sign-in link, elsewhere",
    open: async ({ app, page, person }) => {
      await page.goto(linkIn((await askElsewhere(app, person.email)).mail));
      await expect(page.getByText(/^\d{6}$/)).toBeVisible();
    },
  },
  {
    name: "sign-in link, expired",
    open: async ({ app, page, person }) => {
      const mail = await mailedLink(app, page, person.email);
      await expireLinks(app, person.email);
      await page.goto(linkIn(mail));
      await expect(summary(page)).toBeFocused();
    },
  },
  {
    name: "sign-in link, wrong",
    open: async ({ page }) => {
      await page.goto("/magic-link#token=x");
      await expect(summary(page)).toBeFocused();
    },
  },
  {
    name: "confirm, passkey cancelled",
    open: async (scene) => {
      const authenticator = await interrupt(scene);
      await authenticator.setVerified(false);
      await authenticator.setPresence(true);
      await press(scene.page, "Use your passkey");
      await expect(scene.page.getByText(quietNote)).toBeVisible();
    },
  },
  {
    name: "confirm, deletion by passkey",
    open: async ({ page, person }) => {
      await leaveWithPasskey(page, person);
      await openSettings(page, person, "/settings/profile");
      await page.getByLabel(/^Type "delete my account"/).fill("delete my account");
      await press(page, "Delete account");
      await expect(heading(page)).toHaveText("Confirm it is you");
    },
  },
];
