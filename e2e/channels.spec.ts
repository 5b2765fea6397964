import { ApiClient } from "./api-client";
import { expect, makePerson, type Person, test } from "./fixtures";
import type { Installation } from "./server";
import { age, minutes, rowOf } from "./sessions";

const accessCookie = "latchkey-access";
const refreshCookie = "latchkey-refresh";

async function signInNatively(app: Installation, { email, password }: Person) {
  const client = new ApiClient(app.url, undefined, "native");
  const answer = await client.post("/api/auth/login", { email, password });
  expect(answer.status).toBe(200);
  client.accessToken = answer.json.tokens.accessToken;
  return { client, answer, tokens: answer.json.tokens, session: answer.json.session };
}

test("a native client gets its tokens in the body, and no cookie", async ({
  app,
  person,
}) => {
  const { answer, client, session } = await signInNatively(app, person);
  expect(answer.json.tokens).toEqual({
    accessToken: expect.any(String),
    refreshToken: expect.any(String),
    expiresIn: expect.any(Number),
  });
  expect(answer.headers.getSetCookie()).toEqual([]);
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect((await client.get("/api/auth/session")).json.session.id).toBe(session.id);
});

test("a native client renews with the token in the body, and signs out", async ({
  app,
  person,
}) => {
  const { client, tokens, session } = await signInNatively(app, person);
  await age(app, session.id, minutes(2));
  const { refreshToken } = tokens;
  const answer = await client.post("/api/auth/refresh", { refreshToken });
  expect(answer.status).toBe(200);
  expect(answer.headers.getSetCookie()).toEqual([]);
  expect(answer.json.tokens.refreshToken).not.toBe(refreshToken);
  expect((await rowOf(app, session.id)).generation).toBe(1);

  client.accessToken = answer.json.tokens.accessToken;
  const left = await client.post("/api/auth/logout");
  expect(left.status).toBe(204);
  expect(left.headers.getSetCookie()).toEqual([]);
  expect((await client.get("/api/account/sessions")).status).toBe(401);
  const again = await client.post("/api/auth/refresh", answer.json.tokens);
  expect(again.status).toBe(401);
});

test("a native client's body without a token is refused, and its session lives on", async ({
  app,
  person,
}) => {
  const { client } = await signInNatively(app, person);
  for (const body of [{}, { refreshToken: "" }, { refreshToken: "a.b.c" }]) {
    const answer = await client.post("/api/auth/refresh", body);
    expect(answer.status).toBe(401);
    expect(answer.json.code).toBe("unauthenticated");
  }
  expect((await client.get("/api/account/sessions")).status).toBe(200);
});

test("a browser's tokens open nothing for a native client", async ({ app }) => {
  const { client, session } = await makePerson(app);
  const native = new ApiClient(app.url, undefined, "native");
  native.accessToken = client.cookies.get(accessCookie);
  expect((await native.get("/api/account/sessions")).status).toBe(401);
  expect((await native.get("/api/auth/session")).json).toBeNull();
  const refreshToken = client.cookies.get(refreshCookie);
  const answer = await native.post("/api/auth/refresh", { refreshToken });
  expect(answer.status).toBe(401);
  // Refused, and nothing more: a stray token must not be able to end a session.
  expect((await rowOf(app, session.id)).endReason).toBeNull();
  expect((await client.get("/api/account/sessions")).status).toBe(200);
});

test("a native client's tokens open nothing as cookies", async ({ app, person }) => {
  const { tokens, session } = await signInNatively(app, person);
  const browser = new ApiClient(app.url);
  browser.cookies.set(accessCookie, tokens.accessToken);
  browser.cookies.set(refreshCookie, tokens.refreshToken);
  const thief = browser.copy();
  expect((await browser.get("/api/account/sessions")).status).toBe(401);
  expect((await browser.get("/dashboard")).status).toBe(307);
  expect((await thief.post("/api/auth/refresh")).status).toBe(401);
  expect((await rowOf(app, session.id)).endReason).toBeNull();
});

test("a bearer token without the native client's header is not looked at", async ({
  app,
  person,
}) => {
  const { tokens } = await signInNatively(app, person);
  const browser = new ApiClient(app.url);
  const headers = { authorization: `Bearer ${tokens.accessToken}` };
  expect((await browser.get("/api/account/sessions", { headers })).status).toBe(401);
});

const browsers: Record<string, Record<string, string>> = {
  "an Origin": { origin: "https://evil.example" },
  "the origin null": { origin: "null" },
  "a fetch site": { "sec-fetch-site": "cross-site" },
  "a cookie": { cookie: "theme=dark" },
};

for (const [name, headers] of Object.entries(browsers)) {
  test(`L03 who says "native" and sends ${name} is a browser`, async ({
    app,
    person,
  }) => {
    const client = new ApiClient(app.url, undefined, "native");
    const { email, password } = person;
    const answer = await client.post("/api/auth/login", { email, password }, { headers });
    expect(answer.status).toBe(403);
    expect(answer.json.code).toBe("origin_refused");
    expect(answer.headers.getSetCookie()).toEqual([]);
  });
}
