// Changing the password of an account: what it takes, and what it ends.
import {
  makeOld,
  makePasswordless,
  makeStale,
  newPassword,
  signInNatively,
  subjects,
  tryToSignIn,
} from "./account-api";
import { expect, makePerson, password, signIn, test } from "./fixtures";
import { age, isShutOut, minutes, refresh, rowOf } from "./sessions";

const route = "/api/account/password";

test("A08 the password of a session that nobody has confirmed lately is not changed", async ({
  app,
}) => {
  const { client, person } = await makeStale(app);
  const refused = await client.post(route, { newPassword });
  expect([refused.status, refused.json.code]).toEqual([403, "step_up_required"]);
  expect(refused.json.methods).toEqual(["password"]);
  expect(refused.headers.getSetCookie()).toEqual([]);
  const wrong = { newPassword, currentPassword: "not the right password" };
  const guessed = await client.post(route, wrong);
  expect([guessed.status, guessed.json.code]).toEqual([401, "invalid_credentials"]);
  expect(await tryToSignIn(app, person.email, newPassword)).toBe(401);
  expect(await tryToSignIn(app, person.email)).toBe(200);
  expect((await client.get("/api/account/sessions")).status).toBe(200);
});

test("A08 G07 M07 the right one changes it, ends the others, counts them and is mailed", async ({
  app,
}) => {
  const { client, person, session } = await makeStale(app);
  const others = [await signIn(app, person), await signIn(app, person)];
  const before = client.copy();
  const body = { newPassword, currentPassword: password };
  const answer = await client.post(route, body);
  expect([answer.status, answer.json]).toEqual([
    200,
    { status: "password_changed", ended: 2 },
  ]);
  for (const other of others) expect(await isShutOut(other, [app.url])).toBe(true);
  expect(client.cookies.get("latchkey-refresh")).not.toBe(
    before.cookies.get("latchkey-refresh"),
  );
  expect((await before.get("/api/account/sessions")).status).toBe(401);
  expect((await client.get("/api/auth/session")).json.session.id).toBe(session.id);
  const mail = await app.mailbox.waitFor(person.email, subjects.passwordChanged);
  expect(mail.text).toMatch(/\/not-me#token=/);
  expect(mail.raw).not.toContain(newPassword);
  expect(await tryToSignIn(app, person.email)).toBe(401);
  expect(await tryToSignIn(app, person.email, newPassword)).toBe(200);
});

test("G07 who kept a copy of the cookies from before the change ends the session by using them", async ({
  app,
}) => {
  const { client, session } = await makePerson(app);
  const thief = client.copy();
  expect((await client.post(route, { newPassword })).status).toBe(200);
  expect((await client.get("/api/account/sessions")).status).toBe(200);
  await age(app, session.id, minutes(2));
  expect((await refresh(thief)).status).toBe(401);
  expect((await rowOf(app, session.id)).endReason).toBe("reuse");
});

test("A08 a sign-in of a moment ago is confirmation enough, and the browser stays known", async ({
  app,
}) => {
  const { client, person } = await makePerson(app);
  const answer = await client.post(route, { newPassword });
  expect([answer.status, answer.json.ended]).toEqual([200, 0]);
  await client.post("/api/auth/logout");
  expect(await tryToSignIn(app, person.email, newPassword, client)).toBe(200);
  expect(app.mailbox.about(person.email, subjects.newDevice)).toEqual([]);
});

test("A04 a new password that holds the person's own address is refused, and the old one stays", async ({
  app,
}) => {
  const { client, person } = await makePerson(app);
  for (const weak of [
    "too short",
    person.email,
    "correct horse battery staple".repeat(10),
  ]) {
    const { status, json } = await client.post(route, { newPassword: weak });
    expect([status, json.errors[0].path]).toEqual([400, "newPassword"]);
  }
  expect(await tryToSignIn(app, person.email)).toBe(200);
});

test("A08 a native client gets its new tokens in the body and no cookie", async ({
  app,
  person,
}) => {
  const { client, tokens, session } = await signInNatively(app, person);
  await makeOld(app, session.id);
  const refused = await client.post(route, { newPassword });
  expect([refused.status, refused.json.methods]).toEqual([403, ["password"]]);
  const body = { newPassword, currentPassword: password };
  const { status, json, headers } = await client.post(route, body);
  expect(status).toBe(200);
  expect(headers.getSetCookie()).toEqual([]);
  expect(Object.keys(json.tokens).sort()).toEqual([
    "accessToken",
    "expiresIn",
    "refreshToken",
  ]);
  expect((await client.get("/api/account/sessions")).status).toBe(401);
  client.accessToken = json.tokens.accessToken;
  expect((await client.get("/api/account/sessions")).status).toBe(200);
  await age(app, session.id, minutes(2));
  const old = await client.post("/api/auth/refresh", {
    refreshToken: tokens.refreshToken,
  });
  expect(old.status).toBe(401);
  expect((await rowOf(app, session.id)).endReason).toBe("reuse");
});

test("A08 an account without a password sets one, and the only way in is not removed", async ({
  app,
}) => {
  const { client, person } = await makePasswordless(app);
  expect((await client.get("/api/account")).json.hasPassword).toBe(false);
  const guessed = { newPassword, currentPassword: newPassword };
  const refused = await client.post(route, guessed);
  expect([refused.status, refused.json.methods]).toEqual([403, ["email_code"]]);
  expect((await client.post(route, { newPassword: password })).status).toBe(200);
  expect((await client.get("/api/account")).json.hasPassword).toBe(true);
  // The mailbox that was proved is no confirmation of an account with a password.
  expect((await client.delete(route)).status).toBe(403);
  await client.post("/api/auth/step-up", { method: "password", password });
  const removed = await client.delete(route);
  expect([removed.status, removed.json.code]).toEqual([409, "conflict"]);
  expect(await tryToSignIn(app, person.email)).toBe(200);
});

test("G08 of two changes at once from two browsers one wins, and the other signs nobody in", async ({
  app,
}) => {
  const { client, person } = await makePerson(app);
  const other = await signIn(app, person);
  const [one, two] = await Promise.all([
    client.post(route, { newPassword: `${newPassword} one` }),
    other.post(route, { newPassword: `${newPassword} two` }),
  ]);
  const won = [one, two].filter(({ status }) => status === 200);
  expect(won).toHaveLength(1);
  const alive = await Promise.all(
    [client, other].map((each) => each.get("/api/account/sessions")),
  );
  expect(alive.map(({ status }) => status).sort()).toEqual([200, 401]);
  const ways = await Promise.all(
    ["", " one", " two"].map((end) =>
      tryToSignIn(app, person.email, end ? newPassword + end : password),
    ),
  );
  expect(ways.filter((status) => status === 200)).toHaveLength(1);
});
