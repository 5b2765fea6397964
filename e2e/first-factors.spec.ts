// With a second factor on the account, no first one opens anything: not the cookies
// that it sets, and nothing else that comes with it (better-auth GHSA-xg6x-h9c9-2m83).
import { type Answer, ApiClient, newAddress } from "./api-client";
import { pages, routes } from "./authorisation";
import { handlesOf, ways } from "./first-factors";
import { expect, test } from "./fixtures";
import { grantsOf } from "./passwordless-api";
import { freshCode, giveTotp, pendingCookie, secondFactor } from "./second-factors";
import type { Installation } from "./server";
import { cookiesSetBy, isShutOut } from "./sessions";

/** Whole, and in the parts that it is made of. */
const withParts = (secrets: string[]) =>
  [...new Set(secrets.flatMap((secret) => [secret, ...secret.split(".")]))].filter(
    (part) => part.length >= 6,
  );

/** Everything that came with it, of the browser and of the answer. */
function receivedWith(client: ApiClient, { json }: Answer, secrets: string[]): string[] {
  const { pendingToken } = json;
  const cookies = [...client.cookies.values()];
  return withParts([...cookies, ...(pendingToken ? [pendingToken] : []), ...secrets]);
}

/** As whoever has them would try them: in each place where something is believed. */
async function expectOpensNothing(app: Installation, secret: string, own: ApiClient) {
  for (const cookie of ["access", "refresh"]) {
    const forged = own.kind === "browser" ? own.copy() : new ApiClient(app.url);
    forged.cookies.set(`latchkey-${cookie}`, secret);
    expect(await isShutOut(forged, [app.url]), `${secret} as ${cookie}`).toBe(true);
  }
  const native = new ApiClient(app.url, newAddress(), "native");
  native.accessToken = secret;
  expect((await native.get("/api/account")).status, `${secret} as bearer`).toBe(401);
  const refreshed = await native.post("/api/auth/refresh", { refreshToken: secret });
  expect(refreshed.status, `${secret} as refresh token`).toBe(401);
}

/** Those that want nothing but the sign-in that is pending. */
const ofPending = Object.values(secondFactor);

async function expectGuarded(client: ApiClient, headers: Record<string, string>) {
  for (const [path, { audience, methods, body }] of Object.entries(routes)) {
    if (audience === "public" || ofPending.includes(path)) continue;
    for (const method of methods.split(", ").filter((name) => name !== "OPTIONS")) {
      const at = path.replace("[id]", "AAAAAAAAAAAAAAAAAAAAAA");
      // So many failures would count for the address.
      const from = { ...headers, "x-forwarded-for": newAddress() };
      const isRead = method === "GET" || method === "HEAD";
      const given = { headers: from, ...(!isRead && { body }) };
      const answer = await client.copy().call(method, at, given);
      expect(answer.status, `${method} ${path}`).toBe(401);
    }
  }
  expect((await client.get("/api/auth/session", { headers })).json).toBeNull();
  if (client.kind === "native") return;
  for (const [path, audience] of Object.entries(pages)) {
    if (audience === "public") continue;
    const answer = await client.copy().get(path);
    expect([answer.status, answer.headers.get("location")], path).toEqual([
      307,
      `/login?next=${encodeURIComponent(path)}`,
    ]);
  }
}

/** No session in the raw list, and no token in the body. */
function expectHalfway(answer: Answer, client: ApiClient) {
  expect([answer.status, answer.json.status]).toEqual([200, "second_factor_required"]);
  expect(grantsOf(answer)).toEqual([]);
  const isNative = client.kind === "native";
  expect(Object.keys(answer.json).sort()).toEqual(
    ["expiresAt", "methods", ...(isNative ? ["pendingToken"] : []), "status"].sort(),
  );
  const given = [...cookiesSetBy(answer)].filter(([, value]) => value !== "");
  const names = given.map(([name]) => name).sort();
  expect(names).toEqual(isNative ? [] : ["latchkey-device", pendingCookie]);
  expect(answer.json.methods).toContain("totp");
}

const all = Object.entries(ways).flatMap(([method, given]) =>
  Object.entries(given).map(([name, way]) => ({ method, name, way })),
);
const kinds = { browser: "a browser", native: "an app" };

for (const kind of ["browser", "native"] as const) {
  for (const { method, name, way } of all) {
    test(`F01 F04 ${name} (${method}) opens nothing by itself in ${kinds[kind]}, nor does anything that comes with it`, async ({
      app,
    }) => {
      const client = new ApiClient(app.url, undefined, kind);
      const { guarded, answer, secrets = [], isNone } = await way(app, client);
      if (isNone) expect([answer.status, grantsOf(answer)]).toEqual([401, []]);
      else expectHalfway(answer, client);
      const headers = handlesOf(answer);
      await expectGuarded(client, headers);
      for (const secret of receivedWith(client, answer, secrets)) {
        await expectOpensNothing(app, secret, client);
      }
      if (isNone) return;
      // All that has left it as it was.
      const code = await freshCode(app, guarded);
      const finished = await giveTotp(client, code, { headers });
      expect([finished.status, finished.json.status]).toEqual([200, "signed_in"]);
      expect(finished.json.session).toMatchObject({ aal: 2 });
      expect(finished.json.user.id).toBe(guarded.user.id);
    });
  }
}

test("F01 A11 a listed password is not replaced by its first factor alone", async ({
  app,
}) => {
  const way = ways.password["a listed password and a new one for it"];
  const client = new ApiClient(app.url);
  const entry = await way?.(app, client);
  const { email } = entry?.guarded.person ?? { email: "" };
  const body = { email, password: "another long enough sentence" };
  expect((await new ApiClient(app.url).post("/api/auth/login", body)).status).toBe(401);
});
