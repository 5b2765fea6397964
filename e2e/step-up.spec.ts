// Confirming once more that it is the owner, for clients that speak JSON: refused
// with how, confirmed, and the same request goes on.
import {
  makeOld,
  makePasswordless,
  makeStale,
  signInNatively,
  subjects,
  tryToSignIn,
} from "./account-api";
import { routes } from "./authorisation";
import { expect, makePerson, newEmail, password, signIn, test } from "./fixtures";
import { codeIn } from "./mailbox";
import { askFor, nameOf, sensitive } from "./sensitive";
import { accessClaims, age, minutes, refresh, rowOf } from "./sessions";
import { stateOf } from "./visitors";

const stepUp = "/api/auth/step-up";
const byPassword = { method: "password", password };

test("F05 F07 whatever could hurt is refused to a session that nobody has confirmed lately", async ({
  app,
}) => {
  const { client, person, user, session } = await makeStale(app);
  const traces = [person.email, person.name, user.id, session.id];
  const victim = { traces };
  const before = await stateOf(app, victim);
  for (const call of sensitive) {
    const what = nameOf(call);
    const route = call.path.replace(/passkeys\/A+$/, "passkeys/[id]");
    expect(Object.keys(routes), what).toContain(route);
    const { status, json, text, headers } = await askFor(client, call);
    expect([status, json.code, json.methods, json.for], what).toEqual([
      403,
      "step_up_required",
      ["password"],
      call.act,
    ]);
    expect(headers.get("content-type"), what).toBe("application/problem+json");
    for (const trace of traces) expect(text, what).not.toContain(trace);
  }
  expect(await stateOf(app, victim)).toEqual(before);
  expect((await app.mailbox.to(person.email)).length).toBe(1);
});

test("F07 once confirmed by its password the very same requests go through, until ten minutes later", async ({
  app,
}) => {
  for (const call of sensitive) {
    const { client, session } = await makeStale(app);
    const what = nameOf(call);
    expect((await askFor(client, call)).status, what).toBe(403);
    const body = { ...byPassword, ...(call.act && { for: call.act }) };
    expect((await client.post(stepUp, body)).status, what).toBe(200);
    const copy = client.copy();
    await app.sql(
      `UPDATE session SET authenticated_at = authenticated_at - interval '11 minutes',
         confirmed_for_at = confirmed_for_at - interval '11 minutes' WHERE id = $1`,
      [session.id],
    );
    expect((await askFor(copy, call)).status, `${what}, too late`).toBe(403);
    expect((await client.post(stepUp, body)).status, what).toBe(200);
    expect((await askFor(client, call)).status, what).toBe(call.status);
  }
});

test("F06 a confirmation rotates both tokens, says when and how, and supersedes the old ones", async ({
  app,
}) => {
  const { client, session } = await makeStale(app);
  const thief = client.copy();
  const generation = (await rowOf(app, session.id)).generation;
  const answer = await client.post(stepUp, byPassword);
  expect([answer.status, Object.keys(answer.json)]).toEqual([200, ["session"]]);
  expect(answer.json.session).toMatchObject({ id: session.id, aal: 1 });
  expect(answer.json.session.amr).toContain("pwd");
  expect((await rowOf(app, session.id)).generation).toBe(generation + 1);
  for (const name of ["latchkey-access", "latchkey-refresh"]) {
    expect(client.cookies.get(name)).not.toBe(thief.cookies.get(name));
  }
  const claims = accessClaims(client);
  const before = accessClaims(thief);
  expect(claims.auth_time).toBeGreaterThan(before.auth_time - 60);
  expect(Date.now() / 1000 - claims.auth_time).toBeLessThan(120);
  expect((await client.get("/api/account/sessions")).status).toBe(200);
  await age(app, session.id, minutes(2));
  expect((await refresh(thief)).status).toBe(401);
  expect((await rowOf(app, session.id)).endReason).toBe("reuse");
});

test("F07 a confirmation is of one session: the person's others are as they were", async ({
  app,
}) => {
  const { client, person } = await makeStale(app);
  const other = await signIn(app, person);
  const { id } = (await other.get("/api/auth/session")).json.session;
  await makeOld(app, id);
  expect((await client.post(stepUp, byPassword)).status).toBe(200);
  const body = { email: newEmail() };
  expect((await other.post("/api/account/email", body)).status).toBe(403);
  expect((await client.post("/api/account/email", body)).status).toBe(202);
});

test("F07 deleting the account wants its own confirmation each time, and a general one is not it", async ({
  app,
}) => {
  const { client, person, user } = await makePerson(app);
  const fresh = await client.delete("/api/account");
  expect([fresh.status, fresh.json.for]).toEqual([403, "delete_account"]);
  expect((await client.post(stepUp, byPassword)).status).toBe(200);
  expect((await client.delete("/api/account")).status).toBe(403);
  const unknown = await client.post(stepUp, { ...byPassword, for: "rob_a_bank" });
  expect([unknown.status, unknown.json.errors[0].path]).toEqual([400, "for"]);
  const named = { ...byPassword, for: "delete_account" };
  expect((await client.post(stepUp, named)).status).toBe(200);
  // A later one of another kind takes its place.
  expect((await client.post(stepUp, byPassword)).status).toBe(200);
  expect((await client.delete("/api/account")).status).toBe(403);
  expect((await client.post(stepUp, named)).status).toBe(200);
  const gone = await client.delete("/api/account");
  expect([gone.status, gone.text]).toEqual([204, ""]);
  expect(client.cookies.has("latchkey-refresh")).toBe(false);
  await app.mailbox.waitFor(person.email, subjects.deleted);
  expect(await tryToSignIn(app, person.email)).toBe(401);
  expect(await app.sql(`SELECT 1 FROM "user" WHERE id = $1`, [user.id])).toEqual([]);
});

test("F07 of twenty deletions at once under one confirmation one is done, and none fails", async ({
  app,
}) => {
  const { client } = await makePerson(app);
  await client.post(stepUp, { ...byPassword, for: "delete_account" });
  const twins = Array.from({ length: 20 }, () => client.copy());
  const answers = await Promise.all(twins.map((twin) => twin.delete("/api/account")));
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 204)).toHaveLength(1);
  for (const status of statuses) expect([204, 401, 403]).toContain(status);
});

test("F05 an account without a password confirms by a mailed code, once and in that session alone", async ({
  app,
}) => {
  const { client, person, session } = await makePasswordless(app);
  await makeOld(app, session.id);
  const body = { email: newEmail() };
  const refused = await client.post("/api/account/email", body);
  expect([refused.status, refused.json.methods]).toEqual([403, ["email_code"]]);
  const byMail = { method: "email_code" };
  const asked = await client.post(stepUp, byMail);
  expect([asked.status, asked.json]).toEqual([202, { status: "check_email" }]);
  const code = codeIn(await app.mailbox.waitFor(person.email, subjects.confirmationCode));
  const stranger = await makePasswordless(app);
  expect((await stranger.client.post(stepUp, { ...byMail, code })).status).toBe(401);
  const wrong = await client.post(stepUp, { ...byMail, code: next(code) });
  expect([wrong.status, wrong.json.code]).toEqual([401, "invalid_code"]);
  expect((await client.post(stepUp, { ...byMail, code })).status).toBe(200);
  expect((await client.post("/api/account/email", body)).status).toBe(202);
  expect((await client.post(stepUp, { ...byMail, code })).status).toBe(401);
});

const next = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

test("F05 an account with a password cannot be confirmed by mail, nor by what it has not", async ({
  app,
}) => {
  const { client, person } = await makeStale(app);
  for (const body of [
    { method: "email_code" },
    { method: "email_code", code: "123456" },
  ]) {
    const { status, json } = await client.post(stepUp, body);
    expect([status, json.code, json.methods]).toEqual([
      403,
      "step_up_required",
      ["password"],
    ]);
  }
  expect(app.mailbox.about(person.email, subjects.confirmationCode)).toEqual([]);
});

test("F06 a native client confirms with tokens in the body, and never gets a cookie", async ({
  app,
  person,
}) => {
  const { client, tokens, session } = await signInNatively(app, person);
  await makeOld(app, session.id);
  const body = { email: newEmail() };
  const refused = await client.post("/api/account/email", body);
  expect([refused.status, refused.json.code]).toEqual([403, "step_up_required"]);
  const wrong = await client.post(stepUp, {
    ...byPassword,
    password: "wrong password!!",
  });
  const answer = await client.post(stepUp, byPassword);
  expect([wrong.status, answer.status]).toEqual([401, 200]);
  for (const { headers } of [refused, wrong, answer]) {
    expect(headers.getSetCookie()).toEqual([]);
  }
  client.accessToken = answer.json.tokens.accessToken;
  const again = await client.post("/api/account/email", body);
  expect([again.status, again.headers.getSetCookie()]).toEqual([202, []]);
  await age(app, session.id, minutes(2));
  const { refreshToken } = tokens;
  expect((await client.post("/api/auth/refresh", { refreshToken })).status).toBe(401);
  expect((await rowOf(app, session.id)).endReason).toBe("reuse");
});
