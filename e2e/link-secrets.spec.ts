// The secrets in the account's mails: where they may be seen, and that nothing
// but the press of a button uses one.
import type { Page } from "@playwright/test";
import { config } from "@/lib/config";
import { field, press } from "./account";
import {
  askEmailChange,
  askReset,
  type LinkPath,
  linkTo,
  mailWithLink,
} from "./account-links";
import { withoutEmpty } from "./actions";
import { ApiClient } from "./api-client";
import {
  expect,
  makeSignedOut,
  newEmail,
  type Person,
  signIn,
  signInPage,
  test,
} from "./fixtures";
import { codeIn, type Received } from "./mailbox";
import { rawRequest } from "./raw-request";
import { heading, signInHere, summary } from "./screens";
import type { Installation } from "./server";

const fresh = "an even longer sentence";

type Kind = {
  path: LinkPath;
  button: string;
  made: (app: Installation, person: Person) => Promise<string>;
};

const kinds: Kind[] = [
  {
    path: "/reset-password",
    button: "Change password",
    made: async (app, { email }) =>
      linkTo(await askReset(app, new ApiClient(app.url), email), "/reset-password"),
  },
  {
    path: "/not-me",
    button: "Secure my account",
    made: async (app, person) => {
      await signIn(app, person);
      return linkTo(await mailWithLink(app.mailbox, person.email, "/not-me"), "/not-me");
    },
  },
  {
    path: "/email/confirm",
    button: "Continue",
    made: async (app, person) => (await changeEmail(app, person)).confirm,
  },
  {
    path: "/email/cancel",
    button: "Keep this address",
    made: async (app, person) => (await changeEmail(app, person)).cancel,
  },
];

async function changeEmail(app: Installation, person: Person) {
  const change = { from: person.email, to: newEmail() };
  return askEmailChange(app, await signIn(app, person), change);
}

/** How many of the secrets that were mailed about this person are used up. */
async function spent(app: Installation, person: Person): Promise<number> {
  const rows = await app.sql(
    `SELECT 1 FROM challenge WHERE consumed_at IS NOT NULL AND purpose <> 'registration'
       AND (email = $1 OR user_id = (SELECT id FROM "user" WHERE email = $1))`,
    [person.email],
  );
  return rows.length;
}

/** Reads the page to its end, as a mail scanner with scripts does. */
async function scan(page: Page, link: string, button: string): Promise<void> {
  await page.goto(link);
  await expect(page.getByRole("button", { name: button })).toBeVisible();
}

for (const { path, button, made } of kinds) {
  test(`C07 C08 opening the link to ${path}, by whatever means, uses and tells nothing`, async ({
    app,
    page,
    openBrowser,
  }) => {
    const person = await makeSignedOut(app);
    const link = await made(app, person);
    const token = new URL(link).hash.replace("#token=", "");
    const sent: string[] = [];
    page.on("request", (request) => {
      sent.push(request.url() + JSON.stringify(request.headers()));
    });
    for (const method of ["GET", "HEAD"]) {
      for (const purpose of ["", "prefetch"]) {
        // A scanner that knows no fragments might send it as a query.
        const answer = await rawRequest(app.url, `${path}?token=${"x".repeat(66)}`, {
          method,
          headers: withoutEmpty({ "sec-purpose": purpose }),
        });
        expect(answer.status).toBe(200);
        expect(answer.headers["referrer-policy"]).toBe("same-origin");
        expect(answer.setCookies.join()).not.toMatch(/access|refresh|pending/);
      }
    }
    await scan(await openBrowser(), link, button);
    await scan(page, link, button);
    expect(page.url()).toBe(`${app.url}${path}`);
    expect(await spent(app, person)).toBe(0);
    expect(sent.filter((line) => line.includes(token))).toEqual([]);
    const lines = app.nodes.flatMap((node) => node.lines);
    expect(lines.filter((line) => line.includes(token.slice(-20)))).toEqual([]);
  });
}

test("C08 without JavaScript the link's page resets by email and code", async ({
  app,
  openBrowser,
}) => {
  const person = await makeSignedOut(app);
  const page = await openBrowser({ javaScriptEnabled: false });
  await page.goto("/forgot-password");
  await press(page, "Send the mail");
  await expect(summary(page)).toContainText("Enter an email address");
  await field(page, "Email").fill(person.email);
  await press(page, "Send the mail");
  await expect(page.getByText("If there is an account for")).toContainText(person.email);
  const mail = await mailWithLink(app.mailbox, person.email, "/reset-password");
  await page.goto(linkTo(mail, "/reset-password"));
  await field(page, "Email").fill(person.email);
  await field(page, "Code").fill(codeIn(mail));
  await field(page, "New password").fill("short");
  await press(page, "Change password");
  await expect(summary(page)).toContainText("Use at least 15 characters");
  await expect(field(page, "Email")).toHaveValue(person.email);
  await field(page, "Code").fill(codeIn(mail));
  await field(page, "New password").fill(fresh);
  await press(page, "Change password");
  await expect(page.getByText("Your password is changed.")).toBeVisible();
  await page.getByRole("link", { name: "Sign in" }).click();
  await signInHere(page, { ...person, password: fresh });
  await expect(heading(page)).toContainText("Welcome");
});

test("C08 without JavaScript the code can be typed right where the mail was asked for", async ({
  app,
  openBrowser,
}) => {
  const person = await makeSignedOut(app);
  const page = await openBrowser({ javaScriptEnabled: false });
  await page.goto("/forgot-password");
  await field(page, "Email").fill(person.email);
  await press(page, "Send the mail");
  const send = async (mail: Received, chosen: string) => {
    await field(page, "Code").fill(codeIn(mail));
    await field(page, "New password").fill(chosen);
    await press(page, "Change password");
  };
  await send(await mailWithLink(app.mailbox, person.email, "/reset-password"), "short");
  await expect(summary(page)).toContainText("Use at least 15 characters");
  await press(page, "Send again");
  await expect(page.getByText("Another mail is on its way.")).toBeVisible();
  const second = await mailWithLink(app.mailbox, person.email, "/reset-password", 2);
  await send(second, fresh);
  await expect(page.getByText("Your password is changed.")).toBeVisible();
});

test("C05 a code counts in no browser but the one that asked", async ({
  app,
  page,
  openBrowser,
}) => {
  const person = await makeSignedOut(app);
  const other = await openBrowser();
  for (const browser of [page, other]) {
    await browser.goto("/forgot-password");
    await field(browser, "Email").fill(person.email);
    await press(browser, "Send the mail");
    await expect(browser.getByText("Check your email")).toBeVisible();
  }
  const first = await mailWithLink(app.mailbox, person.email, "/reset-password");
  await mailWithLink(app.mailbox, person.email, "/reset-password", 2);
  await field(other, "Code").fill(codeIn(first));
  await field(other, "New password").fill(fresh);
  await press(other, "Change password");
  await expect(summary(other)).toContainText("That code or link is wrong.");
  await signInPage(page, person);
});

test("B02 reading links is limited as using them is, says for how long, and goes on after", async ({
  app,
  page,
}) => {
  const person = await makeSignedOut(app);
  const mail = await askReset(app, new ApiClient(app.url), person.email);
  for (let attempt = 0; attempt < config.rateLimits.resetPassword.points; attempt += 1) {
    await page.goto("about:blank");
    await page.goto("/reset-password#token=x");
    await expect(summary(page)).toContainText("That code or link is wrong.");
  }
  await page.goto(linkTo(mail, "/reset-password"));
  await expect(summary(page)).toContainText(
    "Too many attempts. Try again in 10 minutes.",
  );
  await app.sql("DELETE FROM rate_limit");
  await press(page, "Try again");
  await field(page, "New password").fill(fresh);
  await press(page, "Change password");
  await expect(page.getByText("Your password is changed.")).toBeVisible();
});
