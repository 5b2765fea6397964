// Nobody learns from the account's endpoints who has an account, and strangers
// cannot keep the owner out of it.

import { askReset, makePasswordless, newPassword, tryToSignIn } from "./account-api";
import { expectAllAlike, expectSameRows } from "./alike";
import { ApiClient, newAddress } from "./api-client";
import { expect, makePerson, newEmail, password, signIn, test } from "./fixtures";
import { type RawAnswer, rawRequest } from "./raw-request";
import { makeGuarded } from "./second-factors";
import type { Installation } from "./server";

const wrong = "a wrong but long password";

/** One address of each kind: with an account of every sort, and with none. */
async function makeEveryKind(app: Installation): Promise<Record<string, string>> {
  const known = await makePerson(app);
  const banned = await makePerson(app);
  await app.sql(`UPDATE "user" SET banned_at = now() WHERE id = $1`, [banned.user.id]);
  const blocked = await makePerson(app);
  await app.sql(`UPDATE "user" SET password_blocked_at = now() WHERE id = $1`, [
    blocked.user.id,
  ]);
  const unverified = newEmail();
  await new ApiClient(app.url).post("/api/auth/register", { email: unverified });
  return {
    unknown: newEmail(),
    known: known.person.email,
    banned: banned.person.email,
    blocked: blocked.person.email,
    passwordless: (await makePasswordless(app)).person.email,
    "with two factors": (await makeGuarded(app)).person.email,
    unverified,
  };
}

type Call = { cookie?: string; address?: string };

function post(
  app: Installation,
  path: string,
  body: object,
  { cookie, address = newAddress() }: Call = {},
): Promise<RawAnswer> {
  return rawRequest(app.url, path, {
    method: "POST",
    headers: {
      origin: app.url,
      "content-type": "application/json",
      "x-forwarded-for": address,
      ...(cookie && { cookie }),
    },
    body: JSON.stringify(body),
  });
}

async function askForEach(app: Installation, ask: (email: string) => Promise<RawAnswer>) {
  const answers: Record<string, RawAnswer> = {};
  for (const [kind, email] of Object.entries(await makeEveryKind(app))) {
    answers[kind] = await ask(email);
  }
  return answers;
}

test("B09 D1 asking for a reset answers alike for every kind of address", async ({
  app,
}) => {
  const answers = await askForEach(app, (email) =>
    post(app, "/api/auth/password/forgot", { email }),
  );
  expectAllAlike(answers, 202);
});

test("B10 D1 asking for a reset writes the same rows for every kind of address", async ({
  app,
}) => {
  const ask = (email: string) => post(app, "/api/auth/password/forgot", { email });
  const emails = await makeEveryKind(app);
  await expectSameRows(app, { purpose: "reset", emails, ask });
});

test("B09 a wrong link or code for a reset answers alike for every kind of address", async ({
  app,
}) => {
  const path = "/api/auth/password/reset";
  const answers = await askForEach(app, async (email) => {
    const address = newAddress();
    const asked = await post(app, "/api/auth/password/forgot", { email }, { address });
    const cookie = asked.setCookies.map((line) => line.split(";")[0]).join("; ");
    const body = { email, code: "000000", password: newPassword };
    return post(app, path, body, { cookie, address });
  });
  expectAllAlike(answers, 401);
});

test("B09 signing in answers alike for every kind of address, the sixth time as well", async ({
  app,
}) => {
  const kinds = Object.entries(await makeEveryKind(app));
  for (let attempt = 1; attempt <= 7; attempt++) {
    const answers: Record<string, RawAnswer> = {};
    for (const [kind, email] of kinds) {
      // With the right one these would sign in, or ask for a code.
      const isTheirs = kind === "known" || kind === "with two factors";
      const given = isTheirs ? wrong : password;
      answers[kind] = await post(app, "/api/auth/login", { email, password: given });
      // How long is left differs by the moment of asking, and by nothing else.
      delete answers[kind].headers["retry-after"];
    }
    expectAllAlike(answers, attempt <= 5 ? 401 : 429);
  }
});

test("B09 asking to move to an address answers alike whoever has it", async ({ app }) => {
  const { person } = await makePerson(app);
  const answers = await askForEach(app, async (email) => {
    const member = await signIn(app, person);
    const cookie = member.cookieHeader;
    return post(app, "/api/account/email", { email }, { cookie });
  });
  expectAllAlike(answers, 202);
});

test("B02 strangers who burn the budget of an account keep its owner out of no browser she knows", async ({
  app,
}) => {
  const { person, client, user } = await makePerson(app);
  await client.post("/api/auth/logout");
  const hammered = await Promise.all(
    Array.from({ length: 12 }, () => tryToSignIn(app, person.email, wrong)),
  );
  expect(hammered.filter((status) => status === 401).length).toBeLessThanOrEqual(5);
  expect(hammered).toContain(429);
  expect(await tryToSignIn(app, person.email)).toBe(429);
  expect(await tryToSignIn(app, person.email, password, client)).toBe(200);
  // Up to the hundredth, after which only a reset helps those who are not known.
  await app.sql(
    "UPDATE throttle SET failures = 100, next_try_at = now() WHERE key = $1",
    [user.id],
  );
  expect(await tryToSignIn(app, person.email)).toBe(429);
  await client.post("/api/auth/logout");
  expect(await tryToSignIn(app, person.email, password, client)).toBe(200);
});

test("B01 a hundred failures end with a reset, which begins anew in every browser", async ({
  app,
}) => {
  const { person, user } = await makePerson(app);
  await tryToSignIn(app, person.email, wrong);
  await app.sql(
    "UPDATE throttle SET failures = 100, next_try_at = now() WHERE key = $1",
    [user.id],
  );
  const refused = await new ApiClient(app.url).post("/api/auth/login", person);
  expect([refused.status, refused.json.code]).toEqual([429, "rate_limited"]);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  const { client, token } = await askReset(app, person.email);
  const body = { token, password: newPassword };
  expect((await client.post("/api/auth/password/reset", body)).status).toBe(200);
  expect(await tryToSignIn(app, person.email, newPassword)).toBe(200);
});

test("B03 step-up and the change of a password share the budget of the sign-in", async ({
  app,
}) => {
  const { person, client } = await makePerson(app);
  const native = new ApiClient(app.url, undefined, "native");
  const body = { email: person.email, password };
  const { tokens } = (await native.post("/api/auth/login", body)).json;
  native.accessToken = tokens.accessToken;
  const elsewhere = () => ({ headers: { "x-forwarded-for": newAddress() } });
  const confirm = { method: "password", password: wrong };
  const change = { newPassword, currentPassword: wrong };
  for (let i = 0; i < 3; i++) {
    const answer = await native.post("/api/auth/step-up", confirm, elsewhere());
    expect(answer.status).toBe(401);
  }
  for (let i = 0; i < 2; i++) {
    const answer = await native.post("/api/account/password", change, elsewhere());
    expect(answer.status).toBe(401);
  }
  expect(await tryToSignIn(app, person.email)).toBe(429);
  // The owner's own browser has a budget of its own.
  const own = { method: "password", password };
  expect((await client.post("/api/auth/step-up", own)).status).toBe(200);
});
