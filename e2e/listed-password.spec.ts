// A password that was fine when it was chosen, and is on the list by now.
import { hkdfSync } from "node:crypto";
import { hash } from "@node-rs/argon2";
import { config } from "@/lib/config";
import { field } from "./account";
import { expect, makeSignedOut, type Person, password, signIn, test } from "./fixtures";
import { heading, signInHere, summary } from "./screens";
import type { Installation } from "./server";

/** As if it had come onto the list since this person chose it. */
async function give(app: Installation, { email }: Person, listed: string): Promise<void> {
  const root = app.environment.APP_SECRET ?? "";
  const pepper = hkdfSync("sha256", root, "", "latchkey/password-pepper", 32);
  const options = { ...config.password.argon2, secret: Buffer.from(pepper) };
  await app.sql(`UPDATE "user" SET password_hash = $1 WHERE email = $2`, [
    await hash(listed, options),
    email,
  ]);
}

test("A11 a password that has come onto the list is replaced before anybody is signed in", async ({
  app,
  page,
}) => {
  const person = await makeSignedOut(app);
  const listed = { ...person, password: "stairwaytoheaven" };
  await give(app, person, listed.password);
  await page.goto("/login?next=%2Fsettings%2Fdevices");
  await signInHere(page, listed);
  await expect(summary(page)).toBeFocused();
  await expect(field(page, "Email")).toHaveValue(person.email);
  expect((await page.context().cookies()).map(({ name }) => name).join()).not.toMatch(
    /access|refresh/,
  );
  await field(page, "New password").fill(listed.password);
  await signInHere(page, listed);
  await expect(summary(page)).toContainText("Many people use this password");
  await field(page, "New password").fill(password);
  await signInHere(page, listed);
  await expect(heading(page)).toHaveText("Your devices");
  await signIn(app, person);
});
