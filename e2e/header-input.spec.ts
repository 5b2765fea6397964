// Headers, cookies and paths of every shape: never a 500, nothing in the log as an
// error (`complaints` in fixtures.ts), and the process lives on.
import { newAddress } from "./api-client";
import { expect, makePerson, test } from "./fixtures";
import { type RawCall, rawRequest } from "./raw-request";

function send(appUrl: string, path: string, { headers, ...call }: RawCall = {}) {
  return rawRequest(appUrl, path, {
    ...call,
    headers: { origin: appUrl, "x-forwarded-for": newAddress(), ...headers },
  });
}

const oddHeaders: Record<string, string>[] = [
  { "next-router-state-tree": "garbage" },
  { "next-router-state-tree": "%" },
  { "next-router-state-tree": "%5B%5D" },
  { "next-router-state-tree": "x".repeat(9000) },
  { "next-url": "%" },
  { "next-url": "//evil.example" },
  { "next-router-prefetch": "9" },
  { "next-router-segment-prefetch": "/../../x" },
  { "next-resume": "1" },
  { "next-hmr-refresh": "1" },
  { "x-nextjs-data": "1" },
  { "x-now-route-matches": "1=devices" },
  { "x-prerender-revalidate": "x" },
  { cookie: "latchkey-access=%; latchkey-refresh=%ff; %=%; latchkey-device=%00" },
  { cookie: "a; =; ;;; __proto__=1; constructor=x; theme=%" },
  { cookie: `latchkey-access=${"x".repeat(12_000)}` },
  { cookie: `latchkey-refresh=${"x".repeat(12_000)}` },
  { cookie: "__prerender_bypass=1; __next_preview_data=x" },
  { "user-agent": "\u00ff\u0080" },
  { "accept-language": "%" },
  { "accept-encoding": "%, ;q=" },
  { range: "bytes=0-1" },
  { "if-none-match": "*" },
  { "x-forwarded-for": "%, ::, 999.1.1.1" },
  { "x-request-id": "a b\u00ff" },
  { host: "%" },
  { host: "a/b?c" },
];

test("H09 headers and cookies of any shape are no fault, on pages and in navigations", async ({
  app,
}) => {
  for (const headers of oddHeaders) {
    for (const path of ["/login", "/dashboard", "/nowhere", "/api/auth/session"]) {
      const what = `${JSON.stringify(headers).slice(0, 60)} ${path}`;
      const document = await send(app.url, path, { headers });
      expect(document.status, what).toBeLessThan(500);
      const navigation = { ...headers, rsc: "1" };
      const first = await send(app.url, path, { headers: navigation });
      const target = first.headers.location;
      // Next wants its checksum of the navigation's headers in the query.
      const isChecksum = target?.includes("_rsc=");
      const last = isChecksum
        ? await send(app.url, String(target), { headers: navigation })
        : first;
      expect([first.status < 500, last.status < 500], what).toEqual([true, true]);
    }
  }
});

test("H09 paths of any shape are no fault", async ({ app }) => {
  const paths = [
    "/%",
    "/%ff",
    "/%E0%A4%A",
    "/%00",
    "/login?next=%",
    "/login?next=%ff&next=b",
    "/login?%",
    "/?__proto__=1",
    "/login/%2e%2e",
    "/_global-error",
    "/_error",
    "/500",
    "/_next/%",
    "/_next/static/%",
    "/_next/image?url=%2Ficon.svg&w=64&q=75",
    "/_next/data/x/login.json",
    `/${"x".repeat(8000)}`,
    `/login?next=${"x".repeat(8000)}`,
  ];
  for (const path of paths) {
    for (const method of ["GET", "HEAD", "POST"]) {
      const { status } = await send(app.url, path, { method });
      expect(status, `${method} ${path.slice(0, 60)}`).toBeLessThan(500);
    }
  }
});

test("H09 a header too long for Node is 431, and the next request is answered", async ({
  app,
}) => {
  const { client } = await makePerson(app);
  const headers = { cookie: `${client.cookieHeader}; a=${"x".repeat(20_000)}` };
  expect((await send(app.url, "/dashboard", { headers })).status).toBe(431);
  expect((await client.get("/dashboard")).status).toBe(200);
});
