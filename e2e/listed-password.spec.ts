// A password that was fine when it was chosen, and is on the list by now.
import { field } from "./account";
import { giveListedPassword } from "./first-factors";
import { expect, makeSignedOut, password, signIn, test } from "./fixtures";
import { heading, signInHere, summary } from "./screens";

test("A11 a password that has come onto the list is replaced before anybody is signed in", async ({
  app,
  page,
}) => {
  const person = await makeSignedOut(app);
  const listed = { ...person, password: "stairwaytoheaven" };
  await giveListedPassword(app, person, listed.password);
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
