// What goes with each way to sign in when a setting switches it off. It is held against
// all that there is: what is not named here has to stay, and what comes with a method
// later and is not closed along with it is found open.
import type { Page } from "@playwright/test";
import type { FirstFactor } from "@/lib/auth/policy";
import { makePasswordless } from "./account-api";
import { actions } from "./action-rules";
import { type Fields, postAction } from "./actions";
import { newAddress } from "./api-client";
import { routes } from "./authorisation";
import { readBuild } from "./build";
import { expect } from "./fixtures";
import { codeIn } from "./mailbox";
import { rawRequest } from "./raw-request";
import { Installation } from "./server";
import { mailedLink } from "./sign-in-links";

export type Method = Exclude<FirstFactor, "email">;

type Closed = {
  pages: RegExp;
  routes: RegExp;
  actions: RegExp;
  /** Buttons of forms that stay, by what they send besides. */
  buttons: Record<string, Fields>;
};

const email = "nobody@example.com";

const closed: Record<Method, Closed> = {
  passkey: {
    pages: /passkey/,
    routes: /passkey/,
    actions: /Passkey|^declineOffer/,
    buttons: { signUpAction: { intent: "passkey", email } },
  },
  password: {
    pages: /password/,
    routes: /password|auth\/login$/,
    actions: /Password|Reset|^reset|^login/,
    buttons: { loginAction: { email, password: "a long enough sentence" } },
  },
  magic_link: {
    pages: /magic-link/,
    routes: /magic-link/,
    actions: /MagicLink/,
    buttons: {
      loginAction: { intent: "link", email },
      signUpAction: { intent: "link", email },
    },
  },
};

const methods = Object.keys(closed) as Method[];

/** With every method on, for whatever `prepare` makes; then without this one. */
export async function switchOff<Made>(
  method: Method,
  parallelIndex: number,
  prepare: (app: Installation) => Promise<Made>,
): Promise<{ app: Installation; made: Made }> {
  const app = await Installation.start(`without_${method}_${parallelIndex}`);
  const made = await prepare(app);
  const others = methods.filter((name) => name !== method);
  await app.restart({ SIGN_IN_METHODS: others.join(",") });
  return { app, made };
}

const noSuchThing = "There is no such thing here.";

/** Every page, route and form, for nobody; and for whoever is signed in, the closed ones. */
export async function walkWithout(method: Method, app: Installation): Promise<void> {
  const { client } = await makePasswordless(app);
  for (const cookie of ["", client.cookieHeader]) {
    await walkPages(method, app, cookie);
    await walkRoutes(method, app, cookie);
    await walkActions(method, app, cookie);
  }
  expect(app.first.complaints()).toEqual([]);
}

const isWalked = (isClosed: boolean, cookie: string) => isClosed || cookie === "";

async function walkPages(method: Method, app: Installation, cookie: string) {
  const { pages } = readBuild();
  for (const path of pages) {
    const { status, text } = await rawRequest(app.url, path, { headers: { cookie } });
    const isClosed = closed[method].pages.test(path);
    expect(status === 404, `${path} for ${cookie}`).toBe(isClosed);
    // Nor does any other page lead there.
    const linked = pages.filter((to) => text.includes(`"${to}`));
    const lost = linked.filter((to) => closed[method].pages.test(to));
    expect(lost, path).toEqual([]);
  }
}

async function walkRoutes(method: Method, app: Installation, cookie: string) {
  for (const [path, { methods, body }] of Object.entries(routes)) {
    const isClosed = closed[method].routes.test(path);
    if (!isWalked(isClosed, cookie)) continue;
    const verbs = methods.split(", ").filter((verb) => verb && verb !== "OPTIONS");
    for (const verb of verbs) {
      const answer = await rawRequest(app.url, path.replace("[id]", "a".repeat(22)), {
        method: verb,
        headers: {
          cookie,
          origin: app.url,
          "x-forwarded-for": newAddress(),
          ...(body && { "content-type": "application/json" }),
        },
        body: body && JSON.stringify(body),
      });
      expect(answer.status === 404, `${verb} ${path}`).toBe(isClosed);
    }
  }
}

async function walkActions(method: Method, app: Installation, cookie: string) {
  const { actions: names, buttons } = closed[method];
  for (const action of readBuild().actions) {
    const isClosed = names.test(action.name);
    if (!isWalked(isClosed, cookie)) continue;
    const sent = actions[action.name]?.fields ?? {};
    const { text } = await postAction(app.url, action, sent, { cookie });
    expect(text.includes(noSuchThing), action.name).toBe(isClosed);
  }
  for (const [name, sent] of Object.entries(buttons)) {
    const action = readBuild().actions.find((one) => one.name === name);
    if (!action) throw new Error(`there is no ${name}`);
    const { text } = await postAction(app.url, action, sent);
    expect(text, name).toContain(noSuchThing);
  }
}

/** Everything that can be pressed, filled in or followed, but for the frame's. */
export async function controlsOf(page: Page): Promise<string[]> {
  await page.waitForLoadState("networkidle");
  const main = page.getByRole("main");
  const labels = await main.locator("label").allInnerTexts();
  const buttons = await main.getByRole("button").allInnerTexts();
  const links = await main.getByRole("link").allInnerTexts();
  const names = [...labels, ...buttons, ...links];
  return names.map((name) => name.replace(/\s+/g, " ").trim()).filter(Boolean);
}

/** Sends itself where the script is there to notice. */
export async function typeCode(page: Page, code: string): Promise<void> {
  await page.waitForLoadState("networkidle");
  await page.getByLabel("Code").fill(code);
}

/** With the code of the mail, on the page that waits for it. */
export async function confirmAddress(app: Installation, page: Page, email: string) {
  const mail = await app.mailbox.wait(email);
  await typeCode(page, codeIn(mail));
  await page.waitForURL((url) => url.pathname !== "/check-email");
}

export async function signInByLink(app: Installation, page: Page, email: string) {
  const mail = await mailedLink(app, page, email);
  await typeCode(page, codeIn(mail));
  await page.waitForURL("**/dashboard");
}
