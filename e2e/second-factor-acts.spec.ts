// How long a confirmation holds, for what, and in which session; and how long a session
// stays at the level that its sign-in reached.
import { type ApiClient, newAddress } from "./api-client";
import { expect, newEmail, test } from "./fixtures";
import {
  confirmWithApp,
  lowers,
  makeGuarded,
  settings,
  signInTrusted,
  signInWithBoth,
} from "./second-factors";
import { accessClaims, age, minutes, refresh } from "./sessions";

const stepUp = "/api/auth/step-up";
const act = "disable_two_factor";

test("F07 turning two-factor authentication off wants a confirmation of its own, and uses it up", async ({
  app,
}) => {
  for (const path of [settings.totp, settings.twoFactor]) {
    const guarded = await makeGuarded(app);
    const { client } = guarded;
    const codes = { method: "backup_code" };
    const confirm = (n: number, name?: string) =>
      client.post(stepUp, {
        ...codes,
        code: guarded.backupCodes[n],
        ...(name && { for: name }),
      });
    const refused = async (why: string) => {
      const { status, json } = await client.delete(path);
      expect([status, json.for], `${path} ${why}`).toEqual([403, act]);
    };
    await refused("right after the set-up");
    expect((await confirm(0)).status).toBe(200);
    await refused("after a plain confirmation");
    expect((await confirm(1, "delete_account")).status).toBe(200);
    await refused("after that of another act");
    expect((await confirm(2, act)).status).toBe(200);
    const other = await client.delete("/api/account");
    expect([other.status, other.json.for]).toEqual([403, "delete_account"]);
    // A later one of another kind takes its place.
    expect((await confirm(3)).status).toBe(200);
    await refused("after a later plain one");
    expect((await confirm(4, act)).status).toBe(200);
    const done = await client.delete(path);
    expect(done.status, done.text).toBe(200);
    const again = await client.delete(path);
    expect([again.status, again.json.for], path).toEqual([403, act]);
  }
});

test("F07 of twenty removals at once under one confirmation one is done, and none fails", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { client } = guarded;
  expect((await confirmWithApp(app, client, guarded, act)).status).toBe(200);
  const twins = Array.from({ length: 20 }, () => client.copy());
  const answers = await Promise.all(
    twins.map((twin, n) =>
      twin.delete(n % 2 ? settings.totp : settings.twoFactor, {
        headers: { "x-forwarded-for": newAddress() },
      }),
    ),
  );
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  for (const status of statuses) expect([200, 401, 403, 404, 409]).toContain(status);
});

test("F07 a confirmation is of one session: the account's others are as they were", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const first = await signInTrusted(app, guarded);
  const second = await signInTrusted(app, guarded);
  const done = await confirmWithApp(app, first.client, guarded, act);
  expect(done.status).toBe(200);
  const body = { email: newEmail() };
  expect((await second.client.post("/api/account/email", body)).status).toBe(403);
  expect((await second.client.delete(settings.totp)).status).toBe(403);
  expect((await first.client.post("/api/account/email", body)).status).toBe(202);
});

test("G06 the level falls after an hour's pause and a day, for good, and no renewal raises it", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const levelsOf = async (client: ApiClient, id: string) => {
    const { session } = (await client.get("/api/auth/session")).json;
    const list = (await client.get("/api/account/sessions")).json.items;
    return [session.aal, list.find((one: { id: string }) => one.id === id).aal];
  };
  for (const enter of [lowers["an hour's pause"], lowers["a day since both factors"]]) {
    const entered = await enter?.(app, guarded);
    if (!entered) throw new Error("there is no such way");
    const { client, session } = entered;
    expect(await levelsOf(client, session.id)).toEqual([1, 1]);
    await age(app, session.id, minutes(2));
    const renewed = await refresh(client);
    expect(renewed.json.session.aal).toBe(1);
    expect(accessClaims(client).aal).toBe(1);
    // Having been seen just now does not bring it back.
    expect(await levelsOf(client, session.id)).toEqual([1, 1]);
    expect((await confirmWithApp(app, client, guarded)).json.session.aal).toBe(2);
    expect(await levelsOf(client, session.id)).toEqual([2, 2]);
  }
  const busy = await signInWithBoth(app, guarded);
  await age(app, busy.session.id, minutes(59));
  expect((await refresh(busy.client)).json.session.aal).toBe(2);
});
