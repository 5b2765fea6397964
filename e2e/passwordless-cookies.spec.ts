// The cookies of links and ceremonies, and clients that have none.
import type { Answer } from "./api-client";
import { ApiClient } from "./api-client";
import { expect, makePerson, makeSignedOut, newEmail, test } from "./fixtures";
import { codeIn, tokenIn } from "./mailbox";
import {
  ask,
  askForLink,
  ceremonies,
  ceremonyCookie,
  linkSubjects,
  magicLink,
  makeHolder,
  newAuthenticator,
  passkeys,
  redeeming,
  sessionsOf,
} from "./passwordless-api";
import type { Installation } from "./server";
import { cookiesSetBy } from "./sessions";

const { signIn, stepUp, registration } = ceremonies;
const pendingCookie = "latchkey-pending";

function linesOf(answer: Answer): string[] {
  return answer.headers.getSetCookie();
}

function expectKept(line: string | undefined, name: string, seconds: number) {
  expect(line).toMatch(new RegExp(`^${name}=[\\w-]{22}\\.[\\w-]{43};`));
  expect(line).toMatch(/; Path=\/(;|$)/);
  expect(line).toMatch(/; HttpOnly(;|$)/i);
  expect(line).toMatch(/; SameSite=lax(;|$)/i);
  expect(line).toMatch(new RegExp(`; Max-Age=${seconds}(;|$)`, "i"));
  expect(line).not.toMatch(/domain=/i);
}

test("L01 the cookie of a ceremony lives five minutes, is the only one, and is taken back with the answer", async ({
  app,
}) => {
  const { client, authenticator } = await makeHolder(app);
  const begun = [
    await new ApiClient(app.url).post(signIn.options),
    await client.post(stepUp.options),
    await client.post(registration.options),
  ];
  for (const answer of begun) {
    const lines = linesOf(answer);
    expect(lines).toHaveLength(1);
    expectKept(lines[0], ceremonyCookie, 300);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const handle = cookiesSetBy(answer).get(ceremonyCookie) ?? "";
    expect(answer.text).not.toContain(handle.slice(0, 22));
    expect(answer.text).not.toContain(handle.slice(23));
    expect(answer.json.ceremonyToken).toBeUndefined();
  }
  const browser = new ApiClient(app.url);
  const response = authenticator.get(await ask(browser, "signIn"));
  const entered = await browser.post(signIn.verify, { response });
  const names = linesOf(entered).map((line) => line.slice(0, line.indexOf("=")));
  expect(names.sort()).toEqual(
    [
      ...["access", "ceremony", "device", "pending", "refresh"].map(
        (n) => `latchkey-${n}`,
      ),
      "last-method",
    ].sort(),
  );
  expect(browser.cookies.has(ceremonyCookie)).toBe(false);
  for (const line of linesOf(entered)) {
    expect(line).toMatch(/; HttpOnly(;|$)/i);
    expect(line).toMatch(/; SameSite=lax(;|$)/i);
    expect(line).not.toMatch(/domain=/i);
  }
  expect(browser.cookies.get("last-method")).toBe("passkey");
  expect(entered.text).not.toMatch(/eyJ[\w-]{10,}\.eyJ/);
});

test("L01 the cookie of a sign-in link lives ten minutes, is the only one, and is nowhere in the answer", async ({
  app,
}) => {
  const { email } = await makeSignedOut(app);
  const { answer, client, mail, token } = await askForLink(app, email);
  const lines = linesOf(answer);
  expect(lines).toHaveLength(1);
  expectKept(lines[0], pendingCookie, 600);
  const handle = cookiesSetBy(answer).get(pendingCookie) ?? "";
  expect(answer.json).toEqual({ status: "check_email" });
  expect(mail.raw.replaceAll("=\r\n", "")).not.toContain(handle.slice(23));
  expect(token).not.toBe(handle);
  const entered = await client.post(redeeming, { token });
  expect(cookiesSetBy(entered).get(pendingCookie)).toBe("");
  expect(client.cookies.get("last-method")).toBe("magic_link");
});

test("L02 a ceremony's cookie that comes twice is none, in any order, and both expire", async ({
  app,
}) => {
  const { authenticator, client: owner } = await makeHolder(app);
  const planted = new ApiClient(app.url);
  await ask(planted, "signIn");
  const other = planted.cookies.get(ceremonyCookie) ?? "";
  for (const isOwnFirst of [true, false]) {
    const client = new ApiClient(app.url);
    const response = authenticator.get(await ask(client, "signIn"));
    const own = client.cookies.get(ceremonyCookie) ?? "";
    const pair = isOwnFirst ? [own, other] : [other, own];
    const cookie = pair.map((value) => `${ceremonyCookie}=${value}`).join("; ");
    const tossed = { headers: { cookie } };
    const answer = await client.copy().post(signIn.verify, { response }, tossed);
    expect([answer.status, answer.json.reason]).toEqual([401, "no_ceremony"]);
    expect(cookiesSetBy(answer).get(ceremonyCookie)).toBe("");
    // It was not used up by it.
    expect((await client.post(signIn.verify, { response })).status).toBe(200);
  }
  await ask(owner, "registration");
  const handle = owner.cookies.get(ceremonyCookie);
  const cookie = `${owner.cookieHeader}; ${ceremonyCookie}=${handle}`;
  expect((await owner.copy().get(passkeys, { headers: { cookie } })).status).toBe(401);
});

test("L02 the cookie of a link that comes twice binds nothing", async ({ app }) => {
  const { email } = await makeSignedOut(app);
  const { client, token, code } = await askForLink(app, email);
  const own = `${pendingCookie}=${client.cookies.get(pendingCookie)}`;
  for (const cookie of [`${own}; ${pendingCookie}=x`, `${pendingCookie}=x; ${own}`]) {
    for (const body of [{ token }, { code }]) {
      const answer = await client.copy().post(redeeming, body, { headers: { cookie } });
      expect([answer.status, answer.json.reason]).toEqual([401, "other_browser"]);
    }
  }
  expect(await sessionsOf(app, email)).toBe(0);
  expect((await client.post(redeeming, { token })).status).toBe(200);
});

function newApp(app: Installation) {
  return new ApiClient(app.url, undefined, "native");
}

function expectTokens(answer: Answer) {
  expect([answer.status, linesOf(answer)], answer.text).toEqual([200, []]);
  expect(answer.json.tokens).toEqual({
    accessToken: expect.any(String),
    refreshToken: expect.any(String),
    expiresIn: expect.any(Number),
  });
}

test("a native client signs in with a link by its pending token, and gets no cookie", async ({
  app,
}) => {
  for (const kind of ["token", "code"] as const) {
    const email = newEmail();
    const native = newApp(app);
    const asked = await native.post(magicLink, { email });
    expect([asked.status, linesOf(asked)]).toEqual([202, []]);
    const { pendingToken } = asked.json;
    const mail = await app.mailbox.waitFor(email, linkSubjects.unknown);
    const proof = kind === "token" ? { token: tokenIn(mail) } : { code: codeIn(mail) };
    const without = await native.post(redeeming, proof);
    expect([without.status, without.json.reason]).toEqual([401, "other_browser"]);
    const headers = { "x-pending-token": pendingToken };
    const answer = await native.post(redeeming, proof, { headers });
    expectTokens(answer);
    native.accessToken = answer.json.tokens.accessToken;
    const { user } = (await native.get("/api/auth/session")).json;
    expect(user.email).toBe(email);
    expect((await native.post(redeeming, proof, { headers })).status).toBe(401);
  }
});

test("a native client adds a passkey, signs in and confirms by its ceremony tokens, without a cookie", async ({
  app,
}) => {
  const { person } = await makePerson(app);
  const native = newApp(app);
  const { email, password } = person;
  const first = await native.post("/api/auth/login", { email, password });
  native.accessToken = first.json.tokens.accessToken;
  const authenticator = newAuthenticator(app);

  const begun = await native.post(registration.options);
  const { ceremonyToken, ...creation } = begun.json;
  expect([begun.status, linesOf(begun)]).toEqual([200, []]);
  const response = authenticator.create(creation);
  expect((await native.post(passkeys, { response })).status).toBe(401);
  const handle = { "x-ceremony-token": ceremonyToken };
  const added = await native.post(passkeys, { response }, { headers: handle });
  expect([added.status, linesOf(added)]).toEqual([201, []]);
  native.accessToken = added.json.tokens.accessToken;

  const phone = newApp(app);
  const asked = await phone.post(signIn.options);
  const answered = authenticator.get(asked.json);
  const bare = await phone.post(signIn.verify, { response: answered });
  expect([bare.status, bare.json.reason]).toEqual([401, "no_ceremony"]);
  const own = { "x-ceremony-token": asked.json.ceremonyToken };
  const entered = await phone.post(
    signIn.verify,
    { response: answered },
    { headers: own },
  );
  expectTokens(entered);
  phone.accessToken = entered.json.tokens.accessToken;

  const confirming = await phone.post(stepUp.options);
  const headers = { "x-ceremony-token": confirming.json.ceremonyToken };
  const proof = { response: authenticator.get(confirming.json) };
  expectTokens(await phone.post(stepUp.verify, proof, { headers }));
});

test("a ceremony's token in a browser, and its cookie in a native client, are not looked at", async ({
  app,
}) => {
  const { authenticator } = await makeHolder(app);
  const browser = new ApiClient(app.url);
  const response = authenticator.get(await ask(browser, "signIn"));
  const headers = { "x-ceremony-token": browser.cookies.get(ceremonyCookie) ?? "" };
  browser.cookies.clear();
  expect((await browser.post(signIn.verify, { response }, { headers })).status).toBe(401);
  const cookie = `${ceremonyCookie}=${headers["x-ceremony-token"]}`;
  const native = await newApp(app).post(
    signIn.verify,
    { response },
    { headers: { cookie } },
  );
  expect([native.status, native.json.code]).toEqual([403, "origin_refused"]);
});
