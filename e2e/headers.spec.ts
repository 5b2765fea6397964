// What every answer tells the browser, whatever was asked and however it ended.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { formType, multipart } from "./actions";
import type { ApiClient } from "./api-client";
import { readBuild, root } from "./build";
import { expect, makePerson, test } from "./fixtures";
import { type RawAnswer, type RawCall, rawRequest } from "./raw-request";

const build = readBuild();

/** One of every kind of answer: documents, redirects, JSON, refusals, files. */
async function everyAnswer(appUrl: string, { cookieHeader: cookie }: ApiClient) {
  const asset = firstAsset();
  const json = { origin: appUrl, "content-type": "application/json" };
  const form = { origin: appUrl, "content-type": formType };
  const calls: [string, RawCall?][] = [
    ...build.pages.map((page): [string] => [page]),
    ...build.pages.map((page): [string, RawCall] => [page, { headers: { cookie } }]),
    ...build.routes.map((route): [string] => [route.replace(/\[.*\]/, "x")]),
    ["/api/auth/session", { headers: { cookie } }],
    ["/api/account/sessions", { headers: { cookie } }],
    ["/nowhere"],
    ["/settings/x.css", { headers: { cookie } }],
    ["/settings/devices/x.css", { headers: { cookie } }],
    ["/dashboard.rsc", { headers: { cookie } }],
    ["/%"],
    ["/login/"],
    ["//login"],
    ["/_next/static/nothing.js"],
    [asset],
    ["/icon.svg"],
    ["/dev/mail"],
    ["/login", { method: "POST", body: "x" }],
    ["/login", { method: "POST", headers: form, body: "x" }],
    [
      "/login",
      {
        method: "POST",
        headers: { ...form, "next-action": "x" },
        body: multipart([["0", '["$K1"]']]),
      },
    ],
    ["/login", { method: "PUT", headers: form, body: "x" }],
    ["/api/auth/login", { method: "POST", body: "{}" }],
    ["/api/auth/login", { method: "POST", headers: json, body: "{" }],
    ["/api/auth/login", { method: "GET" }],
    ["/api/auth/login", { method: "OPTIONS" }],
    ["/login", { method: "OPTIONS" }],
    ["/login", { method: "TRACE" }],
  ];
  const answers: { what: string; answer: RawAnswer }[] = [];
  for (const [at, call = {}] of calls) {
    const answer = await rawRequest(appUrl, at, call);
    answers.push({ what: `${call.method ?? "GET"} ${at} ${answer.status}`, answer });
  }
  return answers;
}

function firstAsset(): string {
  const folder = path.join(root, ".next/static/chunks");
  const name = readdirSync(folder).find((file) => file.endsWith(".js"));
  return `/_next/static/chunks/${name}`;
}

function isDocument({ headers }: RawAnswer): boolean {
  return String(headers["content-type"]).startsWith("text/html");
}

test("L07 every answer says who may frame, sniff and refer, and bears its request's id", async ({
  app,
}) => {
  const { client } = await makePerson(app);
  for (const { what, answer } of await everyAnswer(app.url, client)) {
    const { headers } = answer;
    expect(answer.status, what).toBeLessThan(500);
    expect(headers["x-content-type-options"], what).toBe("nosniff");
    expect(headers["referrer-policy"], what).toBe("same-origin");
    expect(headers["cross-origin-opener-policy"], what).toBe("same-origin");
    expect(headers["cross-origin-resource-policy"], what).toBe("same-origin");
    expect(headers["x-frame-options"], what).toBe("DENY");
    expect(headers["content-security-policy"], what).toContain("frame-ancestors 'none'");
    expect(headers["content-security-policy"], what).toContain("base-uri 'none'");
    expect(headers["content-security-policy"], what).not.toContain("unsafe-");
    expect(headers["x-request-id"], what).toMatch(/^[\w-]{8,64}$/);
    expect(headers, what).not.toHaveProperty("x-powered-by");
    expect(headers, what).not.toHaveProperty("server");
  }
});

test("L08 every document has a nonce of its own and no script without it", async ({
  app,
}) => {
  const { client } = await makePerson(app);
  const nonces = new Set<string>();
  let documents = 0;
  for (const { what, answer } of await everyAnswer(app.url, client)) {
    if (!isDocument(answer)) continue;
    documents++;
    const policy = String(answer.headers["content-security-policy"]);
    const nonce = /'nonce-([A-Za-z0-9+/=]{22,})'/.exec(policy)?.[1];
    expect(nonce, what).toBeDefined();
    nonces.add(String(nonce));
    expect(policy, what).toContain("object-src 'none'");
    expect(policy, what).toContain("form-action 'self'");
    const tags = answer.text.match(/<(script|style)\b[^>]*>/g) ?? [];
    for (const tag of tags) expect(tag, what).toContain(`nonce="${nonce}"`);
    expect(answer.text, what).not.toMatch(/\s(on[a-z]+|style)="/);
  }
  expect(documents).toBeGreaterThan(15);
  expect(nonces.size).toBe(documents);
});

test("L09 what is personal or sets a cookie is never stored, and hashed files for ever", async ({
  app,
}) => {
  const { client } = await makePerson(app);
  for (const { what, answer } of await everyAnswer(app.url, client)) {
    const { status, headers, setCookies } = answer;
    const said = String(headers["cache-control"] ?? "");
    const files = ["/icon.svg", "jwks.json", "passkey-endpoints"];
    const isFile = files.some((file) => what.includes(file));
    if (status === 200 && what.includes("/_next/static/")) {
      expect(said, what).toBe("public, max-age=31536000, immutable");
    } else if (isFile) {
      expect(setCookies, what).toEqual([]);
    } else if (isDocument(answer) || setCookies.length > 0 || answer.json) {
      expect(said, what).toContain("no-store");
    }
  }
});

test("L09 the address of a page with a file's ending is nothing", async ({ app }) => {
  const { client, person } = await makePerson(app);
  const endings = ["/x.css", ".css", "/x.js", ".json", ";x.css", "%2fx.css", ".rsc"];
  for (const page of ["/dashboard", "/settings/devices"]) {
    for (const ending of endings) {
      const answer = await client.get(page + ending);
      expect([answer.status, page + ending]).toEqual([404, page + ending]);
      expect(answer.text).not.toContain(person.email);
    }
  }
});

test("L07 a request id is kept when it is well-formed and replaced when not", async ({
  app,
}) => {
  const kept = ["12345678", "a_b-C0123", "x".repeat(64)];
  const replaced = [
    "1234567",
    "x".repeat(65),
    "a b c d e f",
    "<script>alert",
    "",
    "ü12345678",
  ];
  for (const at of ["/login", "/api/health/live", "/nowhere", "/icon.svg"]) {
    for (const id of [...kept, ...replaced]) {
      const given = Buffer.from(id, "utf8").toString("latin1");
      const { headers } = await rawRequest(app.url, at, {
        headers: { "x-request-id": given },
      });
      const isKept = headers["x-request-id"] === id;
      expect([id, isKept]).toEqual([id, kept.includes(id)]);
      expect(headers["x-request-id"]).toMatch(/^[\w-]{8,64}$/);
    }
  }
});

function filesUnder(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

test("N03 a production build has no development page, mailbox or test helper in it", async ({
  app,
}) => {
  const built = filesUnder(path.join(root, ".next/server")).filter((file) =>
    /\.(js|json|html|rsc|body)$/.test(file),
  );
  const canaries = [
    "mail.json/route.dev",
    "mail/page.dev",
    "e2e/",
    "tests/people",
    "makePerson",
    "Pat Person",
    "a long enough sentence",
  ];
  for (const file of built) {
    const text = readFileSync(file, "utf8");
    for (const canary of canaries)
      expect(text.includes(canary), `${canary} in ${file}`).toBe(false);
  }
  for (const at of [
    "/dev",
    "/dev/mail",
    "/dev/mail.json",
    "/api/test",
    "/api/dev",
    "/debug",
  ]) {
    expect([at, (await rawRequest(app.url, at)).status]).toEqual([at, 404]);
  }
});

test("N03 no source map and no server file is to be had", async ({ app }) => {
  const served = filesUnder(path.join(root, ".next/static"));
  expect(served.filter((file) => file.endsWith(".map"))).toEqual([]);
  for (const file of served.filter((name) => name.endsWith(".js"))) {
    const text = readFileSync(file, "utf8");
    expect(text, file).not.toMatch(
      /sourceMappingURL|sourcesContent|APP_SECRET|DATABASE_URL/,
    );
  }
  const paths = [
    `${firstAsset()}.map`,
    "/.env",
    "/package.json",
    "/.next/BUILD_ID",
    "/_next/BUILD_ID",
    "/_next/server/app/page.js",
    "/_next/static/../server/app/page.js",
    "/_next/static/%2e%2e/server/app/page.js",
    "/_next/static/..%2fserver/app/page.js",
    "/_next/required-server-files.json",
  ];
  for (const at of paths) {
    expect([at, (await rawRequest(app.url, at)).status]).toEqual([at, 404]);
  }
});
