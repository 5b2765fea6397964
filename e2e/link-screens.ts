// The pages that mailed links open, in every state a person can meet.
import { press } from "./account";
import {
  askEmailChange,
  askReset,
  expireLinks,
  linkTo,
  mailWithLink,
} from "./account-links";
import { ApiClient } from "./api-client";
import { expect, newEmail, signIn } from "./fixtures";
import { type Scene, type Screen, summary } from "./screens";

async function openReset({ app, page, person }: Scene): Promise<void> {
  const mail = await askReset(app, new ApiClient(app.url), person.email);
  await page.goto(linkTo(mail, "/reset-password"));
  await expect(page.getByLabel("New password")).toBeVisible();
}

async function ask({ page, person }: Scene): Promise<void> {
  await page.goto("/forgot-password");
  await page.getByLabel("Email").fill(person.email);
  await press(page, "Send the mail");
  await expect(page.getByRole("heading", { name: "Check your email" })).toBeFocused();
}

/** A stranger, who knows the password, has signed in from elsewhere. */
async function openNotMe({ app, page, person }: Scene): Promise<ApiClient> {
  const stranger = await signIn(app, person);
  const mail = await mailWithLink(app.mailbox, person.email, "/not-me");
  await page.goto(linkTo(mail, "/not-me"));
  await expect(page.getByRole("button", { name: "Secure my account" })).toBeVisible();
  return stranger;
}

async function changeEmail({ app, person }: Scene) {
  const client = await signIn(app, person);
  return askEmailChange(app, client, { from: person.email, to: newEmail() });
}

export const linkScreens: Screen[] = [
  {
    name: "forgot password",
    within: "forgot password, refused",
    open: async ({ page }) => void (await page.goto("/forgot-password")),
  },
  {
    name: "forgot password, refused",
    open: async ({ page }) => {
      await page.goto("/forgot-password");
      await press(page, "Send the mail");
      await expect(summary(page)).toBeFocused();
    },
  },
  {
    name: "forgot password, wrong code",
    open: async (scene) => {
      await ask(scene);
      await scene.page.getByLabel("Code").fill("12345");
      await press(scene.page, "Change password");
      await expect(summary(scene.page)).toBeFocused();
    },
  },
  {
    name: "reset, no link",
    open: async ({ page }) => {
      await page.goto("/reset-password");
      await expect(page.getByLabel("Code")).toBeVisible();
    },
  },
  {
    name: "reset, refused",
    open: async (scene) => {
      await openReset(scene);
      await scene.page.getByLabel("New password").fill("short");
      await press(scene.page, "Change password");
      await expect(summary(scene.page)).toBeFocused();
    },
  },
  {
    name: "reset, link expired",
    open: async ({ app, page, person }) => {
      const mail = await askReset(app, new ApiClient(app.url), person.email);
      await expireLinks(app, person.email);
      await page.goto(linkTo(mail, "/reset-password"));
      await expect(summary(page)).toBeFocused();
    },
  },
  {
    name: "reset, done",
    open: async (scene) => {
      await signIn(scene.app, scene.person);
      await openReset(scene);
      await scene.page.getByLabel("New password").fill("another long enough sentence");
      await press(scene.page, "Change password");
      await expect(scene.page.getByText("Your password is changed.")).toBeVisible();
    },
  },
  {
    name: "not me, no link",
    open: async ({ page }) => {
      await page.goto("/not-me");
      await expect(page.getByRole("link", { name: "See your devices" })).toBeVisible();
    },
  },
  { name: "not me", open: async (scene) => void (await openNotMe(scene)) },
  {
    name: "not me, link wrong",
    open: async ({ page }) => {
      await page.goto("/not-me#token=x");
      await expect(summary(page)).toBeFocused();
    },
  },
  {
    name: "not me, done",
    open: async (scene) => {
      const stranger = await openNotMe(scene);
      await stranger.post("/api/account/email", { email: newEmail() });
      await press(scene.page, "Secure my account");
      await expect(scene.page.getByText("Your account is secured.")).toBeVisible();
    },
  },
  {
    name: "confirm email, no link",
    open: async ({ page }) => {
      await page.goto("/email/confirm");
      await expect(page.getByRole("link", { name: "Type the code" })).toBeVisible();
    },
  },
  {
    name: "confirm email",
    open: async (scene) => {
      await scene.page.goto((await changeEmail(scene)).confirm);
      await expect(scene.page.getByRole("button", { name: "Continue" })).toBeVisible();
    },
  },
  {
    name: "confirm email, link wrong",
    open: async ({ page }) => {
      await page.goto("/email/confirm#token=x");
      await expect(summary(page)).toBeFocused();
    },
  },
  {
    name: "confirm email, done",
    open: async (scene) => {
      await scene.page.goto((await changeEmail(scene)).confirm);
      await press(scene.page, "Continue");
      await expect(scene.page.getByText("Your email is now")).toBeVisible();
    },
  },
  {
    name: "keep email, no link",
    open: async ({ page }) => {
      await page.goto("/email/cancel");
      await expect(page.getByRole("link", { name: "Go to your profile" })).toBeVisible();
    },
  },
  {
    name: "keep email",
    open: async (scene) => {
      await scene.page.goto((await changeEmail(scene)).cancel);
      const button = scene.page.getByRole("button", { name: "Keep this address" });
      await expect(button).toBeVisible();
    },
  },
  {
    name: "keep email, link wrong",
    open: async ({ page }) => {
      await page.goto("/email/cancel#token=x");
      await expect(summary(page)).toBeFocused();
    },
  },
  {
    name: "keep email, restored",
    open: async (scene) => {
      const { confirm, cancel } = await changeEmail(scene);
      await scene.page.goto(confirm);
      await press(scene.page, "Continue");
      await expect(scene.page.getByText("Your email is now")).toBeVisible();
      await scene.page.goto(cancel);
      await press(scene.page, "Keep this address");
      await expect(scene.page.getByText("Every device was signed out.")).toBeVisible();
    },
  },
];
