// Secrets of links and ceremonies at every door but their own.
import { type Answer, ApiClient, newAddress } from "./api-client";
import { expect, makeSignedOut, newEmail, password, test } from "./fixtures";
import { codeIn } from "./mailbox";
import { doors, mintLinks } from "./mailed-links";
import {
  addSecondFactor,
  ask,
  askForLink,
  ceremonies,
  ceremonyCookie,
  enter,
  makeHolder,
  newAuthenticator,
  passkeys,
  redeeming,
} from "./passwordless-api";
import type { Installation } from "./server";
import { isShutOut } from "./sessions";

const { signIn, stepUp, registration } = ceremonies;
const pendingCookie = "latchkey-pending";
const elsewhere = () => ({ headers: { "x-forwarded-for": newAddress() } });

test("C04 a sign-in link is refused at every other door, every other link at its, and none is used up", async ({
  app,
}) => {
  const { email } = await makeSignedOut(app);
  const { client, token } = await askForLink(app, email);
  for (const [purpose, door] of Object.entries(doors)) {
    const answer = await client.copy().post(door, { token, password }, elsewhere());
    expect([answer.status, answer.json.code], purpose).toEqual([401, "invalid_code"]);
  }
  const links = await mintLinks(app);
  for (const [purpose, other] of Object.entries(links)) {
    const answer = await client.copy().post(redeeming, { token: other }, elsewhere());
    expect([answer.status, answer.json.reason], purpose).toEqual([401, "wrong"]);
  }
  for (const [purpose, other] of Object.entries(links)) {
    const body = { token: other, password };
    const { status } = await new ApiClient(app.url).post(doors[purpose] ?? "", body);
    expect(status, purpose).toBe(200);
  }
  expect((await client.post(redeeming, { token })).status).toBe(200);
});

/** Everything a browser keeps while it waits, and how each is put to its use. */
async function mintHandles(app: Installation) {
  const holder = await makeHolder(app);
  const { authenticator, client: owner } = holder;
  const handles: Record<string, string> = {};
  const uses: Record<string, (handle: string) => Promise<Answer>> = {};
  const use = (
    name: string,
    jar: ApiClient,
    cookie: string,
    send: (c: ApiClient) => Promise<Answer>,
  ) => {
    handles[name] = jar.cookies.get(cookie) ?? "";
    uses[name] = (handle) => {
      const copy = jar.copy();
      copy.cookies.set(cookie, handle);
      return send(copy);
    };
  };

  const link = await askForLink(app, (await makeSignedOut(app)).email);
  const { code } = link;
  use("magic-link", link.client, pendingCookie, (c) =>
    c.post(redeeming, { code }, elsewhere()),
  );

  const email = newEmail();
  const registering = new ApiClient(app.url);
  await registering.post("/api/auth/register", { email, password });
  const own = codeIn(await app.mailbox.wait(email));
  use("registration", registering, pendingCookie, (c) =>
    c.post("/api/auth/verify-email", { code: own }, elsewhere()),
  );

  const entering = new ApiClient(app.url);
  const entry = authenticator.get(await ask(entering, "signIn"));
  use("sign-in ceremony", entering, ceremonyCookie, (c) =>
    c.post(signIn.verify, { response: entry }, elsewhere()),
  );
  const confirming = owner.copy();
  const proof = authenticator.get(await ask(confirming, "stepUp"));
  use("step-up ceremony", confirming, ceremonyCookie, (c) =>
    c.post(stepUp.verify, { response: proof }, elsewhere()),
  );
  const adding = owner.copy();
  const fresh = newAuthenticator(app).create(await ask(adding, "registration"));
  use("registration ceremony", adding, ceremonyCookie, (c) =>
    c.post(registration.verify, { response: fresh }, elsewhere()),
  );

  const guarded = await makeHolder(app);
  await addSecondFactor(app, guarded.person);
  const halfway = new ApiClient(app.url);
  await enter(halfway, guarded.authenticator, { altered: { isUserVerified: false } });
  const others: Record<string, string> = {
    "second factor": halfway.cookies.get(pendingCookie) ?? "",
    device: owner.cookies.get("latchkey-device") ?? "",
    refresh: owner.cookies.get("latchkey-refresh") ?? "",
    access: owner.cookies.get("latchkey-access") ?? "",
    link: link.token,
  };
  return { holder, handles: { ...others, ...handles }, uses };
}

test("C04 what a browser keeps for one purpose counts for no other, and is not used up by it", async ({
  app,
}) => {
  const { handles, uses } = await mintHandles(app);
  expect(new Set(Object.values(handles)).size).toBe(Object.keys(handles).length);
  for (const [door, use] of Object.entries(uses)) {
    for (const [name, handle] of Object.entries(handles)) {
      if (name === door) continue;
      const { status, json } = await use(handle);
      expect([status, json.code], `${name} at ${door}`).toEqual([
        401,
        expect.stringMatching(/^invalid_(code|passkey)$/),
      ]);
    }
  }
  for (const [door, use] of Object.entries(uses)) {
    const { status, text } = await use(handles[door] ?? "");
    expect([200, 201], `${door} ${text}`).toContain(status);
  }
});

test("C04 H04 F03 none of it is a session: not as bearer, access token or refresh token", async ({
  app,
}) => {
  const { handles, holder } = await mintHandles(app);
  const { challenge } = await ask(holder.client, "signIn");
  const { code, token } = await askForLink(app, holder.person.email);
  const { access: _access, refresh: _refresh, ...secrets } = handles;
  const all = { ...secrets, challenge, code, token, id: holder.passkey.id };
  for (const [name, secret] of Object.entries(all)) {
    const native = new ApiClient(app.url, undefined, "native");
    native.accessToken = secret;
    expect((await native.get(passkeys)).status, name).toBe(401);
    expect((await native.get("/api/auth/session")).json, name).toBeNull();
    const renewal = await native.post("/api/auth/refresh", { refreshToken: secret });
    expect(renewal.status, name).toBe(401);
    for (const cookie of ["access", "refresh"]) {
      const browser = new ApiClient(app.url);
      browser.cookies.set(`latchkey-${cookie}`, secret);
      expect(await isShutOut(browser, [app.url]), `${name} as ${cookie}`).toBe(true);
    }
  }
});
