// Needed parts go away and come back: nobody is signed out, nothing hangs, and
// no process has to be restarted.
import { cloneDatabase } from "../scripts/test-database.mjs";
import { type Answer, ApiClient, newAddress } from "./api-client";
import { DatabaseProxy } from "./database-proxy";
import { expect, makePerson, newEmail, password, signInPage, test } from "./fixtures";
import { formWith, submit } from "./forms";
import { codeIn } from "./mailbox";
import { Installation } from "./server";
import { age, cookiesSetBy, minutes, refresh, rowOf } from "./sessions";

let app: Installation;
let wire: DatabaseProxy;

test.describe.configure({ mode: "default", timeout: 120_000 });

test.beforeAll(async () => {
  const name = `outage_${test.info().parallelIndex}`;
  wire = await DatabaseProxy.start(await cloneDatabase(name));
  app = await Installation.start(name, (databaseUrl) => ({
    DATABASE_URL: wire.urlFor(databaseUrl),
  }));
});
test.afterEach(() => wire.restore());
test.afterAll(async () => {
  await app.stop();
  await wire.cut();
});

/** A bug, or a promise that nobody caught; an outage itself is only a warning. */
function faults(): string[] {
  return app.first.lines.filter((line) =>
    /"level":"(error|fatal)"|unhandled|uncaught/i.test(line),
  );
}

type Timed = { answer: Answer; took: number };

async function timed(ask: () => Promise<Answer>): Promise<Timed> {
  const from = Date.now();
  const answer = await ask();
  return { answer, took: Date.now() - from };
}

/** Asks without a pause until `ms` have passed. */
async function keepAsking(ask: () => Promise<Answer>, ms: number): Promise<Timed[]> {
  const until = Date.now() + ms;
  const answers: Timed[] = [];
  while (Date.now() < until) answers.push(await timed(ask));
  return answers;
}

async function untilReady(): Promise<void> {
  const health = `${app.first.url}/api/health/ready`;
  await expect
    .poll(async () => (await fetch(health)).status, { timeout: 30_000 })
    .toBe(200);
}

/** What an answer is, in a word: thousands of them are compared. */
function kindOf({ status, headers, text, json }: Answer): string {
  const retry = Number(headers.get("retry-after")) > 0 ? "retry" : "";
  const cookies = [...cookiesSetBy({ headers })].join(",");
  const isPage = headers.get("content-type")?.startsWith("text/html");
  const isBlank = !text.includes("<h1>We will be right back</h1>");
  const page = isBlank || text.includes("<script") ? "blank" : "page";
  const parts = json?.parts ? JSON.stringify(json.parts) : "";
  const what = isPage ? page : (json?.code ?? parts);
  return [status, what, retry, cookies].filter(Boolean).join(" ");
}

/** What people do meanwhile, signed in, about to renew, and on their way in. */
async function outage(ms: number, begin: () => void | Promise<void>) {
  const { client, person, session } = await makePerson(app);
  const due = client.copy();
  await age(app, session.id, minutes(20));
  due.cookies.delete("latchkey-access");
  const cookies = [client.cookieHeader, due.cookieHeader];
  const stranger = new ApiClient(app.url);
  const credentials = { email: person.email, password };
  // From many addresses, so that no limit answers first.
  const from = () => ({ headers: { "x-forwarded-for": newAddress() } });
  await begin();
  const [api, renewals, logins, pages, duePages, live, ready] = await Promise.all([
    keepAsking(() => client.get("/api/account/sessions", from()), ms),
    keepAsking(() => refresh(due), ms),
    keepAsking(() => stranger.post("/api/auth/login", credentials, from()), ms),
    keepAsking(() => client.get("/dashboard"), ms),
    keepAsking(() => due.get("/dashboard"), ms),
    keepAsking(() => client.get("/api/health/live"), ms),
    keepAsking(() => client.get("/api/health/ready"), ms),
  ]);
  await wire.restore();
  await untilReady();
  expect([client.cookieHeader, due.cookieHeader]).toEqual(cookies);
  const kinds = { api, renewals, logins, pages, duePages, live, ready };
  return { client, due, session, person, ...kinds };
}

function expectRefusedInTime(found: Awaited<ReturnType<typeof outage>>, limit: number) {
  const { api, renewals, logins, pages, duePages, live, ready } = found;
  const kinds = Object.entries({ api, renewals, logins, pages, duePages, live, ready });
  const answers = kinds.map(([kind, list]) => [
    kind,
    [...new Set(list.map(({ answer }) => kindOf(answer)))],
  ]);
  // No answer takes a cookie away.
  expect(Object.fromEntries(answers)).toEqual({
    api: ["503 unavailable retry"],
    renewals: ["503 unavailable retry"],
    logins: ["503 unavailable retry"],
    pages: ["503 page retry"],
    duePages: ["503 page retry"],
    live: ["200"],
    ready: ['503 {"database":"down"} retry'],
  });
  // A bound on hanging, not on speed.
  const slowest = Math.max(...kinds.flatMap(([, list]) => list.map(({ took }) => took)));
  expect(slowest).toBeLessThan(limit);
}

async function expectRecovered({
  client,
  due,
  session,
}: Awaited<ReturnType<typeof outage>>) {
  expect((await client.get("/api/account/sessions")).status).toBe(200);
  expect((await due.get("/dashboard")).status).toBe(200);
  expect((await rowOf(app, session.id)).endReason).toBeNull();
  // A whole registration, for which the server's own jobs must run again.
  await makePerson(app);
}

test("N06 a database that breaks away for ten seconds signs nobody out", async () => {
  const found = await outage(10_000, () => wire.cut());
  expectRefusedInTime(found, 15_000);
  await expectRecovered(found);
  expect(faults()).toEqual([]);
});

test("N06 a database that falls silent hangs nobody, and the old lines are given up", async () => {
  const found = await outage(10_000, () => wire.fallSilent());
  expectRefusedInTime(found, 25_000);
  await expectRecovered(found);
  expect(faults()).toEqual([]);
});

test("N06 who signs in or out during an outage is told so, and nothing is half done", async () => {
  const { client, person } = await makePerson(app);
  const stranger = new ApiClient(app.url);
  const form = formWith((await stranger.get("/login")).text, "Keep me signed in");
  await wire.cut();
  expect(kindOf(await client.post("/api/auth/logout"))).toBe("503 unavailable retry");
  const fields = { email: person.email, password };
  const shown = await submit(stranger, "/login", form, { fields });
  expect(shown.status).toBe(200);
  expect(shown.text).toContain("We cannot do that right now. Try again shortly.");
  expect(shown.text).not.toContain(password);
  expect(stranger.cookies.has("latchkey-access")).toBe(false);
  await wire.restore();
  await untilReady();
  expect((await client.get("/api/account/sessions")).status).toBe(200);
  expect(faults()).toEqual([]);
});

test("N06 a person who clicks on during an outage reads what is wrong, and goes on after it", async ({
  complaints,
  openBrowser,
}) => {
  const page = await openBrowser({ baseURL: app.url });
  await signInPage(page, (await makePerson(app)).person);
  await wire.cut();
  await page.getByRole("link", { name: "Your devices", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(
    /We will be right back|Something went wrong/,
  );
  await wire.restore();
  await untilReady();
  await page.goto("/settings/devices");
  await expect(page.getByRole("main").getByRole("listitem")).toHaveCount(2);
  // React's own line about a part of the page that the server could not make.
  const expected = complaints.splice(0);
  expect(expected.filter((line) => !line.includes("React error #441"))).toEqual([]);
});

test("N06 a mail server that is away delays mail and nothing else", async () => {
  const client = new ApiClient(app.url);
  const email = newEmail();
  await app.mailbox.pause();
  const { answer, took } = await timed(() =>
    client.post("/api/auth/register", { email, password }),
  );
  expect(answer.status).toBe(202);
  expect(took).toBeLessThan(5000);
  await expect
    .poll(() => app.first.lines.some((line) => line.includes("job_failed")))
    .toBe(true);
  expect((await client.get("/api/health/ready")).status).toBe(200);
  await app.mailbox.resume();

  const code = codeIn(await app.mailbox.wait(email, 1, 60_000));
  expect((await client.post("/api/auth/verify-email", { code })).status).toBe(200);
  expect(faults()).toEqual([]);
});
