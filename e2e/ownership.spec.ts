// What belongs to somebody stays theirs, whatever is asked, sent or stored.

import { postAction } from "./actions";
import { ApiClient, chrome } from "./api-client";
import { routes } from "./authorisation";
import { readBuild } from "./build";
import { expect, makePerson, newEmail, password, test } from "./fixtures";
import { codeIn } from "./mailbox";

const { pages, actions } = readBuild();

test("K03 another user's session is as unknown as one that never was", async ({
  app,
}) => {
  const mine = await makePerson(app);
  const theirs = await makePerson(app);
  const answers = [];
  for (const id of [
    theirs.session.id,
    "AAAAAAAAAAAAAAAAAAAAAA",
    "%2e%2e",
    "' OR 1=1 --",
    "\0",
  ]) {
    const path = `/api/account/sessions/${encodeURIComponent(id)}`;
    const { status, json } = await mine.client.delete(path);
    answers.push([status, { ...json, requestId: "" }]);
  }
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  expect(answers[0]?.[0]).toBe(404);
  const cursor = `/api/account/sessions?cursor=${theirs.session.id}`;
  expect((await mine.client.get(cursor)).text).not.toContain(theirs.session.id);
  for (const list of ["sessions", "activity"]) {
    const { status } = await mine.client.get(`/api/account/${list}?cursor=%00`);
    expect(status, list).toBe(400);
  }
  // A form that waits for a confirmation is looked up by its id, too.
  for (const form of ["%00", theirs.session.id, "x".repeat(100)]) {
    const page = await mine.client.get(`/confirm?form=${form}`);
    expect(page.status, form).toBe(307);
  }
  expect((await theirs.client.get("/api/auth/session")).json.user.id).toBe(
    theirs.user.id,
  );
});

const assigned = {
  id: "AAAAAAAAAAAAAAAAAAAAAA",
  userId: "AAAAAAAAAAAAAAAAAAAAAA",
  role: "admin",
  aal: 2,
  amr: ["mfa"],
  banned: false,
  bannedAt: null,
  emailVerified: true,
  emailVerifiedAt: "2020-01-01T00:00:00Z",
  mfaEnabled: true,
  twoFactorAt: "2020-01-01T00:00:00Z",
  multiFactorAt: "2999-01-01T00:00:00Z",
  trustDevice: true,
  securityVersion: 99,
  passwordHash: "x",
  isPersistent: true,
  constructor: { prototype: { role: "admin" } },
};
const spoilt = (body: object) =>
  JSON.stringify({ ...body, ...assigned }).replace(
    /}$/,
    ',"__proto__":{"role":"admin","aal":2}}',
  );

test("K04 fields that nobody asked for are assigned to nothing, in JSON and in forms", async ({
  app,
  api,
}) => {
  const email = newEmail();
  const post = (path: string, body: object) =>
    api.call("POST", path, { raw: spoilt(body) });
  await post("/api/auth/register", { email, password, name: "Mal" });
  const code = codeIn(await app.mailbox.wait(email));
  expect((await post("/api/auth/verify-email", { code })).json.session.aal).toBe(1);
  expect((await post("/api/auth/login", { email, password })).json.session.aal).toBe(1);
  await post("/api/auth/refresh", {});
  const fields = Object.fromEntries(
    Object.entries(assigned).map(([name, value]) => [name, String(value)]),
  );
  for (const action of actions.filter(({ name }) => name !== "signOutAction")) {
    await postAction(
      app.url,
      action,
      { ...fields, email, password },
      { cookie: api.cookieHeader },
    );
  }
  const [user] = await app.sql(`SELECT * FROM "user" WHERE email = $1`, [email]);
  expect(user).toMatchObject({
    role: "user",
    security_version: 0,
    two_factor_at: null,
    banned_at: null,
  });
  expect(user?.id).not.toBe(assigned.id);
  expect(Date.now() - user?.email_verified_at.getTime()).toBeLessThan(120_000);
  const levels = await app.sql(
    "SELECT DISTINCT aal, amr FROM session WHERE user_id = $1",
    [user?.id],
  );
  for (const { aal, amr } of levels)
    expect([aal, amr.includes("mfa")]).toEqual([1, false]);
});

test("K07 no page, navigation or answer holds a secret of the database", async ({
  app,
}) => {
  const { client, user, person } = await makePerson(app);
  const [row] = await app.sql(
    `SELECT u.password_hash AS hash, encode(s.secret, 'base64') AS secret, encode(s.secret, 'hex') AS hex,
       encode(s.device_hash, 'hex') AS device, encode(s.device_hash, 'base64') AS device64
     FROM "user" u JOIN session s ON s.user_id = u.id WHERE u.id = $1`,
    [user.id],
  );
  // A word that the sign-in page shows, and no secret.
  client.cookies.delete("last-method");
  const cookies = [...client.cookies.values()];
  const canaries = [
    ...Object.values(row ?? {}).map(String),
    ...cookies,
    "$argon2",
    "passwordHash",
    "deviceHash",
  ];
  const got = Object.entries(routes).filter(([, { methods }]) => methods.includes("GET"));
  for (const path of [...pages, ...got.map(([route]) => route)]) {
    for (const headers of [undefined, { rsc: "1" }]) {
      let answer = await client.get(path, { headers });
      const next = answer.headers.get("location");
      if (next?.includes("_rsc=")) answer = await client.get(next, { headers });
      for (const canary of canaries) expect(answer.text, path).not.toContain(canary);
    }
  }
  const body = { email: person.email, password };
  const signedIn = await new ApiClient(app.url).post("/api/auth/login", body);
  for (const canary of canaries) expect(signedIn.text).not.toContain(canary);
});

test("K08 a hostile user agent and name do nothing on the devices page and in mail", async ({
  app,
  openBrowser,
}) => {
  const mark = "<img src=x onerror=alert(1)>";
  const { person, client } = await makePerson(app, { name: `${mark}\u202eevil` });
  const mail = await app.mailbox.wait(person.email);
  expect(mail.html).not.toContain(mark);
  const hostile = new ApiClient(app.url);
  const headers = {
    "user-agent": `${mark}</script><script>alert(1)</script> =cmd()|${chrome}`,
  };
  await hostile.post("/api/auth/login", { email: person.email, password }, { headers });
  const page = await openBrowser();
  page.on("dialog", () => {
    throw new Error("a script ran");
  });
  const cookies = [...client.cookies].map(([name, value]) => ({
    name,
    value,
    url: app.url,
  }));
  await page.context().addCookies(cookies);
  for (const path of ["/settings/devices", "/settings/activity", "/dashboard"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect(await page.locator("img[src=x]").count()).toBe(0);
    expect(await page.content()).not.toContain("\u202e");
  }
});
