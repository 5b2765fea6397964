// A forgotten password over HTTP: asked for by anybody, proved by the mailbox,
// and nobody is signed in by it.
import { askNewEmail, askReset, newPassword, subjects, tryToSignIn } from "./account-api";
import { ApiClient } from "./api-client";
import { expect, makePerson, newEmail, password, signIn, test } from "./fixtures";
import { linkIn } from "./mailbox";
import { addSecondFactor } from "./passwordless-api";
import { rawRequest } from "./raw-request";
import type { Installation } from "./server";
import { age, eventsOf, isShutOut, minutes, refresh, secondNode } from "./sessions";

const route = "/api/auth/password/reset";

test("C11 M07 a reset ends every session on every node, signs nobody in and is mailed", async ({
  app,
}) => {
  const { person, client, session } = await makePerson(app);
  const other = await signIn(app, person);
  const bases = [app.url, (await secondNode(app)).url];
  const { client: asking, token } = await askReset(app, person.email);
  const answer = await asking.post(route, { token, password: newPassword });
  expect([answer.status, answer.json]).toEqual([200, { status: "password_changed" }]);
  expect(answer.headers.getSetCookie()).toEqual([]);
  expect((await asking.get("/api/auth/session")).json).toBeNull();
  for (const each of [client, other]) expect(await isShutOut(each, bases)).toBe(true);
  expect(await eventsOf(app, session.id, "session_ended")).toHaveLength(1);
  await app.mailbox.waitFor(person.email, subjects.passwordChanged);
  expect(await tryToSignIn(app, person.email)).toBe(401);
  expect(await tryToSignIn(app, person.email, newPassword)).toBe(200);
});

test("C11 a thief's kept cookies open nothing after a reset, not even minutes later", async ({
  app,
}) => {
  const { person, client, session } = await makePerson(app);
  const thief = client.copy();
  const { client: asking, token } = await askReset(app, person.email);
  await asking.post(route, { token, password: newPassword });
  // In the owner's own browser, beside the session that begins after.
  expect(await tryToSignIn(app, person.email, newPassword, client)).toBe(200);
  await age(app, session.id, minutes(2));
  expect(await isShutOut(thief, [app.url])).toBe(true);
  expect((await refresh(thief)).json.reason).toBe("security");
  expect((await client.get("/api/account/sessions")).json.items).toHaveLength(1);
});

test("C11 an account with a second factor is asked for it after the reset", async ({
  app,
}) => {
  const { person } = await makePerson(app);
  await addSecondFactor(app, person);
  const { client, token } = await askReset(app, person.email);
  expect((await client.post(route, { token, password: newPassword })).status).toBe(200);
  const body = { email: person.email, password: newPassword };
  const answer = await client.post("/api/auth/login", body);
  expect(answer.json.status).toBe("second_factor_required");
  expect(client.cookies.has("latchkey-access")).toBe(false);
});

test("C02 of thirty uses of one link at once one sets the password, and the code is dead with it", async ({
  app,
}) => {
  const { person } = await makePerson(app);
  const { client, token, code } = await askReset(app, person.email);
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, n) =>
      new ApiClient(app.url).post(route, { token, password: `${newPassword} ${n}` }),
    ),
  );
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  for (const status of statuses) expect([200, 401, 503]).toContain(status);
  const again = { email: person.email, code, password: newPassword };
  expect((await client.post(route, again)).status).toBe(401);
  const at = statuses.indexOf(200);
  expect(await tryToSignIn(app, person.email, `${newPassword} ${at}`)).toBe(200);
});

test("C03 link and code live half an hour, and an expired one says so", async ({
  app,
}) => {
  const { person } = await makePerson(app);
  const { client, token, code } = await askReset(app, person.email);
  const expire = (minutes: number) =>
    app.sql(
      `UPDATE challenge SET expires_at = expires_at - $2 * interval '1 minute'
       WHERE email = $1 AND purpose = 'reset'`,
      [person.email, minutes],
    );
  await expire(29);
  const weak = await client.post(route, { token, password: "short" });
  expect([weak.status, weak.json.errors[0].path]).toEqual([400, "password"]);
  await expire(2);
  const late = await client.post(route, { token, password: newPassword });
  expect([late.status, late.json.code, late.json.reason]).toEqual([
    401,
    "invalid_code",
    "expired",
  ]);
  const byCode = { email: person.email, code, password: newPassword };
  expect((await client.post(route, byCode)).status).toBe(401);
  expect(await tryToSignIn(app, person.email)).toBe(200);
});

test("C05 the code counts in the browser that asked, and five wrong ones kill it but not the link", async ({
  app,
}) => {
  const { person } = await makePerson(app);
  const { client, token, code } = await askReset(app, person.email);
  const body = { email: person.email, code, password: newPassword };
  expect((await new ApiClient(app.url).post(route, body)).status).toBe(401);
  const elsewhere = await askReset(app, newlyKnown(await makePerson(app)));
  expect((await elsewhere.client.post(route, body)).status).toBe(401);
  const wrong = { ...body, code: code === "000000" ? "000001" : "000000" };
  for (let i = 0; i < 5; i++) {
    const { status, json } = await client.post(route, wrong);
    expect([status, json.code]).toEqual([401, "invalid_code"]);
  }
  expect((await client.post(route, body)).status).toBe(401);
  expect((await client.post(route, { token, password: newPassword })).status).toBe(200);
});

const newlyKnown = ({ person }: Awaited<ReturnType<typeof makePerson>>) => person.email;

test("C05 the code sets the password in the browser that asked", async ({ app }) => {
  const { person } = await makePerson(app);
  const { client, code } = await askReset(app, person.email);
  const body = { email: person.email, code: ` ${code} `, password: newPassword };
  expect((await client.post(route, body)).status).toBe(200);
  expect(await tryToSignIn(app, person.email, newPassword)).toBe(200);
});

test("C09 whatever host the request names, the link in the mail leads to us", async ({
  app,
}) => {
  const hostile: Record<string, string>[] = [
    { host: "evil.example" },
    { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" },
    { forwarded: "host=evil.example;proto=https" },
  ];
  for (const headers of hostile) {
    const { person } = await makePerson(app);
    const answer = await rawRequest(app.url, "/api/auth/password/forgot", {
      method: "POST",
      headers: {
        origin: app.url,
        "content-type": "application/json",
        "x-forwarded-for": new ApiClient(app.url).address,
        ...headers,
      },
      body: JSON.stringify({ email: person.email }),
    });
    expect(answer.status).toBe(202);
    const mail = await app.mailbox.waitFor(person.email, subjects.reset);
    expect(linkIn(mail)).toMatch(`${app.url}/reset-password#token=`);
    expect(mail.raw).not.toContain("evil");
  }
});

test("C14 a reset throws out whoever had the account, with all that he left behind", async ({
  app,
}) => {
  const intruder = await makePerson(app);
  const { person } = intruder;
  const { cancelToken, code } = await askNewEmail(app, intruder);
  const { client, token } = await askReset(app, person.email);
  await client.post(route, { token, password: newPassword });
  expect(await isShutOut(intruder.client, [app.url])).toBe(true);
  const body = { code };
  const late = await intruder.client.post("/api/account/email/confirm", body);
  expect(late.status).toBe(401);
  expect(await tryToSignIn(app, person.email, password, intruder.client)).toBe(401);
  const cancelled = await new ApiClient(app.url).post("/api/account/email/cancel", {
    token: cancelToken,
  });
  expect(cancelled.status).toBe(401);
});

test("B12 the fourth mail of an hour does not leave, and its asker is not told", async ({
  app,
}) => {
  const { person } = await makePerson(app);
  const answers = [];
  for (let i = 0; i < 5; i++) {
    const { status, json, headers } = await new ApiClient(app.url).post(
      "/api/auth/password/forgot",
      { email: person.email },
    );
    answers.push([status, json, headers.get("ratelimit-policy")]);
  }
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  expect(await sentAfterwards(app, person.email)).toBe(2);
  // What tells the owner is no mail that strangers can cause: it always leaves.
  expect(await tryToSignIn(app, person.email)).toBe(200);
  await app.mailbox.waitFor(person.email, subjects.newDevice);
});

/** The registration's own mail was the first of the three. */
async function sentAfterwards(app: Installation, email: string): Promise<number> {
  const jobs = await app.sql(
    `SELECT 1 FROM pgboss.job j JOIN challenge c ON c.id = j.data->>'challengeId'
     WHERE j.name = 'mail' AND j.data->>'template' = 'reset' AND c.email = $1`,
    [email],
  );
  await app.mailbox.waitFor(email, subjects.reset, { count: jobs.length });
  return app.mailbox.about(email, subjects.reset).length;
}

test("B12 one machine asks for twenty mails an hour, and then has to wait", async ({
  app,
  api,
}) => {
  for (let i = 0; i < 20; i++) {
    const body = { email: newEmail() };
    expect((await api.post("/api/auth/password/forgot", body)).status).toBe(202);
  }
  const email = newEmail();
  const { status, json, headers } = await api.post("/api/auth/password/forgot", {
    email,
  });
  expect([status, json.code]).toEqual([429, "rate_limited"]);
  expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
  expect(Number(headers.get("retry-after"))).toBeLessThanOrEqual(3600);
  expect(await app.sql("SELECT 1 FROM challenge WHERE email = $1", [email])).toEqual([]);
  const { client } = await makePerson(app);
  const asMember = { headers: { "x-forwarded-for": api.address } };
  const change = await client.post("/api/account/email", { email }, asMember);
  expect(change.status).toBe(429);
});
