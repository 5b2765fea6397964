// Nobody reaches what is somebody's, with `proxy.ts` and without it.
import { actions } from "./action-rules";
import { pages, routes } from "./authorisation";
import { readBuild } from "./build";
import { expect, test } from "./fixtures";
import { rawRequest } from "./raw-request";
import { Installation } from "./server";
import { makeVictim, stateOf, visitorsOf, walkTable } from "./visitors";
import { buildWithoutProxy } from "./without-proxy";

// One worker makes the build without `proxy.ts`, once.
test.describe.configure({ mode: "default" });

/** What walks through the whole application grows with it. */
const walk = 180_000;

test("K01 every page, route, method and action of the build has its place in the table", async ({
  app,
}) => {
  const build = readBuild();
  expect(build.pages.sort()).toEqual(Object.keys(pages).sort());
  expect(build.routes.sort()).toEqual(Object.keys(routes).sort());
  const names = build.actions.map(({ name }) => name);
  expect(names.sort()).toEqual(Object.keys(actions).sort());
  for (const [path, { methods }] of Object.entries(routes)) {
    const at = path.replace("[id]", "x").replace("[...path]", "x");
    const { headers } = await rawRequest(app.url, at, { method: "OPTIONS" });
    expect(headers.allow ?? "", path).toBe(methods);
  }
});

test("K01 nobody, another user and an ended session get nothing private and change nothing", async ({
  app,
}) => {
  test.setTimeout(walk);
  const victim = await makeVictim(app);
  const before = await stateOf(app, victim);
  for (const visitor of await visitorsOf(app, victim)) {
    await walkTable(app, app.url, victim, visitor);
    expect(await stateOf(app, victim), visitor.name).toEqual(before);
  }
  const own = await victim.client.get("/dashboard");
  for (const trace of victim.traces.slice(0, 2)) expect(own.text).toContain(trace);
});

test("K01 a banned user and one whose account has changed are nobody at once", async ({
  app,
}) => {
  test.setTimeout(walk);
  for (const change of ["banned_at = now()", "security_version = security_version + 1"]) {
    const victim = await makeVictim(app);
    const cookie = victim.client.cookieHeader;
    await app.sql(`UPDATE "user" SET ${change} WHERE id = $1`, [victim.traces[2]]);
    // Signing out is for everybody, and ends no session but one's own.
    const { users } = await stateOf(app, victim);
    await walkTable(app, app.url, victim, { name: change, cookie });
    expect((await stateOf(app, victim)).users, change).toEqual(users);
  }
});

test("K01 with proxy.ts deleted nothing becomes reachable", async () => {
  test.setTimeout(walk + 60_000);
  const folder = await buildWithoutProxy();
  const app = await Installation.start("without_proxy", {}, folder);
  try {
    const build = readBuild(folder);
    expect(build.pages.sort()).toEqual(Object.keys(pages).sort());
    const { headers } = await rawRequest(app.url, "/login");
    expect(headers["content-security-policy"], "proxy.ts is gone").not.toContain("nonce");
    const victim = await makeVictim(app);
    const before = await stateOf(app, victim);
    for (const visitor of await visitorsOf(app, victim)) {
      await walkTable(app, app.url, victim, visitor, build);
      expect(await stateOf(app, victim), visitor.name).toEqual(before);
    }
    expect((await victim.client.get("/dashboard")).text).toContain(victim.traces[0]);
  } finally {
    await app.stop();
  }
});
