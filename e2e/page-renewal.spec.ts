// Renewal in front of pages: a request over plain HTTP shows what a browser gets.
import type { ApiClient } from "./api-client";
import { expect, makePerson, signIn, test } from "./fixtures";
import { formWith, submit } from "./forms";
import type { Installation } from "./server";
import {
  age,
  cookiesSetBy,
  isShutOut,
  minutes,
  refresh,
  rowOf,
  theftMails,
} from "./sessions";

const accessCookie = "latchkey-access";
const refreshCookie = "latchkey-refresh";
const deviceCookie = "latchkey-device";

/** The browser has dropped the access cookie, and the refresh token is due. */
async function letLapse(app: Installation, client: ApiClient, sessionId: string) {
  await age(app, sessionId, minutes(20));
  client.cookies.delete(accessCookie);
}

async function makeLapsed(app: Installation) {
  const made = await makePerson(app);
  await letLapse(app, made.client, made.session.id);
  return made;
}

const guesses: Record<string, Record<string, string>> = {
  "Next-Router-Prefetch": { RSC: "1", "Next-Router-Prefetch": "1" },
  "Next-Router-Segment-Prefetch": {
    RSC: "1",
    "Next-Router-Prefetch": "1",
    "Next-Router-Segment-Prefetch": "/_tree",
  },
  "Sec-Purpose": { "Sec-Purpose": "prefetch;prerender" },
  Purpose: { Purpose: "prefetch" },
};

for (const [name, headers] of Object.entries(guesses)) {
  test(`I11 a browser's guess at the next page (${name}) renews nothing`, async ({
    app,
  }) => {
    const { client, session } = await makeLapsed(app);
    const answer = await client.get("/dashboard", { headers });
    expect(answer.status).toBe(204);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect((await rowOf(app, session.id)).generation).toBe(0);
    expect((await refresh(client)).status).toBe(200);
  });
}

test("I11 a HEAD request renews nothing", async ({ app }) => {
  const { client, session } = await makeLapsed(app);
  const answer = await client.call("HEAD", "/dashboard");
  expect(answer.status).toBe(204);
  expect(answer.headers.getSetCookie()).toEqual([]);
  expect((await rowOf(app, session.id)).generation).toBe(0);
});

test("I11 a prefetch with a token that is good is an ordinary answer", async ({
  app,
}) => {
  const { client, session } = await makePerson(app);
  await age(app, session.id, minutes(5));
  const answer = await client.get("/dashboard", {
    headers: { "Sec-Purpose": "prefetch" },
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.getSetCookie()).toEqual([]);
  expect((await rowOf(app, session.id)).generation).toBe(0);
});

test("I11 opening a page with a lapsed token renews once and shows the page", async ({
  app,
}) => {
  const { client, session } = await makeLapsed(app);
  const answer = await client.get("/dashboard");
  expect(answer.status).toBe(200);
  expect(answer.text).toContain("Pat Person");
  expect(answer.headers.get("cache-control")).toContain("no-store");
  expect([...cookiesSetBy(answer).keys()].sort()).toEqual([accessCookie, refreshCookie]);
  // The page saw the new pair, which may still be lost on its way.
  expect(await rowOf(app, session.id)).toMatchObject({
    generation: 1,
    confirmedGeneration: -1,
  });

  await client.get("/dashboard");
  expect(await rowOf(app, session.id)).toMatchObject({
    generation: 1,
    confirmedGeneration: 1,
  });
});

test("I05 I11 a page whose answer was lost can be asked for again two minutes later", async ({
  app,
}) => {
  const { client, session } = await makeLapsed(app);
  await client.copy().get("/dashboard");
  await age(app, session.id, minutes(2));
  expect((await client.get("/dashboard")).status).toBe(200);
  expect(client.cookies.get(refreshCookie)).toContain(".1.");
  expect(await theftMails(app, session.id)).toBe(0);
});

test("I11 a navigation inside the app renews", async ({ app }) => {
  const { client, session } = await makeLapsed(app);
  const headers = { RSC: "1" };
  let answer = await client.get("/dashboard?_rsc=1", { headers });
  // Next sends the client to the address that stands for these headers.
  if (answer.status === 307) {
    answer = await client.get(answer.headers.get("location") ?? "", { headers });
  }
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toContain("text/x-component");
  expect(answer.text).toContain("Pat Person");
  expect(client.cookies.get(refreshCookie)).toContain(".1.");
  expect((await rowOf(app, session.id)).generation).toBe(1);
});

test("I11 pressing a button renews, and what the button does is done", async ({
  app,
}) => {
  const { client, session } = await makePerson(app);
  const form = formWith((await client.get("/dashboard")).text, "System theme");
  await letLapse(app, client, session.id);
  const answer = await submit(client, "/dashboard", form, { fields: { theme: "dark" } });
  expect(answer.status).toBeLessThan(400);
  expect([...cookiesSetBy(answer).keys()].sort()).toEqual([
    accessCookie,
    refreshCookie,
    "theme",
  ]);
  expect((await rowOf(app, session.id)).generation).toBe(1);
  expect((await client.get("/api/auth/session")).json.session.id).toBe(session.id);
});

test("G02 I11 signing out with a lapsed token leaves no cookie and no session", async ({
  app,
}) => {
  const { client, session } = await makePerson(app);
  const form = formWith((await client.get("/dashboard")).text, "Sign out");
  await letLapse(app, client, session.id);
  const before = client.copy();
  const answer = await submit(client, "/dashboard", form);
  expect(answer.status).toBe(303);
  expect(new URL(answer.headers.get("location") ?? "", app.url).pathname).toBe("/login");
  expect(client.cookies.has(accessCookie)).toBe(false);
  expect(client.cookies.has(refreshCookie)).toBe(false);
  expect((await rowOf(app, session.id)).endReason).toBe("signed_out");
  expect(await isShutOut(before, [app.url])).toBe(true);
});

/** Signs in through the form, with whatever cookies the client has by then. */
async function signInByForm(
  client: ApiClient,
  form: FormData,
  person: { email: string; password: string },
) {
  const { email, password } = person;
  const fields = { email, password, remember: "on" };
  const answer = await submit(client, "/login", form, { fields });
  expect(answer.status).toBe(303);
  const { session } = (await client.get("/api/auth/session")).json;
  return session.id as string;
}

/** As a session that will last: its next renewal is no theft. */
async function expectLasting(app: Installation, client: ApiClient, sessionId: string) {
  await letLapse(app, client, sessionId);
  expect((await client.get("/dashboard")).status).toBe(200);
  expect((await rowOf(app, sessionId)).endReason).toBeNull();
  expect(await theftMails(app, sessionId)).toBe(0);
}

test("G01 a sign-in form sent with the tokens of an ended session signs in", async ({
  app,
  api,
}) => {
  const { client, person, session } = await makePerson(app);
  const form = formWith((await api.get("/login")).text, "Keep me signed in");
  await app.sql("UPDATE session SET ended_at = now() WHERE id = $1", [session.id]);
  client.cookies.delete(accessCookie);
  const started = await signInByForm(client, form, person);
  expect(started).not.toBe(session.id);
  await expectLasting(app, client, started);
});

test("G01 a sign-in form sent from a lapsed session replaces that session", async ({
  app,
  api,
}) => {
  const { client, person, session } = await makePerson(app);
  const form = formWith((await api.get("/login")).text, "Keep me signed in");
  await letLapse(app, client, session.id);
  const old = client.copy();
  const started = await signInByForm(client, form, person);
  expect(started).not.toBe(session.id);
  expect((await rowOf(app, session.id)).endReason).toBe("replaced");
  expect(await isShutOut(old, [app.url])).toBe(true);
  await expectLasting(app, client, started);
});

test("I04 a sign-in form sent without a device cookie binds the session to the one it sets", async ({
  app,
  api,
  person,
}) => {
  const form = formWith((await api.get("/login")).text, "Keep me signed in");
  api.cookies.clear();
  const started = await signInByForm(api, form, person);
  expect(api.cookies.get(deviceCookie)).toBeTruthy();
  await expectLasting(app, api, started);
});

test("I04 a sign-in over the API without a device cookie binds the session too", async ({
  app,
  person,
}) => {
  const client = await signIn(app, person);
  const { session } = (await client.get("/api/auth/session")).json;
  await expectLasting(app, client, session.id);
});

test("a visitor whose session has ended is told why, once, and loses the cookies", async ({
  app,
}) => {
  const { client, session } = await makeLapsed(app);
  await app.sql(
    "UPDATE session SET ended_at = now(), end_reason = 'signed_out_elsewhere' WHERE id = $1",
    [session.id],
  );
  const answer = await client.get("/dashboard");
  expect(answer.status).toBe(307);
  expect(answer.headers.get("location")).toBe(
    "/login?next=%2Fdashboard&reason=signed_out_elsewhere",
  );
  expect(client.cookies.has(refreshCookie)).toBe(false);
});
