// As it runs behind a proxy that ends TLS: `APP_URL` is https, the node speaks http.
import { ApiClient, chrome } from "./api-client";
import { expect, newEmail, password, test } from "./fixtures";
import { codeIn } from "./mailbox";
import { Installation } from "./server";

const appUrl = "https://app.example.test";
let app: Installation;

test.beforeAll(async () => {
  app = await Installation.start(`https_${test.info().parallelIndex}`, {
    APP_URL: appUrl,
  });
});
test.afterAll(() => app.stop());

async function signUp() {
  const client = new ApiClient(appUrl);
  const base = app.url;
  const email = newEmail();
  const registered = await client.post(
    "/api/auth/register",
    { email, password },
    { base },
  );
  const code = codeIn(await app.mailbox.wait(email));
  const answer = await client.post("/api/auth/verify-email", { code }, { base });
  expect(answer.status).toBe(200);
  return { client, email, registered, answer, base };
}

test("L01 behind https every cookie is bound to this host and to encryption", async () => {
  const { client, registered, answer, base } = await signUp();
  const lines = [registered, answer].flatMap(({ headers }) => headers.getSetCookie());
  const names = new Set(lines.map((line) => line.slice(0, line.indexOf("="))));
  // A word that opens nothing: it needs no prefix, and is bound all the same.
  expect(names.delete("last-method")).toBe(true);
  expect([...names].sort()).toEqual([
    "__Host-latchkey-access",
    "__Host-latchkey-device",
    "__Host-latchkey-pending",
    "__Host-latchkey-refresh",
  ]);
  for (const line of lines) {
    expect(line).toMatch(/; Secure(;|$)/i);
    expect(line).toMatch(/; HttpOnly(;|$)/i);
    expect(line).toMatch(/; Path=\/(;|$)/);
    expect(line).not.toMatch(/domain=/i);
    expect(Buffer.byteLength(line)).toBeLessThan(4096);
  }
  const left = await client.post("/api/auth/logout", {}, { base });
  for (const line of left.headers.getSetCookie()) expect(line).toMatch(/; Secure(;|$)/i);
  expect(client.cookies.has("__Host-latchkey-refresh")).toBe(false);
});

test("L01 behind https the cookie names of plain http open nothing", async () => {
  const { client, base } = await signUp();
  const cookie = client.cookieHeader.replaceAll("__Host-", "");
  const asked = await client.get("/api/auth/session", { base, headers: { cookie } });
  expect(asked.json).toBeNull();
  expect((await client.get("/api/auth/session", { base })).json).not.toBeNull();
});

test("L07 every answer tells the browser to come by https alone", async () => {
  for (const path of ["/", "/login", "/api/auth/session", "/nowhere", "/icon.svg"]) {
    const { headers } = await fetch(app.url + path, {
      headers: { "user-agent": chrome },
    });
    const hsts = headers.get("strict-transport-security") ?? "";
    expect(Number(/max-age=(\d+)/.exec(hsts)?.[1])).toBeGreaterThanOrEqual(31_536_000);
    expect(hsts).toContain("includeSubDomains");
  }
});

test("L03 behind https a page of the same host over http is foreign", async () => {
  const { client, base } = await signUp();
  for (const origin of ["http://app.example.test", app.url, `${appUrl}:8443`]) {
    const answer = await client.post(
      "/api/auth/logout",
      {},
      { base, headers: { origin } },
    );
    expect(answer.status).toBe(403);
    expect(answer.json.code).toBe("origin_refused");
  }
  expect((await client.get("/api/auth/session", { base })).json).not.toBeNull();
});
