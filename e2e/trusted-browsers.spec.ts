// "Trust this browser for 30 days": the first factor alone signs in there, at the lower
// level, until it is taken back, runs out or something of the account changes.
import { askReset, newPassword } from "./account-api";
import { ApiClient } from "./api-client";
import { expect, makePerson, test } from "./fixtures";
import { askForLink, redeeming } from "./passwordless-api";
import {
  beginSignIn,
  confirmWithApp,
  enrolApp,
  freshCode,
  type Guarded,
  giveBackupCode,
  giveTotp,
  makeGuarded,
  settings,
  signInWithBoth,
} from "./second-factors";
import type { Installation } from "./server";
import { eventsOf } from "./sessions";

const thirtyDays = 30 * 86_400_000;

/** Trusted by this account, and signed out. */
async function makeTrusted(app: Installation, guarded: Guarded) {
  const { client } = await signInWithBoth(app, guarded, { trustDevice: true });
  await client.post("/api/auth/logout");
  return client;
}

/** Whether this browser is asked for the second factor after the password. */
async function isAsked(client: ApiClient, person: object): Promise<boolean> {
  const answer = await client.copy().post("/api/auth/login", person);
  expect(answer.status, answer.text).toBe(200);
  return answer.json.status === "second_factor_required";
}

test("E10 a browser is trusted when that is asked for, and at no other time", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { client } = await signInWithBoth(app, guarded);
  await client.post("/api/auth/logout");
  expect(await isAsked(client, guarded.person)).toBe(true);
  await signInWithBoth(app, guarded, { client, trustDevice: false });
  await client.post("/api/auth/logout");
  expect(await isAsked(client, guarded.person)).toBe(true);
  const { session } = await signInWithBoth(app, guarded, { client, trustDevice: true });
  expect(session.aal).toBe(2);
  expect(await eventsOf(app, session.id, "browser_trusted")).toHaveLength(1);
  await client.post("/api/auth/logout");
  const answer = await client.post("/api/auth/login", guarded.person);
  expect(answer.json).toMatchObject({
    status: "signed_in",
    session: { aal: 1, amr: ["pwd"] },
  });
});

test("E10 trust excuses one account in one browser, and a link there as well as the password", async ({
  app,
}) => {
  const [guarded, other] = [await makeGuarded(app), await makeGuarded(app)];
  const client = await makeTrusted(app, guarded);
  expect(await isAsked(client, guarded.person)).toBe(false);
  expect(await isAsked(client, other.person)).toBe(true);
  expect(await isAsked(guarded.client, guarded.person)).toBe(true);
  expect(await isAsked(new ApiClient(app.url), guarded.person)).toBe(true);
  const native = new ApiClient(app.url, undefined, "native");
  expect(await isAsked(native, guarded.person)).toBe(true);
  const { token } = await askForLink(app, guarded.person.email, { client });
  const linked = await client.post(redeeming, { token });
  expect(linked.json).toMatchObject({
    status: "signed_in",
    session: { aal: 1, amr: ["email"] },
  });
});

test("E10 trusted browsers are listed with what tells them apart, and each can be removed at once", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { client: owner, person } = guarded;
  const client = await makeTrusted(app, guarded);
  const { client: here } = await signInWithBoth(app, guarded, { trustDevice: true });
  const list = async (who: ApiClient) => (await who.get(settings.trusted)).json.items;
  const items = await list(here);
  expect(items.map((one: { current: boolean }) => one.current)).toEqual([true, false]);
  const theirs = items[1];
  expect(theirs).toMatchObject({
    browser: "Chrome 140",
    os: "Linux",
    ip: client.address,
  });
  expect(Object.keys(theirs).sort()).toEqual(
    [
      ...["browser", "createdAt", "current", "deviceType", "expiresAt", "id", "ip"],
      ...["lastUsedAt", "location", "os"],
    ].sort(),
  );
  const lasts = Date.parse(theirs.expiresAt) - Date.parse(theirs.createdAt);
  expect(lasts).toBe(thirtyDays);
  const path = `${settings.trusted}/${theirs.id}`;
  const removed = await owner.delete(path);
  expect([removed.status, removed.text]).toEqual([204, ""]);
  expect(await isAsked(client, person)).toBe(true);
  expect(await list(owner)).toHaveLength(1);
  expect((await owner.delete(path)).status).toBe(404);
});

test("K03 another account's trusted browser is as unknown as one that never was", async ({
  app,
}) => {
  const [mine, theirs] = [await makeGuarded(app), await makeGuarded(app)];
  const client = await makeTrusted(app, theirs);
  const [{ id }] = (await theirs.client.get(settings.trusted)).json.items;
  const answers = [];
  for (const given of [id, "AAAAAAAAAAAAAAAAAAAAAA", "%2e%2e", "' OR 1=1 --", "\0"]) {
    const path = `${settings.trusted}/${encodeURIComponent(given)}`;
    const { status, json } = await mine.client.delete(path);
    answers.push([status, { ...json, requestId: "" }]);
  }
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  expect(answers[0]?.[0]).toBe(404);
  expect((await mine.client.get(settings.trusted)).json.items).toEqual([]);
  expect(await isAsked(client, theirs.person)).toBe(false);
});

test("E10 after thirty days, or with another role, a trusted browser is asked again", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { user, person } = guarded;
  const client = await makeTrusted(app, guarded);
  await app.sql(
    `UPDATE trusted_browser SET expires_at = expires_at - interval '30 days'
     WHERE user_id = $1`,
    [user.id],
  );
  expect(await isAsked(client, person)).toBe(true);
  expect((await guarded.client.get(settings.trusted)).json.items).toEqual([]);
  await makeTrusted(app, guarded);
  await signInWithBoth(app, guarded, { client, trustDevice: true });
  await app.sql(`UPDATE "user" SET role = 'admin' WHERE id = $1`, [user.id]);
  expect(await isAsked(client, person)).toBe(true);
  // Nor does an admin's browser come to be trusted.
  const fresh = await makeTrusted(app, guarded);
  await app.sql(`UPDATE "user" SET role = 'user' WHERE id = $1`, [user.id]);
  expect(await isAsked(fresh, person)).toBe(true);
});

type Change = (app: Installation, guarded: Guarded) => Promise<unknown>;

const changes: Record<string, Change> = {
  "a new password": (_app, { client }) =>
    client.post("/api/account/password", { newPassword }),
  "a reset": async (app, { person }) => {
    const { client, token } = await askReset(app, person.email);
    const body = { token, password: newPassword };
    return client.post("/api/auth/password/reset", body);
  },
  "a new authenticator app": (_app, { client }) => enrolApp(client),
  "two-factor authentication turned off, and on again": async (app, guarded) => {
    const { client } = guarded;
    await confirmWithApp(app, client, guarded, "disable_two_factor");
    expect((await client.delete(settings.twoFactor)).status).toBe(200);
    Object.assign(guarded, await enrolApp(client));
  },
};

for (const [what, change] of Object.entries(changes)) {
  test(`E10 G07 with ${what} no browser is trusted any more`, async ({ app }) => {
    const guarded = await makeGuarded(app);
    const client = await makeTrusted(app, guarded);
    expect(await isAsked(client, guarded.person)).toBe(false);
    await change(app, guarded);
    const isNew = /password|reset/.test(what) && !what.includes("two-factor");
    const person = { ...guarded.person, ...(isNew && { password: newPassword }) };
    expect(await isAsked(client, person), what).toBe(true);
    const left = "SELECT 1 FROM trusted_browser WHERE user_id = $1";
    expect(await app.sql(left, [guarded.user.id])).toEqual([]);
  });
}

test("E10 whoever is not let in by the second factor is not trusted either", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { client } = await beginSignIn(app, guarded.person);
  const trustDevice = true;
  expect((await giveBackupCode(client, "0000", { trustDevice })).status).toBe(401);
  expect(await isAsked(client, guarded.person)).toBe(true);
  const code = await freshCode(app, guarded);
  expect((await giveTotp(client, code, { trustDevice: "yes" as never })).status).toBe(
    400,
  );
  // Without a second factor there is nothing to be excused from, and no way to ask.
  const { client: plain, person } = await makePerson(app);
  await plain.post("/api/auth/login", { ...person, trustDevice });
  expect((await plain.get(settings.trusted)).json.items).toEqual([]);
});
