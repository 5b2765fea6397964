// Nobody learns who has an account, and nobody gets around the limits.

import { postAction } from "./actions";
import { ApiClient, newAddress } from "./api-client";
import { type Action, readBuild } from "./build";
import { expect, makePerson, newEmail, password, test } from "./fixtures";
import { rawRequest, shape } from "./raw-request";
import { makeGuarded } from "./second-factors";
import { Installation } from "./server";

const { actions } = readBuild();
const loginAction = actions.find(({ name }) => name === "loginAction") as Action;
const wrong = "a wrong but long password";

function login(base: string, email: string, headers: Record<string, string> = {}) {
  return rawRequest(base, "/api/auth/login", {
    method: "POST",
    headers: { origin: base, "content-type": "application/json", ...headers },
    body: JSON.stringify({ email, password: wrong }),
  });
}

test("B09 a wrong password answers alike for known, unknown, banned, guarded and passwordless accounts", async ({
  app,
}) => {
  const [known, banned, passwordless] = await Promise.all(
    [1, 2, 3].map(() => makePerson(app)),
  );
  await app.sql(`UPDATE "user" SET banned_at = now() WHERE id = $1`, [banned?.user.id]);
  await app.sql(`UPDATE "user" SET password_hash = NULL WHERE id = $1`, [
    passwordless?.user.id,
  ]);
  const made = [known, banned, passwordless, await makeGuarded(app)];
  const emails = made.map((one) => one?.person.email ?? "");
  const answers = [];
  for (const email of [newEmail(), ...emails]) {
    answers.push(shape(await login(app.url, email, { "x-forwarded-for": newAddress() })));
  }
  // The banned one with the right password, too.
  const right = await rawRequest(app.url, "/api/auth/login", {
    method: "POST",
    headers: {
      origin: app.url,
      "content-type": "application/json",
      "x-forwarded-for": newAddress(),
    },
    body: JSON.stringify({ email: banned?.person.email, password }),
  });
  expect(answers[0]?.status).toBe(401);
  for (const answer of [...answers, shape(right)]) expect(answer).toEqual(answers[0]);
});

test("B09 signing up answers alike for known, unknown and banned addresses", async ({
  app,
}) => {
  const [known, banned] = await Promise.all([1, 2].map(() => makePerson(app)));
  await app.sql(`UPDATE "user" SET banned_at = now() WHERE id = $1`, [banned?.user.id]);
  const emails = [newEmail(), known?.person.email, banned?.person.email];
  const answers = [];
  for (const email of emails) {
    const answer = await rawRequest(app.url, "/api/auth/register", {
      method: "POST",
      headers: {
        origin: app.url,
        "content-type": "application/json",
        "x-forwarded-for": newAddress(),
      },
      body: JSON.stringify({ email, password, name: "Enid Enum" }),
    });
    expect(answer.status).toBe(202);
    answers.push(shape(answer));
  }
  for (const answer of answers) expect(answer).toEqual(answers[0]);
});

test("B07 the sixth failure is told when to try again, in headers and in words", async ({
  app,
  api,
}) => {
  const email = newEmail();
  for (let left = 4; left >= 0; left--) {
    const { status, headers } = await api.post("/api/auth/login", {
      email,
      password: wrong,
    });
    expect([status, headers.get("ratelimit")?.split(";")[1]]).toEqual([401, `r=${left}`]);
  }
  const { status, headers, json } = await api.post("/api/auth/login", {
    email,
    password: wrong,
  });
  expect([status, json.code]).toEqual([429, "rate_limited"]);
  const wait = Number(headers.get("retry-after"));
  expect(wait).toBeGreaterThan(500);
  expect(wait).toBeLessThanOrEqual(600);
  expect(headers.get("ratelimit-policy")).toBe('"signIn";q=5;w=600');
  expect(headers.get("ratelimit")).toBe(`"signIn";r=0;t=${wait}`);
  expect(json.detail).toMatch(/^Too many attempts\. Try again in \d+ minutes\.$/);

  const fields = { email, password: wrong };
  const here = { headers: { "x-forwarded-for": api.address } };
  const form = await postAction(app.url, loginAction, fields, here);
  expect(form.text).toMatch(/Too many attempts\. Try again in \d+ minutes\./);
});

test("B04 forged addresses buy no attempt where no proxy is trusted", async () => {
  // Here everybody comes from this machine, and other tests' attempts would count.
  const app = await Installation.start("untrusting", { TRUSTED_PROXY_HOPS: "0" });
  const names = [
    "x-forwarded-for",
    "x-real-ip",
    "forwarded",
    "cf-connecting-ip",
    "true-client-ip",
    "x-client-ip",
    "x-client-peer",
    "x-cluster-client-ip",
    "fastly-client-ip",
  ];
  const statuses: number[] = [];
  for (let i = 0; i < 12; i++) {
    const forged = names.map((name) => [
      name,
      name === "forwarded" ? `for=${newAddress()}` : newAddress(),
    ]);
    const answer = await rawRequest(app.url, "/api/auth/login", {
      method: "POST",
      headers: {
        ...Object.fromEntries(forged),
        origin: app.url,
        "content-type": "application/json",
      },
      body: JSON.stringify({ email: newEmail(), password: wrong }),
    });
    statuses.push(answer.status);
  }
  await app.stop();
  expect(statuses).toEqual([...Array(5).fill(401), ...Array(7).fill(429)]);
});

test("B06 no spelling of its path leads to the sign-in past its limit", async ({
  app,
}) => {
  const address = newAddress();
  const here = { "x-forwarded-for": address };
  for (let i = 0; i < 5; i++) await login(app.url, newEmail(), here);
  const paths = [
    "/api/auth/login",
    "//api/auth/login",
    "/api//auth/login",
    "/api/auth/login/",
    "/api/auth/%6cogin",
    "/api/auth/./login",
    "/api/auth/x/%2e%2e/login",
    "/API/auth/login",
    "/api/auth/LOGIN",
    "/api/auth/login;x",
    "/api/auth/login.rsc",
    "/api/auth/login.json",
    "/api/auth/login?_rsc=1",
    "/api/auth/login?x=/api",
    "/api/auth/login%20",
    "/api/auth/login%2f",
    "/api/auth%2flogin",
    "/%61pi/auth/login",
    "/en/api/auth/login",
    "/_next/data/x/api/auth/login.json",
    `${app.url}/api/auth/login`,
    "/api/auth/login#x",
    "/api/auth/login%3f",
  ];
  const attempts = "SELECT count(*)::int AS n FROM audit_event WHERE type = 'sign_in'";
  const before = await app.sql(attempts);
  for (const path of paths) {
    const answer = await rawRequest(app.url, path, {
      method: "POST",
      headers: { ...here, origin: app.url, "content-type": "application/json" },
      body: JSON.stringify({ email: newEmail(), password: wrong }),
    });
    expect([308, 404, 415, 429], `${path} ${answer.status}`).toContain(answer.status);
    // A redirect leads to the one spelling that is limited.
    if (answer.status === 308) expect(answer.headers.location).toBe("/api/auth/login");
  }
  expect(await app.sql(attempts)).toEqual(before);
});

test("B07 of two hundred guesses at once five reach the password", async ({ app }) => {
  const { person, user } = await makePerson(app);
  const here = { "x-forwarded-for": newAddress() };
  const guesses = Array.from({ length: 200 }, () => login(app.url, person.email, here));
  const statuses = (await Promise.all(guesses)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 401)).toHaveLength(5);
  expect(statuses.filter((status) => status === 429)).toHaveLength(195);
  const reached = await app.sql(
    "SELECT 1 FROM audit_event WHERE user_id = $1 AND type = 'sign_in' AND result = 'failure'",
    [user.id],
  );
  expect(reached).toHaveLength(5);
});

test("A12 two hundred sign-ins at once are answered, or asked to come back", async ({
  app,
}) => {
  // Fifty people, so that no account's own count of tries answers first.
  const people = await Promise.all(Array.from({ length: 50 }, () => makePerson(app)));
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, at) =>
      new ApiClient(app.url).post("/api/auth/login", people[at % 50]?.person),
    ),
  );
  for (const { status, headers } of answers) {
    expect([200, 503]).toContain(status);
    if (status === 503) expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
  }
  expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(60);
});

test("A06 a password beyond the longest is refused as such and reaches no hash", async ({
  app,
  api,
}) => {
  const attempts =
    "SELECT count(*)::int AS n FROM audit_event WHERE type LIKE 'sign_in' OR type LIKE 'registration%'";
  const before = await app.sql(attempts);
  for (const length of [257, 60_000]) {
    const body = { email: newEmail(), password: "p".repeat(length) };
    for (const path of ["/api/auth/login", "/api/auth/register"]) {
      const { status, json } = await api.post(path, body);
      expect([status, json.code, json.errors[0].path]).toEqual([
        400,
        "invalid_request",
        "password",
      ]);
    }
  }
  expect(await app.sql(attempts)).toEqual(before);
});
