// What is sent along with a second factor that nobody asked for, and answers that must
// not tell one reason from another.
import { codeNow } from "../tests/totp";
import { type Answer, ApiClient } from "./api-client";
import { expect, makePerson, test } from "./fixtures";
import { rawRequest, shape } from "./raw-request";
import {
  agePending,
  beginSignIn,
  freshCode,
  type Guarded,
  makeGuarded,
  pendingCookie,
  secondFactor,
  settings,
  signInTrusted,
  wrongBackupCode,
  wrongTotp,
} from "./second-factors";
import type { Installation } from "./server";

const assigned = {
  id: "AAAAAAAAAAAAAAAAAAAAAA",
  userId: "AAAAAAAAAAAAAAAAAAAAAA",
  sessionId: "AAAAAAAAAAAAAAAAAAAAAA",
  deviceHash: "AAAA",
  role: "admin",
  aal: 2,
  amr: ["mfa"],
  secret: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
  lastStep: 0,
  step: 0,
  tolerance: 3600,
  hash: "AAAA",
  usedAt: null,
  attempts: -100,
  methods: ["password"],
  backupCodes: ["0000-0000-0000-0000"],
  isOn: false,
  twoFactorAt: null,
  multiFactorAt: "2999-01-01T00:00:00Z",
  confirmedFor: "disable_two_factor",
  trustsBrowser: true,
  expiresAt: "2999-01-01T00:00:00Z",
  constructor: { prototype: { aal: 2 } },
};
const spoilt = (body: object) =>
  JSON.stringify({ ...body, ...assigned }).replace(
    /}$/,
    ',"__proto__":{"role":"admin","aal":2}}',
  );
const send = (client: ApiClient, path: string, body: object) =>
  client.call("POST", path, { raw: spoilt(body) });

test("K04 fields that nobody asked for are assigned to no app, code, trust or level", async ({
  app,
}) => {
  const { client, person, user } = await makePerson(app);
  const begun = await send(client, settings.totp, {});
  expect(begun.json.secret).not.toBe(assigned.secret);
  const code = codeNow(begun.json.secret);
  const confirmed = await send(client, settings.confirmTotp, { code });
  expect(confirmed.json.backupCodes).not.toContain(assigned.backupCodes[0]);
  const secret: string = begun.json.secret;
  const guarded = { user, secret };
  const { client: half } = await beginSignIn(app, person);
  // The confirming code is used up, whatever the body says of the last step.
  const used = await send(half, secondFactor.code, { method: "totp", code });
  expect(used.status).toBe(401);
  const body = { method: "totp", code: await freshCode(app, guarded) };
  const entered = await send(half, secondFactor.code, body);
  expect(entered.json.user).toMatchObject({ id: user.id, role: "user" });
  expect((await half.get(settings.trusted)).json.items).toEqual([]);
  const step = { method: "totp", code: await freshCode(app, guarded) };
  expect((await send(half, "/api/auth/step-up", step)).status).toBe(200);
  expect((await half.delete(settings.twoFactor)).json.for).toBe("disable_two_factor");
  const made = await send(half, settings.backupCodes, {});
  expect(made.json.backupCodes).toHaveLength(10);
  expect(made.json.backupCodes).not.toContain(assigned.backupCodes[0]);
  const [row] = await app.sql(
    `SELECT u.role::text AS role, u.two_factor_at, t.last_step
     FROM "user" u JOIN totp t ON t.user_id = u.id WHERE u.id = $1`,
    [user.id],
  );
  expect(row?.role).toBe("user");
  expect(row?.last_step).toBeGreaterThan(50_000_000);
  expect(Date.now() - row?.two_factor_at.getTime()).toBeLessThan(120_000);
});

test("K04 F05 nor do they raise a session that gave one factor", async ({ app }) => {
  const guarded = await makeGuarded(app);
  const { client } = await signInTrusted(app, guarded);
  for (const path of [settings.totp, settings.twoFactor, settings.backupCodes]) {
    expect((await send(client, path, {})).status, path).toBe(403);
  }
  const weak = { method: "password", password: guarded.person.password };
  expect((await send(client, "/api/auth/step-up", weak)).status).toBe(403);
  const { session } = (await client.get("/api/auth/session")).json;
  expect([session.aal, session.amr]).toEqual([1, ["pwd"]]);
});

test("K05 operators, lists and other kinds in the place of a code are no code, and no try", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { client } = await beginSignIn(app, guarded.person);
  const codes = [
    ...[{ not: "" }, { contains: "" }, ["000000"], [], null, true, 0, 123456, ""],
    "x".repeat(65),
  ];
  for (const code of [...codes, undefined]) {
    for (const method of ["totp", "backup_code"]) {
      const answer = await client.post(
        secondFactor.code,
        { method, code },
        { headers: { "x-forwarded-for": new ApiClient(app.url).address } },
      );
      const seen = [answer.status, answer.json.code];
      expect(seen, JSON.stringify(code)).toEqual([400, "invalid_request"]);
    }
  }
  for (const method of ["password", "email_code", "passkey", "", null, ["totp"], {}]) {
    const answer = await client.post(
      secondFactor.code,
      { method, code: "000000" },
      { headers: { "x-forwarded-for": new ApiClient(app.url).address } },
    );
    expect(answer.status, JSON.stringify(method)).toBe(400);
  }
  const nul = await client.post(secondFactor.code, { method: "backup_code", code: "\0" });
  expect([400, 401]).toContain(nul.status);
  const body = { method: "totp", code: await freshCode(app, guarded) };
  expect((await client.post(secondFactor.code, body)).status).toBe(200);
});

function give(app: Installation, client: ApiClient, body: object) {
  return rawRequest(app.url, secondFactor.code, {
    method: "POST",
    headers: {
      origin: app.url,
      cookie: client.cookieHeader,
      "content-type": "application/json",
      "x-forwarded-for": new ApiClient(app.url).address,
    },
    body: JSON.stringify(body),
  });
}

test("B09 a wrong code answers alike whatever it was, had been or would have been", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const theirs = await makeGuarded(app);
  const [used = "", ...unused] = guarded.backupCodes;
  const first = await beginSignIn(app, guarded.person);
  const right = { method: "backup_code", code: used };
  expect((await first.client.post(secondFactor.code, right)).status).toBe(200);
  const spent = await freshCode(app, guarded);
  const second = await beginSignIn(app, guarded.person);
  const totp = { method: "totp", code: spent };
  expect((await second.client.post(secondFactor.code, totp)).status).toBe(200);
  const bodies: Record<string, object> = {
    "a wrong one": { method: "totp", code: wrongTotp(guarded.secret) },
    "one that was used": totp,
    "no form of a code": { method: "totp", code: "abc" },
    "wrong on paper": { method: "backup_code", code: wrongBackupCode },
    "used, on paper": right,
    "somebody else's": { method: "backup_code", code: theirs.backupCodes[0] },
    "of another method": { method: "totp", code: unused[0] },
  };
  const answers: Record<string, unknown> = {};
  for (const [kind, body] of Object.entries(bodies)) {
    await app.sql("DELETE FROM throttle WHERE starts_with(key, $1)", [guarded.user.id]);
    const { client } = await beginSignIn(app, guarded.person);
    answers[kind] = shape(await give(app, client, body));
  }
  const [sample] = Object.values(answers);
  expect((sample as { status: number }).status).toBe(401);
  for (const [kind, answer] of Object.entries(answers)) {
    expect(answer, kind).toEqual(sample);
  }
});

test("B09 F03 a sign-in that is over answers alike, however it ended, and whether it ever was", async ({
  app,
}) => {
  const ends: Record<string, (made: Guarded, client: ApiClient) => Promise<unknown>> = {
    "ten minutes later": ({ user }) => agePending(app, user.id),
    banned: ({ user }) =>
      app.sql(`UPDATE "user" SET banned_at = now() WHERE id = $1`, [user.id]),
    deleted: ({ user }) => app.sql(`DELETE FROM "user" WHERE id = $1`, [user.id]),
    changed: ({ client }) =>
      client.post("/api/account/password", { newPassword: "another long enough one" }),
    "with a handle of nobody": async (_made, client) =>
      client.cookies.set(pendingCookie, `${"A".repeat(22)}.${"A".repeat(43)}`),
    "without a handle": async (_made, client) => client.cookies.delete(pendingCookie),
  };
  const answers: Record<string, unknown> = {};
  for (const [how, end] of Object.entries(ends)) {
    const guarded = await makeGuarded(app);
    const { client } = await beginSignIn(app, guarded.person);
    await end(guarded, client);
    const code = await freshCode(app, guarded);
    answers[how] = shape(await give(app, client, { method: "totp", code }));
  }
  const [sample] = Object.values(answers);
  for (const [how, answer] of Object.entries(answers)) {
    expect(answer, how).toEqual(sample);
  }
});

test("D06 asking for what is there or not there already is a conflict, and changes nothing", async ({
  app,
}) => {
  const { client } = await makePerson(app);
  const conflicts: Answer[] = [
    await client.post(settings.backupCodes),
    await client.post(settings.twoFactor),
    await client.post(settings.confirmTotp, { code: "000000" }),
  ];
  for (const { status, json } of conflicts) {
    expect([status, json.code]).toEqual([409, "conflict"]);
  }
  expect((await client.get(settings.backupCodes)).json).toEqual({ remaining: 0 });
});
