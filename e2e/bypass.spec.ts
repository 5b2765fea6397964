// Ways around a check that sits in front of the pages (CVE-2025-29927 and after).
import { expect, makePerson, test } from "./fixtures";
import { rawRequest } from "./raw-request";

const suffixes = [
  "",
  ".rsc",
  "/",
  "?_rsc=1",
  "?nxtPid=1",
  "?__nextLocale=en",
  ".segments/_tree.segment.rsc",
  ".txt",
];
const spellings = [
  "/settings/devices",
  "/SETTINGS/devices",
  "/settings%2fdevices",
  "/settings/%64evices",
  "//settings/devices",
  "/en/settings/devices",
  "/_next/data/x/settings/devices.json",
  "/./settings/devices",
  "/x/..%2fsettings/devices",
  "/settings;x/devices",
  "/(signed-in)/settings/devices",
];
const middleware = [
  "proxy",
  "src/proxy",
  "middleware",
  "src/middleware",
  "pages/_middleware",
];
const headers: Record<string, string>[] = [
  {},
  ...middleware.map((name) => ({
    "x-middleware-subrequest": Array(6).fill(name).join(":"),
  })),
  { "x-middleware-prefetch": "1" },
  { "x-middleware-rewrite": "/settings/devices" },
  { "x-middleware-override-headers": "cookie" },
  { "x-nextjs-data": "1" },
  { "x-matched-path": "/settings/devices" },
  { "x-invoke-path": "/settings/devices" },
  { "x-original-url": "/settings/devices" },
  { "x-rewrite-url": "/settings/devices" },
  { "x-session-renewed": "1", "x-client-peer": "127.0.0.1" },
  { rsc: "1" },
  { rsc: "1", "next-router-prefetch": "1" },
  { rsc: "1", "next-router-prefetch": "1", "next-router-segment-prefetch": "/_tree" },
];

test("K02 no spelling, suffix or header shows a signed-in page to anybody else", async ({
  app,
}) => {
  const { person, session, client } = await makePerson(app);
  expect((await client.get("/settings/devices")).text).toContain(session.id);
  for (const spelling of spellings) {
    for (const suffix of suffixes) {
      for (const given of headers) {
        const what = `${spelling}${suffix} ${JSON.stringify(given)}`;
        const answer = await rawRequest(app.url, spelling + suffix, { headers: given });
        expect(answer.status, what).toBeLessThan(500);
        expect(answer.text, what).not.toContain(
          "Every browser and app that is signed in",
        );
        expect(answer.text, what).not.toContain(person.email);
      }
    }
  }
});
