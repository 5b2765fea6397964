// A sign-in link counts in the browser that asked, once its button is pressed, and
// for nobody else: not for scanners, strangers or whoever was there first.
import type { Page } from "@playwright/test";
import { withoutEmpty } from "./actions";
import { ApiClient } from "./api-client";
import {
  expect,
  makePerson,
  makeSignedOut,
  newEmail,
  signInPage,
  test,
} from "./fixtures";
import { codeIn, linkIn, tokenIn } from "./mailbox";
import { rawRequest } from "./raw-request";
import { heading, press, signInHere, signUp, summary } from "./screens";
import { askForLink, linkMail, mailedLink, sessionOf, signInMail } from "./sign-in-links";

const next = (page: Page) => page.getByRole("button", { name: "Continue" });
const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

test("C05 C9 opened elsewhere, the link names the browser that asked and shows the code to type there", async ({
  app,
  page,
  openBrowser,
  person,
}) => {
  const asking = await openBrowser({ userAgent: firefox });
  const mail = await mailedLink(app, asking, person.email);
  await page.goto(linkIn(mail));
  const main = page.getByRole("main");
  await expect(main).toContainText("Firefox 145 on Linux");
  await expect(main).toContainText(person.email);
  await expect(main.locator("time")).toHaveAttribute("datetime", /^\d{4}-.*Z$/);
  await expect(main).toContainText(codeIn(mail));
  await expect(next(page)).toHaveCount(0);
  // Nor by hand, past the page.
  const verify = "/api/auth/magic-link/verify";
  const headers = { origin: app.url };
  const data = { token: tokenIn(mail) };
  const forced = await page.request.post(verify, { headers, data });
  expect([forced.status(), (await forced.json()).code]).toEqual([401, "invalid_code"]);
  const typed = await page.request.post(verify, {
    headers,
    data: { code: codeIn(mail) },
  });
  expect(typed.status()).toBe(401);
  expect(await sessionOf(page)).toBeNull();
  await asking
    .getByLabel("Code")
    .fill((await main.innerText()).match(/\d{6}/)?.[0] ?? "");
  await asking.waitForURL("**/dashboard");
  expect((await sessionOf(asking)).user.email).toBe(person.email);
  expect(await sessionOf(page)).toBeNull();
});

test("C05 a second request ends the first link, in whatever browser that was", async ({
  app,
  page,
  openBrowser,
  person,
}) => {
  const other = await openBrowser();
  const first = await mailedLink(app, page, person.email);
  const second = await mailedLink(app, other, person.email);
  await page.getByLabel("Code").fill(codeIn(first));
  await expect(heading(page)).toHaveText("Sign in");
  await expect(page.getByText("Your last mail no longer counts")).toBeVisible();
  await page.goto(linkIn(first));
  await expect(summary(page)).toContainText("A newer mail has replaced this one");
  expect(await sessionOf(page)).toBeNull();
  await other.goto(linkIn(second));
  await press(other, "Continue");
  await other.waitForURL("**/dashboard");
});

test("C07 C08 whatever opens the link, nothing but the press of its button uses it", async ({
  app,
  page,
  openBrowser,
  person,
}) => {
  const mail = await mailedLink(app, page, person.email);
  const token = tokenIn(mail);
  const sent: string[] = [];
  page.on("request", (request) => {
    sent.push(request.url() + JSON.stringify(request.headers()));
  });
  for (const method of ["GET", "GET", "GET", "HEAD"]) {
    for (const purpose of ["", "prefetch"]) {
      for (const query of ["", `?token=${token}`]) {
        const headers = withoutEmpty({ "sec-purpose": purpose });
        const answer = await rawRequest(app.url, `/magic-link${query}`, {
          method,
          headers,
        });
        expect(answer.status).toBe(200);
        expect(answer.setCookies.join()).not.toMatch(/access|refresh|pending/);
      }
    }
  }
  // One that runs scripts, and one that has the cookies as well: a preview.
  for (const scanner of [await openBrowser(), await page.context().newPage()]) {
    await scanner.goto(linkIn(mail), { waitUntil: "networkidle" });
    await expect(scanner.getByText(person.email)).toBeVisible();
    expect(scanner.url()).toBe(`${app.url}/magic-link`);
    expect(await sessionOf(scanner)).toBeNull();
  }
  await page.goto(linkIn(mail));
  await expect(next(page)).toBeVisible();
  expect(page.url()).toBe(`${app.url}/magic-link`);
  await press(page, "Continue");
  await page.waitForURL("**/dashboard");
  expect(sent.filter((line) => line.includes(token))).toEqual([]);
  const lines = app.nodes.flatMap((node) => node.lines);
  expect(lines.filter((line) => line.includes(token.slice(-20)))).toEqual([]);
});

test("C06 signed in as somebody else, the link names both and asks, and asks again for a third", async ({
  app,
  page,
  person,
}) => {
  const [there, third] = [await makeSignedOut(app), await makeSignedOut(app)];
  // A page left open asks for the link after somebody else has signed in.
  await page.goto("/login");
  await page.getByLabel("Email").fill(person.email);
  const tab = await page.context().newPage();
  await signInPage(tab, there);
  await press(page, "Email me a sign-in link");
  const mail = await linkMail(app, person.email);
  const waiting = (await page.context().cookies()).filter(({ name }) =>
    name.endsWith("pending"),
  );
  await page.goto(linkIn(mail));
  const main = page.getByRole("main");
  await expect(main).toContainText(`sign in as ${person.email}`);
  await expect(main).toContainText(`You are signed in here as ${there.email}.`);
  expect((await sessionOf(page)).user.email).toBe(there.email);
  // Between the look and the press somebody else has come.
  await tab.context().clearCookies({ name: /access|refresh/ });
  await signInPage(tab, third);
  await page.context().addCookies(waiting);
  await press(page, "Continue");
  await expect(summary(page)).toContainText(`${third.email} is signed in here by now.`);
  await expect(main).toContainText(`You are signed in here as ${third.email}.`);
  expect((await sessionOf(page)).user.email).toBe(third.email);
  await press(page, "Continue");
  await page.waitForURL("**/dashboard");
  expect((await sessionOf(page)).user.email).toBe(person.email);
});

test("C14 who registered a stranger's address first is left with nothing by its owner's link", async ({
  app,
  page,
  openBrowser,
}) => {
  const attacker = await openBrowser();
  const { email, password } = await signUp(attacker, { name: "Mallory" });
  const registered = await app.mailbox.wait(email);
  await askForLink(page, email);
  const mail = await app.mailbox.wait(email, 2);
  await page.goto(linkIn(mail));
  await press(page, "Continue");
  await page.waitForURL("**/dashboard");
  await expect(heading(page)).toHaveText(`Welcome, ${email}`);
  // In the tab that still waits for the mail; were its code known, even.
  await attacker.getByLabel("Code").fill(codeIn(registered));
  await expect(heading(attacker)).toHaveText("Create your account");
  await expect(attacker.getByText("Your last mail no longer counts")).toBeVisible();
  await attacker.goto(linkIn(registered));
  await press(attacker, "Continue");
  await expect(summary(attacker)).toBeFocused();
  await attacker.goto("/login");
  await signInHere(attacker, { email, password, name: "" });
  await expect(summary(attacker)).toContainText("do not match");
  expect(await sessionOf(attacker)).toBeNull();
  expect((await sessionOf(page)).user.email).toBe(email);
});

test("B09 somebody who is banned is told nothing on the screen, and mailed no link", async ({
  app,
  page,
}) => {
  const { person, client } = await makePerson(app);
  await client.post("/api/auth/logout");
  await app.sql(`UPDATE "user" SET banned_at = now() WHERE email = $1`, [person.email]);
  await askForLink(page, person.email);
  await expect(page.getByRole("main")).toContainText(
    `We sent a link and a six-digit code to ${person.email}.`,
  );
  // The queue is worked off in order: what was asked for after it has come.
  const [email, api] = [newEmail(), new ApiClient(app.url)];
  await api.post("/api/auth/magic-link", { email });
  await app.mailbox.wait(email);
  expect(app.mailbox.about(person.email, signInMail)).toEqual([]);
});
