// What is sent along with links and passkeys that nobody asked for, and what their
// answers keep to themselves.
import { ApiClient } from "./api-client";
import { expect, makePerson, newEmail, test } from "./fixtures";
import {
  askForLink,
  ceremonies,
  magicLink,
  makeHolder,
  newAuthenticator,
  passkeys,
  passkeysOf,
  redeeming,
  signInWith,
} from "./passwordless-api";

const { signIn, stepUp, registration } = ceremonies;

const assigned = {
  id: "AAAAAAAAAAAAAAAAAAAAAA",
  userId: "AAAAAAAAAAAAAAAAAAAAAA",
  sessionId: "AAAAAAAAAAAAAAAAAAAAAA",
  role: "admin",
  aal: 2,
  amr: ["mfa"],
  bannedAt: null,
  isConfirmed: true,
  isUserVerified: true,
  isBackupEligible: true,
  counter: 4_000_000_000,
  credentialId: "AAAA",
  publicKey: "AAAA",
  createdAt: "2020-01-01T00:00:00Z",
  twoFactorAt: "2020-01-01T00:00:00Z",
  multiFactorAt: "2999-01-01T00:00:00Z",
  trustDevice: true,
  passkeyHandle: "AAAA",
  constructor: { prototype: { role: "admin" } },
};
const spoilt = (body: object) =>
  JSON.stringify({ ...body, ...assigned }).replace(
    /}$/,
    ',"__proto__":{"role":"admin","aal":2}}',
  );

test("K04 fields that nobody asked for are assigned to no passkey, session or account", async ({
  app,
}) => {
  const { client, person, user } = await makePerson(app);
  const send = (who: ApiClient, path: string, body: object, method = "POST") =>
    who.call(method, path, { raw: spoilt(body) });
  const key = newAuthenticator(app, { isBackupEligible: false, hasCounter: true });
  const creation = await send(client, registration.options, {});
  const added = await send(client, passkeys, { response: key.create(creation.json) });
  expect(added.status, added.text).toBe(201);
  const path = `${passkeys}/${added.json.id}`;
  expect((await send(client, path, { name: "Key" }, "PATCH")).status).toBe(200);
  const [row] = await passkeysOf(app, user.id);
  expect(row).toMatchObject({
    id: added.json.id,
    user_id: user.id,
    name: "Key",
    counter: "1",
    is_backup_eligible: false,
  });
  expect(Date.now() - row?.created_at.getTime()).toBeLessThan(120_000);

  const browser = new ApiClient(app.url);
  const asked = await send(browser, signIn.options, {});
  const response = key.get(asked.json, { isUserVerified: false });
  const entered = await send(browser, signIn.verify, { response });
  expect(entered.json.session).toMatchObject({ aal: 1, amr: ["hwk", "user"] });
  const weak = key.get((await send(browser, stepUp.options, {})).json, {
    isUserVerified: false,
  });
  expect((await send(browser, stepUp.verify, { response: weak })).status).toBe(401);

  const link = await askForLink(app, person.email, { body: assigned });
  expect((await send(link.client, magicLink, { email: newEmail() })).status).toBe(202);
  const again = await askForLink(app, person.email);
  const redeemed = await send(again.client, redeeming, { token: again.token });
  expect(redeemed.json.session).toMatchObject({ aal: 1, amr: ["email"] });
  expect(redeemed.json.user).toMatchObject({ id: user.id, role: "user" });
  const [owner] = await app.sql(`SELECT * FROM "user" WHERE id = $1`, [user.id]);
  expect(owner).toMatchObject({ role: "user", two_factor_at: null, email: person.email });
  expect(owner?.passkey_handle).toHaveLength(64);
});

test("K07 no list and no answer holds a public key, a handle or a token", async ({
  app,
}) => {
  const { client, authenticator, passkey } = await makeHolder(app);
  const [own] = authenticator.passkeys;
  const key = Buffer.from(own?.publicKey ?? "");
  const { client: second } = await signInWith(app, authenticator);
  const secrets = [
    ...[key.toString("base64url"), key.toString("base64"), key.toString("hex")],
    own?.userHandle ?? "",
    ...[client, second].flatMap(({ cookies }) =>
      [...cookies.values()].filter((v) => v.length > 20),
    ),
  ];
  const texts = [
    (await client.get(passkeys)).text,
    (await client.get("/api/account")).text,
    (await client.get("/api/account/sessions")).text,
    (await client.get("/api/account/activity")).text,
    passkey.answer.text,
  ];
  for (const text of texts) {
    for (const secret of secrets) expect(text).not.toContain(secret);
    expect(text).not.toMatch(/publicKey|counter|passkeyHandle|sessionSecret/);
  }
});
