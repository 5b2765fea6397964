// Whatever is sent to the JSON routes: the answer is the contract's, never a 500,
// and nothing of it reaches the log as an error (`complaints` in fixtures.ts).
import { newAddress } from "./api-client";
import { readBuild } from "./build";
import { expect, makePerson, test } from "./fixtures";
import { jsonRoutes } from "./json-routes";
import { type RawAnswer, type RawCall, rawRequest } from "./raw-request";

/** Those that take JSON by another method than POST. */
const methods: Record<string, string> = { "/api/account": "PATCH" };
const mebibyte = "x".repeat(2 ** 20);

function send(appUrl: string, path: string, { headers, ...call }: RawCall) {
  return rawRequest(appUrl, path, {
    ...call,
    headers: { origin: appUrl, "x-forwarded-for": newAddress(), ...headers },
  });
}

function sendJson(appUrl: string, path: string, call: RawCall) {
  const headers = { "content-type": "application/json", ...call.headers };
  return send(appUrl, path, { method: methods[path] ?? "POST", ...call, headers });
}

function expectProblem(answer: RawAnswer, status: number, code: string, what: string) {
  expect([answer.status, answer.json?.code], what).toEqual([status, code]);
  expect(answer.headers["content-type"], what).toBe("application/problem+json");
  expect(answer.headers["cache-control"], what).toBe("no-store");
  expect(answer.headers["x-request-id"], what).toMatch(/^[\w-]{8,64}$/);
  expect(answer.json.requestId, what).toBe(answer.headers["x-request-id"]);
  const known = /^(type|title|status|code|detail|requestId|errors)$/;
  for (const key of Object.keys(answer.json)) expect(key, what).toMatch(known);
  expect(answer.text, what).not.toMatch(/node_modules|prisma|\.ts:\d|SELECT/i);
}

test("K05 every route that takes JSON is among those that are tried here", async ({
  app,
}) => {
  const posted: string[] = [];
  for (const route of readBuild().routes.filter((route) => !route.includes("["))) {
    const { headers } = await send(app.url, route, { method: "OPTIONS" });
    if (/\bP(OST|UT|ATCH)\b/.test(headers.allow ?? "")) posted.push(route);
  }
  expect(posted.sort()).toEqual([...jsonRoutes, "/api/auth/logout"].sort());
});

const fields = [
  "email",
  "password",
  "newPassword",
  "currentPassword",
  "name",
  "token",
  "code",
  "refreshToken",
  "method",
  "for",
  "response",
  "conditional",
  "trustDevice",
];
/** The same in place of every value that any route asks for. */
const each = (value: unknown) =>
  JSON.stringify(Object.fromEntries(fields.map((field) => [field, value])));
const badBodies: [string, string | Buffer][] = [
  ["a number", "1"],
  ["a string", '"email"'],
  ["an array", "[]"],
  ["null", "null"],
  ["true", "true"],
  ["operators in place of values", each({ contains: "@" })],
  ["an operator that excludes", each({ not: "" })],
  ["lists in place of values", each(["a@b.example", "a"])],
  ["empty lists in place of values", each([])],
  ["numbers in place of values", each(123456)],
  ["nulls in place of values", each(null)],
  ["nothing", ""],
  ["half an object", '{"email":'],
  ["bytes that are no UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
  ["30 000 brackets", "[".repeat(30_000) + "]".repeat(30_000)],
  ["5 000 objects", `[${'{"email":'.repeat(5000)}1${"}".repeat(5000)}]`],
  ["two values", "{}{}"],
];

/** They ask for an object and look at nothing in it. */
const wantNothing = [
  "/api/account/backup-codes",
  "/api/account/totp",
  "/api/account/two-factor",
  "/api/auth/passkey/options",
  "/api/auth/second-factor/passkey/options",
  "/api/auth/step-up/passkey/options",
];
const isObject = (body: string | Buffer) => /^\{.*":.+\}$/.test(String(body));

for (const route of jsonRoutes) {
  const isAny = wantNothing.includes(route);
  test(`K05 ${route} answers bodies of every wrong kind with 400`, async ({ app }) => {
    for (const [what, body] of badBodies) {
      if (isAny && isObject(body)) continue;
      const answer = await sendJson(app.url, route, { body });
      expectProblem(answer, 400, "invalid_request", what);
      expect(answer.json.errors.length, what).toBeGreaterThan(0);
    }
  });

  test(`L04 ${route} takes application/json in UTF-8 and no other type`, async ({
    app,
  }) => {
    const types = [
      "text/plain",
      "text/json",
      "multipart/form-data; boundary=x",
      "application/x-www-form-urlencoded",
      "application/jsonx",
      "application/json; charset=utf-16",
      "application/json, text/plain",
      "application/problem+json",
    ];
    for (const type of types) {
      const headers = { "content-type": type };
      const answer = await sendJson(app.url, route, { headers, body: "{}" });
      expectProblem(answer, 415, "unsupported_media_type", type);
    }
    const untyped = await send(app.url, route, {
      method: methods[route] ?? "POST",
      body: "{}",
    });
    expectProblem(untyped, 415, "unsupported_media_type", "no type");
  });

  test(`K05 ${route} refuses a mebibyte whether or not its length is told`, async ({
    app,
  }) => {
    for (const isChunked of [false, true]) {
      const answer = await sendJson(app.url, route, { body: mebibyte, isChunked });
      expectProblem(answer, 413, "payload_too_large", `chunked: ${isChunked}`);
    }
  });
}

test("K05 unknown API paths are a problem of their own for every method", async ({
  app,
}) => {
  const methods = [
    "GET",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "PROPFIND",
  ];
  const paths = [
    "/api/nothing",
    "/api/auth/login%",
    "/api/auth/%ff",
    "/api/auth/login%00",
  ];
  for (const path of paths) {
    for (const method of methods) {
      const answer = await send(app.url, path, { method });
      expectProblem(answer, 404, "not_found", `${method} ${path}`);
    }
    const head = await send(app.url, path, { method: "HEAD" });
    expect([head.status, head.text], path).toEqual([404, ""]);
  }
});

test("H09 an Authorization header of any shape is 401 or nobody, never a fault", async ({
  app,
}) => {
  const values = [
    "Bearer",
    "Bearer ",
    "Bearer %",
    "Bearer a.b.c",
    "Bearer \u00ff\u00fe",
    "Basic Og==",
    `Bearer ${"x".repeat(12_000)}`,
    "bearer a.b.c,Bearer d.e.f",
  ];
  for (const value of values) {
    const clients: Record<string, string>[] = [
      { origin: app.url },
      { "x-client": "native" },
    ];
    for (const client of clients) {
      const headers = {
        "x-forwarded-for": newAddress(),
        ...client,
        authorization: value,
      };
      const account = await rawRequest(app.url, "/api/account/sessions", { headers });
      expectProblem(account, 401, "unauthenticated", value.slice(0, 30));
      const session = await rawRequest(app.url, "/api/auth/session", { headers });
      expect([session.status, session.text], value.slice(0, 30)).toEqual([200, "null"]);
    }
  }
});

test("H09 a header that comes twice signs nobody in and breaks nothing", async ({
  app,
}) => {
  const { client } = await makePerson(app);
  const access = client.cookies.get("latchkey-access") ?? "";
  const repeated: Record<string, string[]>[] = [
    { authorization: [`Bearer ${access}`, "Bearer b"], "x-client": ["native"] },
    { cookie: [`latchkey-access=${access}`, `latchkey-access=${access}`] },
  ];
  for (const given of repeated) {
    const answer = await rawRequest(app.url, "/api/auth/session", {
      headers: { "x-forwarded-for": newAddress(), ...given },
    });
    expect([answer.status, answer.text]).toEqual([200, "null"]);
  }
  const origin = [app.url, app.url];
  const twice = await rawRequest(app.url, "/api/auth/logout", {
    method: "POST",
    headers: { origin, "x-forwarded-for": newAddress() },
  });
  expectProblem(twice, 403, "origin_refused", "two origins");
});
