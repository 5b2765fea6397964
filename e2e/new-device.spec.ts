// The mail about a sign-in from a browser that was not known, and the press that
// undoes it. Clients speak JSON here; the page behind the link has its own stories.
import {
  askNewEmail,
  askReset,
  makeOld,
  newPassword,
  signInNatively,
  subjects,
  tryToSignIn,
} from "./account-api";
import { ApiClient } from "./api-client";
import { expect, makePerson, password, signIn, test } from "./fixtures";
import { tokenIn } from "./mailbox";
import type { Installation } from "./server";
import { age, isShutOut, minutes } from "./sessions";

const notMe = "/api/auth/not-me";

/** News of sign-ins that this account's mail has carried or waits to carry. */
async function newsOf(app: Installation, userId: string): Promise<number> {
  const jobs = await app.sql(
    `SELECT 1 FROM pgboss.job j JOIN challenge c ON c.id = j.data->>'challengeId'
     WHERE j.name = 'mail' AND j.data->>'template' = 'new_device' AND c.user_id = $1`,
    [userId],
  );
  return jobs.length;
}

test("M07 F8 B11 a sign-in from an unknown browser is mailed with device and time, one from a known is not", async ({
  app,
}) => {
  const { person, client, user } = await makePerson(app);
  expect(await newsOf(app, user.id), "a new account's first sign-in").toBe(0);
  await client.post("/api/auth/logout");
  await tryToSignIn(app, person.email, password, client);
  expect(await newsOf(app, user.id), "the browser of the sign-up").toBe(0);

  const stranger = await signIn(app, person);
  const mail = await app.mailbox.waitFor(person.email, subjects.newDevice);
  expect(mail.text).toContain("Chrome 140");
  expect(mail.text).toContain("Linux");
  expect(mail.text).toContain(stranger.address);
  const year = new Date().getUTCFullYear();
  expect(mail.text).toMatch(new RegExp(`Time: .*${year}.*UTC`));
  // One link, and none that acts by being opened.
  expect(mail.text.match(/https?:\/\/\S+/g)).toEqual([
    expect.stringContaining(`${app.url}/not-me#token=`),
  ]);

  await stranger.post("/api/auth/logout");
  await tryToSignIn(app, person.email, password, stranger);
  expect(await newsOf(app, user.id), "known by now").toBe(1);
});

test("M07 a sign-in of a native client is news each time: it bears no device cookie", async ({
  app,
}) => {
  const { person, user } = await makePerson(app);
  await signInNatively(app, person);
  await signInNatively(app, person);
  expect(await newsOf(app, user.id)).toBe(2);
});

test("M07 a wrong password from an unknown browser is no news", async ({ app }) => {
  const { person, user } = await makePerson(app);
  expect(await tryToSignIn(app, person.email, "not the right password")).toBe(401);
  expect(await newsOf(app, user.id)).toBe(0);
});

test("M07 a browser that a reset made everybody forget is news again", async ({
  app,
}) => {
  const { person, client, user } = await makePerson(app);
  const { client: asking, token } = await askReset(app, person.email);
  await asking.post("/api/auth/password/reset", { token, password: newPassword });
  expect(await tryToSignIn(app, person.email, newPassword, client)).toBe(200);
  expect(await newsOf(app, user.id)).toBe(1);
});

/** The owner at home, an intruder, and whoever came in after the intruder. */
async function breakIn(app: Installation) {
  const home = await makePerson(app);
  await makeOld(app, home.session.id);
  const intruder = await signIn(app, home.person);
  const mail = await app.mailbox.waitFor(home.person.email, subjects.newDevice);
  const accomplice = await signIn(app, home.person);
  return { ...home, intruder, accomplice, token: tokenIn(mail) };
}

test("F8 one press without signing in ends that session and every younger one, and no older", async ({
  app,
}) => {
  const { client, intruder, accomplice, person, token } = await breakIn(app);
  const press = new ApiClient(app.url);
  const answer = await press.post(notMe, { token });
  expect([answer.status, answer.json]).toEqual([
    200,
    { status: "secured", ended: 2, restoredEmail: null },
  ]);
  expect(answer.headers.getSetCookie()).toEqual([]);
  expect((await press.get("/api/auth/session")).json).toBeNull();
  for (const out of [intruder, accomplice])
    expect(await isShutOut(out, [app.url])).toBe(true);
  expect((await client.get("/api/account")).status).toBe(200);
  const mail = await app.mailbox.waitFor(person.email, subjects.secured);
  expect(mail.text).toContain(`${app.url}/forgot-password`);
});

test("F8 the password opens nothing any more until a reset, which does not take the same one", async ({
  app,
}) => {
  const { client, person, token, intruder } = await breakIn(app);
  await new ApiClient(app.url).post(notMe, { token });
  for (const from of [undefined, intruder]) {
    expect(await tryToSignIn(app, person.email, password, from)).toBe(401);
  }
  // Nor does it confirm or change anything in the session at home.
  const stepUp = { method: "password", password };
  const confirmed = await client.post("/api/auth/step-up", stepUp);
  expect([confirmed.status, confirmed.json.methods]).toEqual([403, ["email_code"]]);
  const change = { newPassword, currentPassword: password };
  expect((await client.post("/api/account/password", change)).status).toBe(403);

  const reset = await askReset(app, person.email);
  const body = { token: reset.token, password };
  const same = await reset.client.post("/api/auth/password/reset", body);
  expect([same.status, same.json.errors[0].path]).toEqual([400, "password"]);
  const other = { ...body, password: newPassword };
  expect((await reset.client.post("/api/auth/password/reset", other)).status).toBe(200);
  expect(await tryToSignIn(app, person.email, newPassword)).toBe(200);
});

test("F8 the link works once, for seventy-two hours, and only as a post", async ({
  app,
}) => {
  const { token, intruder, user } = await breakIn(app);
  for (const path of [notMe, `${notMe}?token=${token}`, `/not-me?token=${token}`]) {
    await new ApiClient(app.url).get(path);
  }
  expect((await intruder.get("/api/account")).status).toBe(200);
  await app.sql(
    `UPDATE challenge SET expires_at = expires_at - interval '71 hours' WHERE user_id = $1`,
    [user.id],
  );
  const presses = await Promise.all(
    Array.from({ length: 10 }, () => new ApiClient(app.url).post(notMe, { token })),
  );
  expect(presses.filter(({ status }) => status === 200)).toHaveLength(1);
  const late = presses.filter(({ status }) => status !== 200);
  for (const { status, json } of late)
    expect([status, json.code]).toEqual([401, "invalid_code"]);

  const second = await breakIn(app);
  await app.sql(
    `UPDATE challenge SET expires_at = expires_at - interval '73 hours' WHERE user_id = $1`,
    [second.user.id],
  );
  const expired = await new ApiClient(app.url).post(notMe, { token: second.token });
  expect([expired.status, expired.json.reason]).toEqual([401, "expired"]);
  expect((await second.intruder.get("/api/account")).status).toBe(200);
});

test("F8 an address that the intruder moved the account to is taken back from him", async ({
  app,
}) => {
  const made = await breakIn(app);
  const { intruder, person, user, token } = made;
  const moved = await askNewEmail(app, { ...made, client: intruder });
  const confirmed = { code: moved.code };
  await intruder.post("/api/account/email/confirm", confirmed);
  await app.mailbox.waitFor(moved.email, subjects.emailConfirmed);
  const { json } = await new ApiClient(app.url).post(notMe, { token });
  expect(json).toMatchObject({ status: "secured", restoredEmail: person.email });
  const [row] = await app.sql(`SELECT email FROM "user" WHERE id = $1`, [user.id]);
  expect(row?.email).toBe(person.email);
  expect(await isShutOut(intruder, [app.url])).toBe(true);
  // What the new address got gives whoever reads it no power over the account.
  for (const mail of app.mailbox.to(moved.email))
    expect(mail.text).not.toContain("/not-me");
});

test("F8 the mail about a stolen refresh token carries the same way out", async ({
  app,
}) => {
  const { client, person, session } = await makePerson(app);
  const thief = client.copy();
  await age(app, session.id, minutes(2));
  await client.post("/api/auth/refresh");
  await client.get("/api/account");
  await age(app, session.id, minutes(2));
  expect((await thief.post("/api/auth/refresh")).status).toBe(401);
  const mail = await app.mailbox.waitFor(
    person.email,
    "We signed out one of your devices",
  );
  const press = await new ApiClient(app.url).post(notMe, { token: tokenIn(mail) });
  expect(press.json.status).toBe("secured");
  expect(await tryToSignIn(app, person.email, password, client)).toBe(401);
});
