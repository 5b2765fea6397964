// Requests that a foreign page, or a forged address, makes in somebody's name.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { actions as known } from "./action-rules";
import { postAction, withoutEmpty } from "./actions";
import { newAddress } from "./api-client";
import { readBuild } from "./build";
import { expect, makePerson, newEmail, password, test } from "./fixtures";
import { linkIn } from "./mailbox";
import { type RawAnswer, rawRequest } from "./raw-request";
import { makeVictim, stateOf } from "./visitors";

const build = readBuild();

/** What walks through the whole application grows with it. */
const walk = 180_000;

function hostileOrigins(appUrl: string): [string, Record<string, string>][] {
  const { host, port } = new URL(appUrl);
  const foreign = "https://evil.example";
  return [
    ["no origin", { origin: "" }],
    ["null", { origin: "null" }],
    ["a foreign one", { origin: foreign }],
    ["https in place of http", { origin: `https://${host}` }],
    ["another port", { origin: `http://localhost:${Number(port) + 1}` }],
    ["a look-alike", { origin: `${appUrl}.evil.example` }],
    ["ours as its user", { origin: `${appUrl}@evil.example` }],
    ["a sub-domain", { origin: `http://app.${host}` }],
    ["a slash more", { origin: `${appUrl}/` }],
    ["capitals", { origin: appUrl.toUpperCase() }],
    ["ours and a foreign one", { origin: `${appUrl}, ${foreign}` }],
    ["a forged host", { origin: foreign, host: "evil.example" }],
    ["a forged forwarded host", { origin: foreign, "x-forwarded-host": "evil.example" }],
    ["a cross-site fetch", { "sec-fetch-site": "cross-site" }],
    ["a same-site fetch", { "sec-fetch-site": "same-site" }],
    ["a fetch by nobody", { "sec-fetch-site": "none" }],
    ["a native client with cookies", { origin: "", "x-client": "native" }],
    ["a native client of a foreign page", { origin: foreign, "x-client": "native" }],
  ];
}

function expectRefused(answer: RawAnswer, what: string) {
  expect([answer.status, answer.json?.code], what).toEqual([403, "origin_refused"]);
  expect(answer.setCookies, what).toEqual([]);
  const cors = Object.keys(answer.headers).filter((name) =>
    name.startsWith("access-control"),
  );
  expect(cors, what).toEqual([]);
}

test("L03 L06 every route refuses an unsafe method of a foreign page before it reads the body", async ({
  app,
}) => {
  test.setTimeout(walk);
  const victim = await makeVictim(app);
  const before = await stateOf(app, victim);
  for (const route of build.routes) {
    const path = route.replace("[id]", victim.sessionId).replace("[...path]", "nothing");
    const { headers } = await rawRequest(app.url, path, { method: "OPTIONS" });
    const allowed = route.includes("...") ? "DELETE, PATCH, POST, PUT" : headers.allow;
    const unsafe = (allowed ?? "").match(/POST|PUT|PATCH|DELETE/g) ?? [];
    for (const method of unsafe) {
      for (const [what, forged] of hostileOrigins(app.url)) {
        for (const cookie of [victim.client.cookieHeader, "theme=dark"]) {
          const given = { origin: app.url, cookie, "x-forwarded-for": newAddress() };
          const answer = await rawRequest(app.url, path, {
            method,
            // Neither JSON nor of a type that is taken: read, it would be a 400 or 415.
            body: "{",
            headers: withoutEmpty({ ...given, "content-type": "x/y", ...forged }),
          });
          expectRefused(answer, `${method} ${path}: ${what}`);
        }
      }
    }
  }
  expect(await stateOf(app, victim)).toEqual(before);
});

test("L03 L06 every action refuses a post of a foreign page, by script and without", async ({
  app,
}) => {
  test.setTimeout(walk);
  const victim = await makeVictim(app);
  const before = await stateOf(app, victim);
  const events = await app.sql("SELECT count(*) FROM audit_event");
  for (const action of build.actions) {
    const fields = { ...known[action.name]?.fields, sessionId: victim.sessionId };
    for (const [what, headers] of hostileOrigins(app.url)) {
      for (const cookie of [victim.client.cookieHeader, "theme=dark"]) {
        for (const isPlain of [true, false]) {
          const post = { cookie, headers, isPlain };
          const answer = await postAction(app.url, action, fields, post);
          expectRefused(answer, `${action.name}: ${what}`);
        }
      }
    }
  }
  expect(await stateOf(app, victim)).toEqual(before);
  expect(await app.sql("SELECT count(*) FROM audit_event")).toEqual(events);
});

test("L04 nothing answers a preflight with leave for a foreign page", async ({ app }) => {
  for (const path of [...build.routes, ...build.pages]) {
    for (const method of ["OPTIONS", "GET"]) {
      const { headers } = await rawRequest(app.url, path.replace(/\[.*\]/, "x"), {
        method,
        headers: {
          origin: "https://evil.example",
          "access-control-request-method": "POST",
          "access-control-request-headers": "x-client",
        },
      });
      const names = Object.keys(headers);
      expect(
        names.filter((name) => name.startsWith("access-control")),
        path,
      ).toEqual([]);
    }
  }
});

/** A server whose name is forged, and what it was asked for. */
async function trap() {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.end("evil");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, host, close: () => server.close() };
}

const forgeries = (host: string): Record<string, string>[] => [
  { host },
  { "x-forwarded-host": host },
  { "x-forwarded-host": host, "x-forwarded-proto": "http", "x-forwarded-port": "1" },
  { forwarded: `host=${host};proto=http` },
  { "x-forwarded-proto": "https" },
  { "x-original-host": host, "x-host": host, "x-rewrite-url": `http://${host}/` },
];

test("C09 L11 a forged host reaches no mail, no redirect and no request of the server's own", async ({
  app,
}) => {
  const { asked, host, close } = await trap();
  const { client } = await makePerson(app);
  const action = (name: string) => {
    const found = build.actions.find((one) => one.name === name);
    if (!found) throw new Error(`there is no ${name}`);
    return found;
  };
  for (const headers of forgeries(host)) {
    const what = JSON.stringify(headers);
    const email = newEmail();
    const person = { email, password, name: "Hester Host" };
    const signedUp = await postAction(app.url, action("signUpAction"), person, {
      headers,
    });
    expect(signedUp.headers["x-action-redirect"], what).toMatch(/^\/check-email;/);
    const mail = await app.mailbox.wait(email);
    expect(new URL(linkIn(mail)).origin, what).toBe(app.url);
    expect(mail.raw, what).not.toContain(host);

    const cookie = client.copy().cookieHeader;
    const shared = { headers, cookie };
    await postAction(app.url, { ...action("loginAction"), page: "/signup" }, {}, shared);
    await postAction(app.url, action("resendAction"), {}, { headers, isPlain: true });
    for (const path of ["/dashboard", "/login/", "//login", "/"]) {
      const { headers: said } = await rawRequest(app.url, path, { headers });
      expect(`${said.location}`, `${what} ${path}`).not.toContain(host);
    }
  }
  for (const path of ["/dashboard", "/login/", "/api/auth/session", "/api/"]) {
    const answer = await rawRequest(app.url, `http://${host}${path}`);
    expect(answer.status, path).toBeLessThan(400);
    expect(`${answer.headers.location}${answer.text}`, path).not.toContain(host);
  }
  close();
  expect(asked).toEqual([]);
});

test("L05 no GET and no HEAD changes anything but when a session was last seen", async ({
  app,
}) => {
  const { client } = await makePerson(app);
  const snapshot = async () => ({
    users: await app.sql(`SELECT * FROM "user" ORDER BY id`),
    sessions: await app.sql(
      `SELECT to_jsonb(s) - ARRAY['last_seen_at', 'idle_expires_at', 'confirmed_generation'] AS row
       FROM session s ORDER BY id`,
    ),
    challenges: await app.sql("SELECT * FROM challenge ORDER BY id"),
    // The export is told to its owner, and asks for a recent confirmation.
    events: await app.sql(
      "SELECT count(*) FROM audit_event WHERE type <> 'account_exported'",
    ),
    limits: await app.sql("SELECT key, points FROM rate_limit ORDER BY key"),
  });
  const before = await snapshot();
  for (const path of [...build.pages, ...build.routes]) {
    const at = path
      .replace("[id]", String(client.cookies.get("x")))
      .replace("[...path]", "x");
    for (const query of ["", "?token=x&next=/dashboard&email=a@example.com&logout=1"]) {
      for (const method of ["GET", "HEAD"]) {
        const { status } = await client.call(method, at + query);
        expect(status, `${method} ${at}`).toBeLessThan(500);
      }
    }
  }
  expect(await snapshot()).toEqual(before);
});
