// A part that is needed goes away, or a process dies, in the middle of what
// changes an account: all of it has happened and is told, or none of it has.
import type pg from "pg";
import { cloneDatabase } from "../scripts/test-database.mjs";
import { newPassword, subjects, tryToSignIn } from "./account-api";
import { ApiClient } from "./api-client";
import { DatabaseProxy } from "./database-proxy";
import { expect, makePerson, newEmail, password, test } from "./fixtures";
import { Installation } from "./server";
import { cookiesSetBy } from "./sessions";

let app: Installation;
let wire: DatabaseProxy;

test.describe.configure({ mode: "default", timeout: 180_000 });

test.beforeAll(async () => {
  const name = `account_outage_${test.info().parallelIndex}`;
  wire = await DatabaseProxy.start(await cloneDatabase(name));
  app = await Installation.start(name, (databaseUrl) => ({
    DATABASE_URL: wire.urlFor(databaseUrl),
  }));
});
test.afterAll(async () => {
  await app.stop();
  await wire.cut();
});

async function untilReady(base: string): Promise<void> {
  const status = () => fetch(`${base}/api/health/ready`).then((answer) => answer.status);
  await expect.poll(status, { timeout: 30_000 }).toBe(200);
}

/** What an account has that must not change by halves. */
async function stateOf(userId: string) {
  const [user] = await app.sql(`SELECT * FROM "user" WHERE id = $1`, [userId]);
  const sessions = await app.sql("SELECT id, ended_at FROM session WHERE user_id = $1", [
    userId,
  ]);
  const events = await app.sql("SELECT type FROM audit_event WHERE user_id = $1", [
    userId,
  ]);
  const mails = await app.sql(
    `SELECT j.data FROM pgboss.job j JOIN challenge c ON c.id = j.data->>'challengeId'
     WHERE j.name = 'mail' AND c.user_id = $1`,
    [userId],
  );
  return { user, sessions, events, mails };
}

test("B08 without the database nothing of the account is served, and nothing goes through uncounted", async () => {
  const { client, user } = await makePerson(app);
  const before = await stateOf(user.id);
  const calls: [string, string, object?][] = [
    ["POST", "/api/auth/login", { email: newEmail(), password }],
    ["POST", "/api/auth/password/forgot", { email: newEmail() }],
    ["POST", "/api/auth/password/reset", { token: "x", password }],
    ["POST", "/api/auth/step-up", { method: "password", password }],
    ["POST", "/api/auth/not-me", { token: "x" }],
    ["POST", "/api/account/password", { newPassword }],
    ["DELETE", "/api/account/password"],
    ["POST", "/api/account/email", { email: newEmail() }],
    ["POST", "/api/account/email/confirm", { token: "x" }],
    ["POST", "/api/account/email/cancel", {}],
    ["GET", "/api/account"],
    ["PATCH", "/api/account", { name: "Nobody" }],
    ["DELETE", "/api/account"],
    ["GET", "/api/account/export"],
    ["GET", "/api/account/activity"],
  ];
  await wire.cut();
  const answers = await Promise.all(
    calls.map(([method, path, body]) => client.copy().call(method, path, { body })),
  );
  await wire.restore();
  await untilReady(app.url);
  for (const [at, { status, json, headers }] of answers.entries()) {
    const what = `${calls[at]?.[0]} ${calls[at]?.[1]}`;
    expect([status, json?.code], what).toEqual([503, "unavailable"]);
    expect(Number(headers.get("retry-after")), what).toBeGreaterThan(0);
    expect(headers.getSetCookie(), what).toEqual([]);
  }
  expect(await stateOf(user.id)).toEqual(before);
});

/** Takes `table` away from everybody else while `work` is done. */
async function withLocked<T>(table: string, work: () => Promise<T>): Promise<T> {
  const holder = await app.database.connect();
  try {
    await holder.query(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    return await work();
  } finally {
    await holder.query("ROLLBACK");
    holder.release();
  }
}

for (const counter of ["rate_limit", "throttle"]) {
  test(`B08 while ${counter} cannot be reached even the right password is refused`, async () => {
    const { client, person } = await makePerson(app);
    const confirm = { method: "password", password };
    const [signedIn, confirmed] = await withLocked(counter, () =>
      Promise.all([
        new ApiClient(app.url).post("/api/auth/login", person),
        client.post("/api/auth/step-up", confirm),
      ]),
    );
    for (const answer of [signedIn, confirmed]) {
      expect([answer.status, answer.json.code]).toEqual([503, "unavailable"]);
      expect(cookiesSetBy(answer).has("latchkey-refresh")).toBe(false);
    }
    await untilReady(app.url);
    expect(await tryToSignIn(app, person.email)).toBe(200);
  });
}

/** Until some statement of a node waits for a lock that this test holds. */
async function untilBlocked(holder: pg.PoolClient): Promise<void> {
  const blocked = async () => {
    const { rows } = await holder.query(
      "SELECT 1 FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))",
    );
    return rows.length;
  };
  await expect.poll(blocked, { timeout: 10_000 }).toBeGreaterThan(0);
}

/** A process of its own, so that only it is killed. */
async function startDoomed() {
  const doomed = await app.addNode();
  return { doomed, at: { base: doomed.url } };
}

test("M05 a process killed before it has answered leaves neither the change nor its mail", async () => {
  const { client, person, user } = await makePerson(app);
  const { doomed, at } = await startDoomed();
  const before = await stateOf(user.id);
  const holder = await app.database.connect();
  try {
    // The record is the last that is written but the mail.
    await holder.query("BEGIN; LOCK TABLE audit_event IN ACCESS EXCLUSIVE MODE");
    const body = { newPassword };
    const answer = client.copy().post("/api/account/password", body, at);
    const failed = expect(answer).rejects.toThrow();
    await untilBlocked(holder);
    await doomed.stop("SIGKILL");
    await failed;
  } finally {
    await holder.query("ROLLBACK");
    holder.release();
  }
  // Whatever was under way has its lock by now, and finds nobody to report to.
  await expect
    .poll(() => app.sql("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))
    .toEqual([]);
  expect(await stateOf(user.id)).toEqual(before);
  expect((await client.get("/api/account")).status).toBe(200);
  expect(await tryToSignIn(app, person.email)).toBe(200);
  expect(app.mailbox.about(person.email, subjects.passwordChanged)).toEqual([]);
});

test("M05 M07 a process killed right after its answer loses no mail: another one sends it", async () => {
  const made = await Promise.all([1, 2, 3].map(() => makePerson(app)));
  await app.mailbox.pause();
  const { doomed, at } = await startDoomed();
  const answers = await Promise.all(
    made.map(({ client }) => client.post("/api/account/password", { newPassword }, at)),
  );
  await doomed.stop("SIGKILL");
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  await app.mailbox.resume();
  // What it was about to send, the queue would wait for until two minutes are over.
  await app.sql("UPDATE pgboss.job SET state = 'retry' WHERE state = 'active'");
  for (const { person } of made) {
    const options = { timeout: 120_000 };
    await app.mailbox.waitFor(person.email, subjects.passwordChanged, options);
    expect(await tryToSignIn(app, person.email, newPassword)).toBe(200);
  }
});

test("M07 a mail server that is away delays the news of a change and not the change", async () => {
  const { client, person } = await makePerson(app);
  await app.mailbox.pause();
  const changed = await client.post("/api/account/password", { newPassword });
  const stranger = new ApiClient(app.url);
  const signedIn = await tryToSignIn(app, person.email, newPassword, stranger);
  expect([changed.status, signedIn]).toEqual([200, 200]);
  await app.mailbox.resume();
  const options = { timeout: 60_000 };
  await app.mailbox.waitFor(person.email, subjects.passwordChanged, options);
  await app.mailbox.waitFor(person.email, subjects.newDevice, options);
});
