// What the account's endpoints take that they should not, and say that they must
// not: secrets of one purpose at the door of another, fields nobody asked for.
import { askNewEmail, askReset, newPassword, subjects } from "./account-api";
import { type Answer, ApiClient } from "./api-client";
import { expect, makePerson, newEmail, password, signIn, test } from "./fixtures";
import { codeIn, tokenIn } from "./mailbox";
import { doors, mintLinks } from "./mailed-links";
import type { Installation } from "./server";
import { cookiesSetBy } from "./sessions";

test("C04 a link mailed for one purpose is refused at every other door, and not used up by it", async ({
  app,
}) => {
  const links = await mintLinks(app);
  const redeem = (door: string, token = "") =>
    new ApiClient(app.url).post(doors[door] ?? "", { token, password });
  for (const [purpose, token] of Object.entries(links)) {
    for (const door of Object.keys(doors).filter((name) => name !== purpose)) {
      const answer = await redeem(door, token);
      const what = `${purpose} at ${door}`;
      expect([answer.status, answer.json.code], what).toEqual([401, "invalid_code"]);
      expect(cookiesSetBy(answer).has("latchkey-refresh"), what).toBe(false);
    }
  }
  for (const door of Object.keys(doors)) {
    expect((await redeem(door, links[door])).status, door).toBe(200);
    expect((await redeem(door, links[door])).status, `${door} again`).toBe(401);
  }
});

test("C04 a code mailed for one purpose counts for no other of the same person", async ({
  app,
}) => {
  const made = await makePerson(app, { password: undefined });
  const { client, person } = made;
  const change = await askNewEmail(app, made);
  const reset = await askReset(app, person.email, client);
  await client.post("/api/auth/step-up", { method: "email_code" });
  const mail = await app.mailbox.waitFor(person.email, subjects.confirmationCode);
  const codes: Record<string, string> = {
    change: change.code,
    reset: reset.code,
    stepUp: codeIn(mail),
  };
  const redeemers: Record<string, (code?: string) => Promise<Answer>> = {
    change: (code) => client.post("/api/account/email/confirm", { code }),
    reset: (code) =>
      client.post("/api/auth/password/reset", {
        email: person.email,
        code,
        password: newPassword,
      }),
    stepUp: (code) => client.post("/api/auth/step-up", { method: "email_code", code }),
  };
  for (const [door, redeem] of Object.entries(redeemers)) {
    for (const other of Object.keys(codes).filter((name) => name !== door)) {
      expect((await redeem(codes[other])).status, `${other} at ${door}`).toBe(401);
    }
  }
  expect((await redeemers.stepUp?.(codes.stepUp))?.status).toBe(200);
  expect((await redeemers.change?.(codes.change))?.status).toBe(200);
});

const assigned = {
  id: "AAAAAAAAAAAAAAAAAAAAAA",
  userId: "AAAAAAAAAAAAAAAAAAAAAA",
  sessionId: "AAAAAAAAAAAAAAAAAAAAAA",
  role: "admin",
  aal: 2,
  amr: ["mfa"],
  bannedAt: null,
  emailVerifiedAt: "2020-01-01T00:00:00Z",
  twoFactorAt: "2020-01-01T00:00:00Z",
  multiFactorAt: "2999-01-01T00:00:00Z",
  trustDevice: true,
  securityVersion: 99,
  passwordHash: "x",
  passwordBlockedAt: null,
  isConfirmed: true,
  authenticatedAt: "2999-01-01T00:00:00Z",
  confirmedFor: "delete_account",
  constructor: { prototype: { role: "admin" } },
};
const spoilt = (body: object) =>
  JSON.stringify({ ...body, ...assigned }).replace(
    /}$/,
    ',"__proto__":{"role":"admin","aal":2}}',
  );

test("K04 fields that nobody asked for are assigned to nothing of the account", async ({
  app,
}) => {
  const { client, person, user } = await makePerson(app);
  const send = (method: string, path: string, body: object) =>
    client.call(method, path, { raw: spoilt(body) });
  const email = newEmail();
  const renamed = await send("PATCH", "/api/account", { name: "Mal", email });
  expect(renamed.json).toMatchObject({ id: user.id, email: person.email, role: "user" });
  const confirmed = await send("POST", "/api/auth/step-up", {
    method: "password",
    password,
  });
  expect(confirmed.json.session).toMatchObject({ aal: 1 });
  expect((await client.delete("/api/account")).status).toBe(403);
  await send("POST", "/api/account/password", { newPassword });
  await send("POST", "/api/account/email", { email });
  await send("POST", "/api/account/email/cancel", {});
  await send("POST", "/api/auth/password/forgot", { email: person.email });
  const { token } = await askReset(app, person.email);
  await send("POST", "/api/auth/password/reset", { token, password });
  const [row] = await app.sql(`SELECT * FROM "user" WHERE id = $1`, [user.id]);
  expect(row).toMatchObject({
    email: person.email,
    role: "user",
    two_factor_at: null,
    banned_at: null,
    password_blocked_at: null,
    security_version: 2,
  });
  expect(row?.password_hash).toMatch(/^\$argon2id/);
});

test("K07 no answer about the account holds a password, a token, a code or a hash", async ({
  app,
}) => {
  const made = await makePerson(app);
  const { client, person, user } = made;
  const answers: Answer[] = [];
  const ask = async (answer: Promise<Answer>) => {
    answers.push(await answer);
  };
  const intruder = await signIn(app, person);
  const news = await app.mailbox.waitFor(person.email, subjects.newDevice);
  const { code, token, cancelToken } = await askNewEmail(app, made);
  const reset = await askReset(app, person.email);
  const secrets = async () => [
    ...[password, newPassword, code, token, cancelToken, reset.token, reset.code],
    tokenIn(news),
    ...["access", "refresh", "device"].flatMap((name) =>
      [client, intruder].map((each) => each.cookies.get(`latchkey-${name}`) ?? ""),
    ),
    ...(await hashesOf(app, user.id)),
  ];
  const before = await secrets();
  await ask(client.post("/api/auth/step-up", { method: "password", password }));
  await ask(client.post("/api/auth/step-up", { method: "password", password: "wrong!" }));
  await ask(client.get("/api/account"));
  await ask(client.get("/api/account/export"));
  await ask(client.get("/api/account/activity"));
  await ask(client.post("/api/account/email/confirm", { token: `${token}x` }));
  await ask(client.post("/api/account/email/confirm", { code }));
  await ask(client.post("/api/account/email/cancel", { token: cancelToken }));
  await ask(client.post("/api/auth/not-me", { token: tokenIn(news) }));
  // The old mailbox has taken the account back by now.
  const last = await askReset(app, person.email);
  const body = { token: last.token, password: newPassword };
  await ask(client.post("/api/auth/password/reset", body));
  const again = await signIn(app, { ...person, password: newPassword });
  await ask(again.get("/api/account/export"));
  const after = [last.token, last.code, ...(await secrets())];
  for (const { text } of answers) {
    for (const secret of [...before, ...after].filter(Boolean)) {
      expect(text).not.toContain(secret);
    }
    expect(text).not.toMatch(/argon2|passwordHash|deviceHash|"secret"/);
  }
});

async function hashesOf(app: Installation, userId: string): Promise<string[]> {
  const rows = await app.sql(
    `SELECT u.password_hash AS hash, encode(s.secret, 'hex') AS secret,
       encode(s.device_hash, 'hex') AS device
     FROM "user" u JOIN session s ON s.user_id = u.id WHERE u.id = $1`,
    [userId],
  );
  return rows.flatMap((row) => Object.values(row).map(String));
}
