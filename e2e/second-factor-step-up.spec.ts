// What a session is worth that gave one factor on an account with two: nothing that
// could hurt, until it gives one of those that are the strongest the account has
// (Keycloak CVE-2026-3429).
import { newPassword, subjects } from "./account-api";
import { newAddress } from "./api-client";
import { expect, password, signIn, test } from "./fixtures";
import {
  confirmWithApp,
  lowers,
  makeGuarded,
  signInTrusted,
  wrongTotp,
} from "./second-factors";
import { askFor, nameOf, sensitive } from "./sensitive";
import { accessClaims, age, minutes, refresh, rowOf } from "./sessions";
import { stateOf } from "./visitors";

const stepUp = "/api/auth/step-up";
const methods = ["totp", "backup_code"];
const act = "disable_two_factor";

for (const [what, enter] of Object.entries(lowers)) {
  test(`F05 G06 after ${what} the password, and a code by mail, open nothing that could hurt`, async ({
    app,
  }) => {
    const guarded = await makeGuarded(app);
    const { person, user } = guarded;
    const { client, session } = await enter(app, guarded);
    const traces = [person.email, person.name, user.id, session.id];
    const before = await stateOf(app, { traces });
    const expectAllRefused = async () => {
      for (const call of sensitive) {
        const { status, json, text } = await askFor(client, call);
        const seen = [status, json?.code, json?.methods, json?.for];
        const refused = [403, "step_up_required", methods, call.act];
        expect(seen, nameOf(call)).toEqual(refused);
        for (const trace of traces) expect(text, nameOf(call)).not.toContain(trace);
      }
    };
    await expectAllRefused();
    const weak = [
      { method: "password", password },
      { method: "password", password, for: act },
      { method: "password", password, for: "delete_account" },
      { method: "email_code" },
      { method: "email_code", code: "123456" },
    ];
    for (const body of weak) {
      const from = { headers: { "x-forwarded-for": newAddress() } };
      const { status, json, headers } = await client.post(stepUp, body, from);
      const seen = [status, json.code, json.methods];
      expect(seen, JSON.stringify(body)).toEqual([403, "step_up_required", methods]);
      expect(headers.getSetCookie()).toEqual([]);
    }
    const known = { newPassword, currentPassword: password };
    const changed = await client.post("/api/account/password", known);
    expect([changed.status, changed.json.methods]).toEqual([403, methods]);
    await expectAllRefused();
    expect(await stateOf(app, { traces })).toEqual(before);
    expect(app.mailbox.about(person.email, subjects.confirmationCode)).toEqual([]);
  });
}

test("F05 F07 confirmed by the app the very same requests are no longer refused, until ten minutes later", async ({
  app,
}) => {
  const done: Record<string, number> = {
    "POST /api/account/two-factor": 409,
    "DELETE /api/account/totp": 200,
    "DELETE /api/account/two-factor": 200,
    "POST /api/account/backup-codes": 200,
  };
  for (const call of sensitive) {
    const guarded = await makeGuarded(app);
    const { client, session } = await signInTrusted(app, guarded);
    const what = nameOf(call);
    expect((await askFor(client, call)).status, what).toBe(403);
    const confirm = () => confirmWithApp(app, client, guarded, call.act);
    expect((await confirm()).status, what).toBe(200);
    await app.sql(
      `UPDATE session SET multi_factor_at = multi_factor_at - interval '11 minutes',
         confirmed_for_at = confirmed_for_at - interval '11 minutes' WHERE id = $1`,
      [session.id],
    );
    // At the higher level still; but the confirmation is over.
    expect((await askFor(client.copy(), call)).status, `${what}, late`).toBe(403);
    expect((await confirm()).status, what).toBe(200);
    const { status, text } = await askFor(client, call);
    expect(status, `${what} ${text}`).toBe(done[what] ?? call.status);
  }
});

test("F05 a backup code confirms as well, once; a wrong code and another's code do not", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const theirs = await makeGuarded(app);
  const { client } = await signInTrusted(app, guarded);
  const [code = ""] = guarded.backupCodes;
  const confirm = (body: object) => client.post(stepUp, body);
  const bad = [
    { method: "totp", code: wrongTotp(guarded.secret) },
    { method: "backup_code", code: theirs.backupCodes[0] },
  ];
  for (const body of bad) {
    const { status, json } = await confirm(body);
    expect([status, json.code], JSON.stringify(body)).toEqual([401, "invalid_code"]);
  }
  expect((await client.get("/api/account/export")).status).toBe(403);
  expect((await confirm({ method: "backup_code", code })).status).toBe(200);
  expect((await client.get("/api/account/export")).status).toBe(200);
  const again = await confirm({ method: "backup_code", code });
  expect([again.status, again.json.code]).toEqual([401, "invalid_code"]);
});

test("F06 a confirmation by the app rotates both tokens, raises the level, and supersedes the old ones", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { client, session } = await signInTrusted(app, guarded);
  const thief = client.copy();
  const { generation } = await rowOf(app, session.id);
  const before = accessClaims(client);
  expect([before.aal, before.amr]).toEqual([1, ["pwd"]]);
  const answer = await confirmWithApp(app, client, guarded);
  expect([answer.status, Object.keys(answer.json)]).toEqual([200, ["session"]]);
  expect(answer.json.session).toMatchObject({ id: session.id, aal: 2 });
  expect((await rowOf(app, session.id)).generation).toBe(generation + 1);
  for (const name of ["latchkey-access", "latchkey-refresh"]) {
    expect(client.cookies.get(name)).not.toBe(thief.cookies.get(name));
  }
  const claims = accessClaims(client);
  expect([claims.aal, claims.sid]).toEqual([2, session.id]);
  expect(claims.amr).toEqual(expect.arrayContaining(["pwd", "otp"]));
  expect(claims.auth_time).toBeGreaterThanOrEqual(before.auth_time);
  expect((await client.get("/api/account/sessions")).status).toBe(200);
  await age(app, session.id, minutes(2));
  expect((await refresh(thief)).status).toBe(401);
  expect((await rowOf(app, session.id)).endReason).toBe("reuse");
});

test("F05 without a second factor the account is confirmed by what it has, as before", async ({
  app,
  person,
}) => {
  const client = await signIn(app, person);
  const { session } = (await client.get("/api/auth/session")).json;
  await age(app, session.id, minutes(11));
  for (const method of ["totp", "backup_code"]) {
    const answer = await client.post(stepUp, { method, code: "000000" });
    expect([answer.status, answer.json.methods]).toEqual([403, ["password"]]);
  }
  expect((await client.post(stepUp, { method: "password", password })).status).toBe(200);
});
