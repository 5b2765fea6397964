// How a passkey comes to an account and leaves it, and what goes with it.
import { makePasswordless, newPassword } from "./account-api";
import { ApiClient } from "./api-client";
import { expect, makePerson, password, signIn, test } from "./fixtures";
import {
  addPasskey,
  ask,
  askForLink,
  ceremonies,
  enter,
  makeHolder,
  newAuthenticator,
  passkeys,
  passkeysOf,
  redeeming,
  signInWith,
} from "./passwordless-api";
import { isShutOut, secondNode } from "./sessions";

const { registration } = ceremonies;
const added = "A passkey was added to your account";
const removed = "A passkey was removed from your account";

test("E10 a mailed link alone adds no passkey where there is more to confirm with, and its replay nothing", async ({
  app,
}) => {
  const withPassword = await makePerson(app);
  const withPasskey = await makeHolder(app);
  const both = [
    [withPassword, ["password"]],
    [withPasskey, ["passkey", "password"]],
  ] as const;
  for (const [{ person, user }, methods] of both) {
    const before = await passkeysOf(app, user.id);
    const { client, token } = await askForLink(app, person.email);
    const asker = client.copy();
    expect((await client.post(redeeming, { token })).status).toBe(200);
    const response = newAuthenticator(app).create({
      challenge: "AAAA",
      rp: { id: "localhost" },
      user: { id: "AAAA" },
    });
    const answers = [
      await client.post(registration.options),
      await client.post(registration.options, { conditional: true }),
      await client.post(passkeys, { response }),
    ];
    for (const { status, json } of answers) {
      expect([status, json.code, json.methods]).toEqual([
        403,
        "step_up_required",
        methods,
      ]);
    }
    const replay = await asker.post(redeeming, { token });
    expect([replay.status, replay.json.code]).toEqual([401, "invalid_code"]);
    expect((await asker.post(registration.options)).status).toBe(401);
    expect(await passkeysOf(app, user.id)).toEqual(before);
  }
});

test("E13 the last way in cannot be removed, and another makes it possible", async ({
  app,
}) => {
  const { client, user } = await makePasswordless(app);
  const authenticator = newAuthenticator(app);
  const { id } = await addPasskey(client, authenticator);
  const { client: owner } = await signInWith(app, authenticator);
  const refused = await owner.delete(`${passkeys}/${id}`);
  expect([refused.status, refused.json.code]).toEqual([409, "conflict"]);
  expect(refused.json.detail).toContain("Add another passkey or a password first");
  expect(await passkeysOf(app, user.id)).toHaveLength(1);
  const second = await addPasskey(owner, newAuthenticator(app));
  expect((await owner.delete(`${passkeys}/${id}`)).status).toBe(200);
  expect((await owner.delete(`${passkeys}/${second.id}`)).status).toBe(409);
  expect((await owner.post("/api/account/password", { newPassword })).status).toBe(200);
  expect((await owner.delete(`${passkeys}/${second.id}`)).status).toBe(200);
  expect(await passkeysOf(app, user.id)).toEqual([]);
});

test("E13 removing a passkey ends what began with it on every node, and the owner is told", async ({
  app,
}) => {
  const { client, person, passkey, authenticator } = await makeHolder(app);
  const bases = [app.url, (await secondNode(app)).url];
  await app.mailbox.waitFor(person.email, added);
  const { client: thief } = await signInWith(app, authenticator);
  const byPassword = await signIn(app, person);
  for (const base of bases)
    expect((await thief.get(passkeys, { base })).status).toBe(200);
  const answer = await client.delete(`${passkeys}/${passkey.id}`);
  expect([answer.status, answer.json]).toEqual([
    200,
    { status: "passkey_removed", ended: 1 },
  ]);
  expect(await isShutOut(thief, bases)).toBe(true);
  for (const kept of [client, byPassword])
    expect((await kept.get(passkeys)).status).toBe(200);
  await app.mailbox.waitFor(person.email, removed);
  const gone = await enter(new ApiClient(app.url), authenticator);
  expect([gone.status, gone.json.code, gone.json.reason]).toEqual([
    401,
    "invalid_passkey",
    "unknown_passkey",
  ]);
});

test("E13 F06 G07 a passkey that comes or goes renews the tokens of the session it was done in", async ({
  app,
}) => {
  const { client } = await makePerson(app);
  const tokens = () => [
    client.cookies.get("latchkey-refresh"),
    client.cookies.get("latchkey-access"),
  ];
  const first = tokens();
  const { id, answer } = await addPasskey(client, newAuthenticator(app));
  const second = tokens();
  expect(answer.json).toEqual({ id, name: "Google Password Manager" });
  await client.delete(`${passkeys}/${id}`);
  const third = tokens();
  for (const at of [0, 1]) {
    expect(new Set([first[at], second[at], third[at]]).size).toBe(3);
  }
  expect((await client.get(passkeys)).status).toBe(200);
});

test("E10 a ceremony begun before the password changed adds nothing to the account", async ({
  app,
}) => {
  const { client, person, user } = await makePerson(app);
  const intruder = await signIn(app, person);
  const options = await ask(intruder, "registration");
  const own = await ask(client, "registration");
  const change = await client.post("/api/account/password", {
    newPassword,
    currentPassword: password,
  });
  expect(change.status).toBe(200);
  for (const [who, asked] of [
    [intruder, options],
    [client, own],
  ] as const) {
    const response = newAuthenticator(app).create(asked);
    expect((await who.post(passkeys, { response })).status).toBe(401);
  }
  expect(await passkeysOf(app, user.id)).toEqual([]);
});
