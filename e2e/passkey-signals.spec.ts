// What the browser's password manager hears of the account (Signal API).
import { adoptSession, field, news, openSettings } from "./account";
import { addAuthenticator } from "./authenticators";
import { expect, makePerson, newEmail, signIn, test } from "./fixtures";
import { codeIn } from "./mailbox";
import { createHere } from "./passkey-pages";
import { press } from "./screens";

test("E3 a removed passkey goes from the password manager, and no other", async ({
  page,
  person,
}) => {
  const authenticator = await addAuthenticator(page);
  await openSettings(page, person, "/settings/passkeys");
  await createHere(page);
  // Of the same account on another device, as far as Chromium can tell.
  await authenticator.remove();
  const second = await addAuthenticator(page, { isKey: true });
  await page.goto("/settings/passkeys");
  await createHere(page);
  expect(second.changes).not.toContain("Deleted");
  await page.getByRole("button", { name: "Remove", exact: true }).first().click();
  await press(page, "Remove passkey");
  await expect(page.getByText("The passkey is removed.")).toBeVisible();
  await page.reload();
  await page.waitForLoadState("networkidle");
  expect(await second.credentials()).toHaveLength(1);
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await press(page, "Remove passkey");
  await expect.poll(() => second.changes).toContain("Deleted");
  expect(await second.credentials()).toHaveLength(0);
});

test("E3 a passkey that was removed elsewhere goes with the next visit", async ({
  app,
  page,
  person,
}) => {
  const authenticator = await addAuthenticator(page);
  await openSettings(page, person, "/settings/passkeys");
  await createHere(page);
  const elsewhere = await signIn(app, person);
  const { items } = (await elsewhere.get("/api/account/passkeys")).json;
  await elsewhere.delete(`/api/account/passkeys/${items[0].id}`);
  await page.goto("/settings/profile");
  await expect.poll(() => authenticator.changes).toContain("Deleted");
});

test("E3 a new name and a new email of the account are told to the password manager", async ({
  app,
  page,
  person,
}) => {
  const authenticator = await addAuthenticator(page);
  const known = async () => {
    const [credential] = await authenticator.credentials();
    return [credential?.userName, credential?.userDisplayName];
  };
  await openSettings(page, person, "/settings/passkeys");
  await createHere(page);
  expect(await known()).toEqual([person.email, person.name]);
  await page.goto("/settings/profile");
  await field(page, "Name").fill("Pia Renamed");
  await press(page, "Save name");
  await expect.poll(known).toEqual([person.email, "Pia Renamed"]);
  expect(authenticator.changes).toContain("Updated");
  const email = newEmail();
  await field(page, "New email").fill(email);
  await press(page, "Change email");
  await expect(field(page, "Code")).toBeVisible();
  await field(page, "Code").fill(codeIn(await app.mailbox.wait(email)));
  await expect(news(page)).toContainText("Your email is changed.");
  await expect.poll(known).toEqual([email, "Pia Renamed"]);
});

test("E3 whoever never had a passkey has nothing told of them", async ({ app, page }) => {
  // Not by a password: after that the browser may be making one.
  await adoptSession(page, (await makePerson(app)).client);
  await page.addInitScript(() => {
    const told: string[] = [];
    Object.assign(window, { told });
    for (const name of ["signalAllAcceptedCredentials", "signalCurrentUserDetails"]) {
      Object.assign(PublicKeyCredential, { [name]: async () => void told.push(name) });
    }
  });
  await page.goto("/settings/profile", { waitUntil: "networkidle" });
  expect(await page.evaluate(() => Reflect.get(window, "told"))).toEqual([]);
});
