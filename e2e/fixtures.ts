// What every story starts from. A test fails when a page or a server complained
// during it, whatever else it found.
import { randomBytes } from "node:crypto";
import {
  type BrowserContext,
  type BrowserContextOptions,
  test as base,
  type Page,
} from "@playwright/test";
import { ApiClient, newAddress } from "./api-client";
import { codeIn } from "./mailbox";
import { Installation } from "./server";

export { expect } from "@playwright/test";

export const password = "a long enough sentence";

/** The subject of the mail that a registration causes. */
const verification = "Confirm your email address";

export type Person = { email: string; password: string; name: string };

type WorkerFixtures = { app: Installation };
type Fixtures = {
  /** A call-only browser that nobody has used. */
  api: ApiClient;
  /** A new person with a verified account; `api` stays signed out. */
  person: Person;
  /** Another real browser with its own cookies and address. */
  openBrowser: (options?: BrowserContextOptions) => Promise<Page>;
  complaints: string[];
};

export function newEmail(): string {
  return `p${randomBytes(6).toString("hex")}@example.com`;
}

/** Signs up and verifies over the API; answers the signed-in client too. */
export async function makePerson(app: Installation, over: Partial<Person> = {}) {
  const person = { email: newEmail(), password, name: "Pat Person", ...over };
  const client = new ApiClient(app.url);
  const count = app.mailbox.about(person.email, verification).length + 1;
  await client.post("/api/auth/register", person);
  const code = codeIn(await app.mailbox.waitFor(person.email, verification, { count }));
  const answer = await client.post("/api/auth/verify-email", { code });
  if (answer.status !== 200) throw new Error(`not verified: ${answer.text}`);
  return { person, client, user: answer.json.user, session: answer.json.session };
}

/** A new person who is signed in nowhere, not even where they signed up. */
export async function makeSignedOut(app: Installation): Promise<Person> {
  const { person, client } = await makePerson(app);
  await client.post("/api/auth/logout");
  return person;
}

/** Signs an existing person in over the API. */
export async function signIn(
  app: Installation,
  { email, password }: Person,
  headers: Record<string, string> = {},
): Promise<ApiClient> {
  const client = new ApiClient(app.url);
  const answer = await client.post("/api/auth/login", { email, password }, { headers });
  if (answer.status !== 200) throw new Error(`not signed in: ${answer.text}`);
  return client;
}

/** Signs an existing person in by hand. */
export async function signInPage(page: Page, person: Person): Promise<void> {
  await page.goto("/login");
  await page.getByLabel("Email").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL("**/dashboard");
}

/** What a browser said that it should not have to say. */
function watch(context: BrowserContext, complaints: string[]): void {
  context.on("console", (message) => {
    if (message.type() !== "error") return;
    // Chromium's own line for an answer of 400 and above; the test judges those.
    if (message.text().startsWith("Failed to load resource")) return;
    complaints.push(`console: ${message.text()}`);
  });
  context.on("weberror", (error) => complaints.push(`page: ${error.error().message}`));
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  app: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the parameter's shape
    async ({}, use, { parallelIndex }) => {
      const app = await Installation.start(`browser_${parallelIndex}`);
      await use(app);
      await app.stop();
    },
    { scope: "worker", timeout: 90_000 },
  ],
  baseURL: async ({ app }, use) => use(app.url),
  extraHTTPHeaders: async ({ baseURL: _ }, use) =>
    use({ "x-forwarded-for": newAddress() }),
  complaints: [
    async ({ app }, use) => {
      const complaints: string[] = [];
      const seen = app.nodes.map((node) => node.lines.length);
      await use(complaints);
      complaints.push(
        ...app.nodes.flatMap((node, index) => node.complaints(seen[index])),
      );
      if (complaints.length > 0) throw new Error(`complaints:\n${complaints.join("\n")}`);
    },
    { auto: true },
  ],
  context: async ({ context, complaints }, use) => {
    watch(context, complaints);
    await use(context);
  },
  api: async ({ app }, use) => use(new ApiClient(app.url)),
  person: async ({ app }, use) => use((await makePerson(app)).person),
  openBrowser: async ({ browser, app, complaints }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({
        baseURL: app.url,
        extraHTTPHeaders: { "x-forwarded-for": newAddress() },
        ...options,
      });
      watch(context, complaints);
      contexts.push(context);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
  },
});
