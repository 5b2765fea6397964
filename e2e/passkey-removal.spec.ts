// What passkeys are called, and how they go.
import { field, letConfirmationEnd, news, openSettings } from "./account";
import { postAction } from "./actions";
import { readBuild } from "./build";
import { expect, makePerson, signIn, test } from "./fixtures";
import { addPasskeyOf, cards, passkeysPath as path } from "./passkey-pages";
import { signInWith } from "./passwordless-api";
import { heading, press, summary } from "./screens";
import type { Installation } from "./server";

type Page = Parameters<typeof openSettings>[0];
const nameField = (page: Page) => page.getByRole("textbox", { name: "Name" });

async function withoutPassword(app: Installation, email: string): Promise<void> {
  await app.sql(`UPDATE "user" SET password_hash = NULL WHERE email = $1`, [email]);
}

test("E1 a passkey gets the name that its owner types, and a nameless one is refused beside the field", async ({
  app,
  page,
  person,
}) => {
  const client = await signIn(app, person);
  await addPasskeyOf(app, client);
  await openSettings(page, person, path);
  const rename = page.getByRole("button", { name: "Rename", exact: true });
  await rename.click();
  await expect(nameField(page)).toBeFocused();
  await expect(nameField(page)).toHaveValue("Google Password Manager");
  await nameField(page).fill("  ");
  await nameField(page).press("Enter");
  await expect(nameField(page)).toHaveAccessibleDescription("Give it a name.");
  await expect(nameField(page)).toHaveAttribute("aria-invalid", "true");
  await expect(nameField(page)).toBeFocused();
  await expect(page).toHaveTitle(/^Error: /);
  await nameField(page).fill("Schlüssel <b>3</b> 🔑");
  await press(page, "Save name");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(rename).toBeFocused();
  await expect(news(page)).toHaveText("Your passkey has its new name.");
  await expect(cards(page)).toContainText("Schlüssel <b>3</b> 🔑");
  await expect(cards(page)).toContainText("Google Password Manager");
});

test("E13 E1 removing a passkey ends what it opened elsewhere, and focus goes to the next", async ({
  app,
  page,
  person,
}) => {
  const client = await signIn(app, person);
  const first = await addPasskeyOf(app, client);
  await addPasskeyOf(app, client);
  const { client: elsewhere } = await signInWith(app, first.authenticator);
  await openSettings(page, person, path);
  await cards(page).first().getByRole("button", { name: "Remove" }).click();
  const dialog = page.getByRole("dialog", { name: `Remove ${first.name}?` });
  await expect(dialog).toHaveAccessibleDescription(
    /devices that are signed in with it are signed out.*may still show it/,
  );
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect((await elsewhere.get("/api/account/passkeys")).status).toBe(200);
  await cards(page).first().getByRole("button", { name: "Remove" }).click();
  await press(page, "Remove passkey");
  await expect(news(page)).toHaveText(
    "The passkey is removed. We signed out the one device that was signed in with it.",
  );
  await expect(cards(page)).toHaveCount(1);
  await expect(cards(page).first()).toBeFocused();
  await expect(cards(page).first()).toContainText("Google Password Manager 2");
  expect((await elsewhere.get("/api/account/passkeys")).status).toBe(401);
  await press(page, "Remove");
  await press(page, "Remove passkey");
  await expect(page.getByText("nobody can guess it")).toBeVisible();
  await expect(heading(page)).toBeFocused();
});

test("E13 E4 the last way in stays, and the page says what to add first", async ({
  app,
  page,
  person,
}) => {
  await addPasskeyOf(app, person);
  await openSettings(page, person, path);
  await withoutPassword(app, person.email);
  await press(page, "Remove");
  await press(page, "Remove passkey");
  await expect(summary(page)).toHaveText(
    "This passkey is the only way into your account. Add another passkey or a password first.",
  );
  await expect(summary(page)).toBeFocused();
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(cards(page)).toHaveCount(1);
});

test("E4 a password can be removed where a passkey is left, and nowhere else", async ({
  app,
  page,
  person,
}) => {
  const other = await signIn(app, person);
  await openSettings(page, person, "/settings/security");
  const remove = page.getByRole("button", { name: "Remove password", exact: true });
  await expect(remove).toHaveCount(0);
  await addPasskeyOf(app, other);
  await page.reload();
  await remove.click();
  const dialog = page.getByRole("dialog", { name: "Remove your password?" });
  await expect(dialog).toHaveAccessibleDescription(/You then sign in with a passkey/);
  await dialog.getByRole("button", { name: "Remove it" }).click();
  await expect(news(page)).toHaveText(
    /^Your password is removed\. We signed out your \w+ other devices?\.$|^Your password is removed\. We signed out your one other device\.$/,
  );
  await expect(remove).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Set a password" })).toBeVisible();
  const { email, password } = person;
  const answer = await other.post("/api/auth/login", { email, password });
  expect(answer.status).toBe(401);
});

test("E09 a form that names somebody else's passkey, or none at all, changes nothing", async ({
  app,
}) => {
  const mine = await makePerson(app);
  const theirs = await makePerson(app);
  const { id } = await addPasskeyOf(app, theirs.client);
  const { items } = (await theirs.client.get("/api/account/passkeys")).json;
  for (const name of ["renamePasskeyAction", "removePasskeyAction"]) {
    const action = readBuild().actions.find((each) => each.name === name);
    if (!action) throw new Error(`there is no ${name}`);
    for (const passkeyId of [id, "AAAAAAAAAAAAAAAAAAAAAA", "\0", "../x"]) {
      const fields = { passkeyId, ...(name.startsWith("rename") && { name: "Mine" }) };
      const post = { cookie: mine.client.cookieHeader };
      const { status, text } = await postAction(app.url, action, fields, post);
      expect(status, `${name} ${passkeyId}`).toBe(200);
      expect(text).toContain('"status":"error"');
    }
  }
  expect((await theirs.client.get("/api/account/passkeys")).json.items).toEqual(items);
});

for (const { act, does, said } of [
  {
    act: "renaming",
    does: async (page: Page) => {
      await press(page, "Rename");
      await nameField(page).fill("My phone");
      await press(page, "Save name");
    },
    said: "Your passkey has its new name.",
  },
  {
    act: "removing",
    does: async (page: Page) => {
      await press(page, "Remove");
      await press(page, "Remove passkey");
    },
    said: "The passkey is removed. No other device was signed in with it.",
  },
]) {
  test(`F6 ${act} a passkey goes on by itself after the confirmation`, async ({
    app,
    page,
    person,
  }) => {
    const { id } = await addPasskeyOf(app, person);
    await openSettings(page, person, path);
    await letConfirmationEnd(app, person);
    await does(page);
    await expect(heading(page)).toHaveText("Confirm it is you");
    // As its owner would on another device: by the alternative.
    await field(page, "Password").fill(person.password);
    await press(page, "Continue");
    await expect(heading(page)).toHaveText("Passkeys");
    await expect(news(page)).toHaveText(said);
    const rows = await app.sql("SELECT 1 FROM passkey WHERE id = $1 AND name <> $2", [
      id,
      "Google Password Manager",
    ]);
    expect(rows).toHaveLength(act === "renaming" ? 1 : 0);
  });
}

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("A5 E1 passkeys are named and removed, and why none can be made is said", async ({
    app,
    page,
    person,
  }) => {
    await addPasskeyOf(app, person);
    await openSettings(page, person, path);
    await expect(page.getByText("creates a passkey by JavaScript")).toBeVisible();
    await expect(page.getByRole("button", { name: "Add a passkey" })).toBeHidden();
    await press(page, "Rename");
    await nameField(page).fill("");
    await press(page, "Save name");
    await expect(summary(page)).toContainText("Give it a name.");
    await press(page, "Rename");
    await nameField(page).fill("My phone");
    await press(page, "Save name");
    await expect(news(page)).toHaveText("Your passkey has its new name.");
    await expect(cards(page)).toContainText("My phone");
    await press(page, "Remove");
    await press(page, "Remove passkey");
    await expect(news(page)).toContainText("The passkey is removed.");
    await expect(cards(page)).toHaveCount(0);
  });
});
