// Moving an account to another address: confirmed at the new one, told to the old
// one, and taken back from there.
import {
  askNewEmail,
  askReset,
  makeOld,
  makeStale,
  newPassword,
  signInNatively,
  subjects,
  tryToSignIn,
} from "./account-api";
import { ApiClient } from "./api-client";
import { expect, makePerson, newEmail, password, signIn, test } from "./fixtures";
import { tokenIn } from "./mailbox";
import type { Installation } from "./server";
import { isShutOut } from "./sessions";

const route = "/api/account/email";

async function addressOf(app: Installation, userId: string): Promise<string> {
  const [user] = await app.sql(`SELECT email FROM "user" WHERE id = $1`, [userId]);
  return user?.email;
}

test("C12 nothing moves before the new mailbox has answered, and the old one hears at once", async ({
  app,
}) => {
  const made = await makePerson(app);
  const { client, person, user } = made;
  const { email } = await askNewEmail(app, made);
  expect(await addressOf(app, user.id)).toBe(person.email);
  expect((await client.get("/api/account")).json).toMatchObject({
    email: person.email,
    pendingEmail: email,
  });
  expect(await tryToSignIn(app, email)).toBe(401);
  expect(await tryToSignIn(app, person.email)).toBe(200);
  const notice = await app.mailbox.waitFor(person.email, subjects.emailChangeAsked);
  expect(notice.text).toMatch(/\/email\/cancel#token=/);
  expect(notice.to).toEqual([person.email]);
});

test("C12 G07 M07 the code moves it in the session that asked, ends the others, and both hear", async ({
  app,
}) => {
  const made = await makePerson(app);
  const { client, person, user, session } = made;
  const other = await signIn(app, person);
  const before = client.copy();
  const { email, code } = await askNewEmail(app, made);
  const answer = await client.post(`${route}/confirm`, { code });
  expect([answer.status, answer.json]).toEqual([
    200,
    { status: "email_changed", email, ended: 1 },
  ]);
  expect(await addressOf(app, user.id)).toBe(email);
  expect(await isShutOut(other, [app.url])).toBe(true);
  expect((await before.get("/api/account")).status).toBe(401);
  expect((await client.get("/api/auth/session")).json.session.id).toBe(session.id);
  const told = await app.mailbox.waitFor(person.email, subjects.emailChanged);
  expect(told.text).toMatch(/\/not-me#token=/);
  await app.mailbox.waitFor(email, subjects.emailConfirmed);
  expect(await tryToSignIn(app, email)).toBe(200);
});

test("C12 the link moves it from any machine without signing in there, once though ten press it at once", async ({
  app,
}) => {
  const made = await makePerson(app);
  const { client, user } = made;
  const { email, token } = await askNewEmail(app, made);
  const answers = await Promise.all(
    Array.from({ length: 10 }, () =>
      new ApiClient(app.url).post(`${route}/confirm`, { token }),
    ),
  );
  const won = answers.filter(({ status }) => status === 200);
  expect(won).toHaveLength(1);
  for (const { headers, status } of answers) {
    expect([200, 401]).toContain(status);
    expect(headers.getSetCookie()).toEqual([]);
  }
  expect(await addressOf(app, user.id)).toBe(email);
  // Nobody is kept, not even who asked: the link may have been pressed anywhere.
  expect(await isShutOut(client, [app.url])).toBe(true);
});

test("C12 who is signed in takes a waiting change back, and its link and code are dead", async ({
  app,
}) => {
  const made = await makePerson(app);
  const { client, person, user } = made;
  const { token, code } = await askNewEmail(app, made);
  const stranger = await makePerson(app);
  expect((await stranger.client.post(`${route}/cancel`)).status).toBe(404);
  expect((await stranger.client.post(`${route}/confirm`, { code })).status).toBe(401);
  expect((await new ApiClient(app.url).post(`${route}/cancel`)).status).toBe(401);
  expect((await client.post(`${route}/cancel`)).json).toEqual({ status: "cancelled" });
  expect((await client.post(`${route}/cancel`)).status).toBe(404);
  for (const body of [{ token }, { code }]) {
    const { status, json } = await client.post(`${route}/confirm`, body);
    expect([status, json.code]).toEqual([401, "invalid_code"]);
  }
  expect(await addressOf(app, user.id)).toBe(person.email);
});

test("C12 the old mailbox stops a change that waits, and signs nobody out", async ({
  app,
}) => {
  const made = await makePerson(app);
  const { client, person, user } = made;
  const { token, cancelToken } = await askNewEmail(app, made);
  const body = { token: cancelToken };
  const answer = await new ApiClient(app.url).post(`${route}/cancel`, body);
  expect(answer.json).toEqual({ status: "cancelled", email: person.email });
  expect((await client.post(`${route}/confirm`, { token })).status).toBe(401);
  expect(await addressOf(app, user.id)).toBe(person.email);
  expect((await client.get("/api/account")).json.pendingEmail).toBeNull();
});

test("C12 for seventy-two hours the old mailbox takes back a change that has happened, and then no longer", async ({
  app,
}) => {
  for (const isLate of [false, true]) {
    const made = await makePerson(app);
    const { client, person, user } = made;
    const { email, code, cancelToken } = await askNewEmail(app, made);
    await client.post(`${route}/confirm`, { code });
    const hours = isLate ? 73 : 71;
    await app.sql(
      `UPDATE challenge SET expires_at = expires_at - $2 * interval '1 hour' WHERE user_id = $1`,
      [user.id, hours],
    );
    const body = { token: cancelToken };
    const answer = await new ApiClient(app.url).post(`${route}/cancel`, body);
    if (isLate) {
      expect([answer.status, answer.json.reason]).toEqual([401, "expired"]);
      expect(await addressOf(app, user.id)).toBe(email);
      continue;
    }
    expect(answer.json).toEqual({ status: "restored", email: person.email });
    expect(await addressOf(app, user.id)).toBe(person.email);
    expect(await isShutOut(client, [app.url])).toBe(true);
    await app.mailbox.waitFor(person.email, subjects.emailRestored);
    expect((await new ApiClient(app.url).post(`${route}/cancel`, body)).status).toBe(401);
  }
});

test("C13 a link made for one address confirms no other that was asked for since", async ({
  app,
}) => {
  const made = await makePerson(app);
  const { client, user } = made;
  const first = await askNewEmail(app, made);
  const email = newEmail();
  await client.post(route, { email });
  const old = { token: first.token };
  const refused = await new ApiClient(app.url).post(`${route}/confirm`, old);
  expect([refused.status, refused.json.reason]).toEqual([401, "replaced"]);
  const byOldCode = await client.post(`${route}/confirm`, { code: first.code });
  expect(byOldCode.status).toBe(401);
  const token = tokenIn(await app.mailbox.waitFor(email, subjects.confirmNewEmail));
  // Meanwhile the address has become another one by other means.
  const third = newEmail();
  await app.sql(`UPDATE "user" SET email = $2 WHERE id = $1`, [user.id, third]);
  const late = await new ApiClient(app.url).post(`${route}/confirm`, { token });
  expect([late.status, late.json.code]).toEqual([409, "conflict"]);
  expect(await addressOf(app, user.id)).toBe(third);
});

test("C12 a password reset kills the change that an intruder left waiting", async ({
  app,
}) => {
  const made = await makePerson(app);
  const { person, user } = made;
  const { token } = await askNewEmail(app, made);
  const reset = await askReset(app, person.email);
  const body = { token: reset.token, password: newPassword };
  const done = await reset.client.post("/api/auth/password/reset", body);
  expect(done.status).toBe(200);
  const late = await new ApiClient(app.url).post(`${route}/confirm`, { token });
  expect([late.status, late.json.reason]).toEqual([401, "replaced"]);
  expect(await addressOf(app, user.id)).toBe(person.email);
});

test("C13 an address that somebody took meanwhile stays theirs", async ({ app }) => {
  const made = await makePerson(app);
  const { email, token } = await askNewEmail(app, made);
  const owner = await makePerson(app, { email });
  const answer = await new ApiClient(app.url).post(`${route}/confirm`, { token });
  expect([answer.status, answer.json.code]).toEqual([409, "conflict"]);
  expect(await addressOf(app, made.user.id)).toBe(made.person.email);
  expect(await addressOf(app, owner.user.id)).toBe(email);
});

test("C12 a native client confirms by code and gets its new tokens in the body", async ({
  app,
}) => {
  const made = await makeStale(app);
  const { client, session } = await signInNatively(app, { ...made.person, password });
  const { email, code } = await askNewEmail(app, { ...made, client });
  await makeOld(app, session.id);
  const answer = await client.post(`${route}/confirm`, { code });
  expect([answer.status, answer.headers.getSetCookie()]).toEqual([200, []]);
  expect(answer.json).toMatchObject({ status: "email_changed", email, ended: 1 });
  expect((await client.get("/api/account")).status).toBe(401);
  client.accessToken = answer.json.tokens.accessToken;
  expect((await client.get("/api/account")).json.email).toBe(email);
});
