// A sign-in between its factors: it counts in the browser that gave the first one,
// for ten minutes, for five tries and once, and as nothing else.
import { newPassword } from "./account-api";
import { type Answer, ApiClient, newAddress } from "./api-client";
import { expect, test } from "./fixtures";
import { grantsOf, sessionsOf } from "./passwordless-api";
import {
  agePending,
  beginSignIn,
  enrolApp,
  freshCode,
  type Guarded,
  giveBackupCode,
  giveTotp,
  makeGuarded,
  pendingCookie,
  secondFactor,
  settings,
  signInWithBoth,
  wrongBackupCode,
  wrongTotp,
} from "./second-factors";
import type { Installation } from "./server";
import { cookiesSetBy } from "./sessions";

/** It is over, and the browser forgets it. */
function expectOver(answer: Answer, what = "") {
  const { status, json } = answer;
  const seen = [status, json.code, json.reason];
  expect(seen, what).toEqual([401, "unauthenticated", "expired"]);
  expect(grantsOf(answer), what).toEqual([]);
  expect(cookiesSetBy(answer).get(pendingCookie), what).toBe("");
}

test("L01 the cookie of a sign-in that waits lives ten minutes, and is nowhere in the answer", async ({
  app,
}) => {
  const { person } = await makeGuarded(app);
  const { answer, client } = await beginSignIn(app, person);
  const lines = answer.headers.getSetCookie();
  const line = lines.find((one) => one.startsWith(pendingCookie));
  expect(line).toMatch(new RegExp(`^${pendingCookie}=[\\w-]{22}\\.[\\w-]{43};`));
  expect(line).toMatch(/; Path=\/(;|$)/);
  expect(line).toMatch(/; Max-Age=600(;|$)/i);
  expect(line).toMatch(/; HttpOnly(;|$)/i);
  expect(line).toMatch(/; SameSite=lax(;|$)/i);
  expect(line).not.toMatch(/domain=/i);
  expect(answer.headers.get("cache-control")).toBe("no-store");
  for (const part of client.cookies.get(pendingCookie)?.split(".") ?? []) {
    expect(answer.text).not.toContain(part);
  }
  const left = Date.parse(answer.json.expiresAt) - Date.now();
  expect(left).toBeGreaterThan(540_000);
  expect(left).toBeLessThanOrEqual(601_000);
});

test("F03 the cookie of a sign-in opens nothing in somebody else's browser, nor without its own device", async ({
  app,
}) => {
  const [mine, theirs] = [await makeGuarded(app), await makeGuarded(app)];
  const { client: own } = await beginSignIn(app, mine.person);
  const { client: other } = await beginSignIn(app, theirs.person);
  const handle = own.cookies.get(pendingCookie) ?? "";
  const swapped = other.copy();
  swapped.cookies.set(pendingCookie, handle);
  const bare = new ApiClient(app.url);
  bare.cookies.set(pendingCookie, handle);
  const signedIn = theirs.client.copy();
  signedIn.cookies.set(pendingCookie, handle);
  for (const [what, thief] of Object.entries({ swapped, bare, signedIn })) {
    for (const guarded of [mine, theirs]) {
      const code = await freshCode(app, guarded);
      expectOver(await giveTotp(thief.copy(), code), what);
    }
    const [paper = ""] = mine.backupCodes;
    expectOver(await giveBackupCode(thief.copy(), paper), what);
    expect((await thief.copy().post(secondFactor.options)).status, what).toBe(401);
  }
  // Nothing was used up by that, neither in his browser nor in hers.
  const entered = await giveTotp(own, await freshCode(app, mine));
  expect(entered.json.user?.id, entered.text).toBe(mine.user.id);
  const hers = await giveTotp(other, await freshCode(app, theirs));
  expect(hers.json.user?.id, hers.text).toBe(theirs.user.id);
});

test("F03 the handle of one channel is refused on the other", async ({ app }) => {
  const guarded = await makeGuarded(app);
  const { client: browser } = await beginSignIn(app, guarded.person);
  const native = new ApiClient(app.url, undefined, "native");
  const { answer } = await beginSignIn(app, guarded.person, native);
  const code = () => freshCode(app, guarded);
  const headers = { "x-pending-token": browser.cookies.get(pendingCookie) ?? "" };
  expect((await giveTotp(native, await code(), { headers })).status).toBe(401);
  const { pendingToken } = answer.json;
  for (const clean of [new ApiClient(app.url), guarded.client.copy(), browser.copy()]) {
    clean.cookies.set(pendingCookie, pendingToken);
    expect((await clean.copy().post(secondFactor.options)).status).toBe(401);
    expectOver(await giveTotp(clean, await code()));
    clean.cookies.delete(pendingCookie);
    const sent = { headers: { "x-pending-token": pendingToken } };
    expectOver(await giveTotp(clean, await code(), sent));
  }
});

test("F03 ten minutes after the first factor the right code comes too late, and a new sign-in does not", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { client } = await beginSignIn(app, guarded.person);
  await agePending(app, guarded.user.id);
  const late = client.copy();
  expect((await late.post(secondFactor.options)).status).toBe(401);
  expectOver(await giveTotp(late, await freshCode(app, guarded)));
  expectOver(await giveBackupCode(client.copy(), guarded.backupCodes[0] ?? ""));
  const { session } = await signInWithBoth(app, guarded, { client });
  expect(session.aal).toBe(2);
});

test("F03 it serves once: not again after it, and of twenty answers at once one opens a session", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { client } = await beginSignIn(app, guarded.person);
  const twins = Array.from({ length: 20 }, () => client.copy());
  const before = await sessionsOf(app, guarded.person.email);
  const answers = await Promise.all(
    twins.map((twin, n) =>
      giveBackupCode(twin, guarded.backupCodes[n % guarded.backupCodes.length] ?? "", {
        headers: { "x-forwarded-for": newAddress() },
      }),
    ),
  );
  const entered = answers.filter(({ status }) => status === 200);
  expect(entered).toHaveLength(1);
  for (const answer of answers) expect([200, 401]).toContain(answer.status);
  expect(await sessionsOf(app, guarded.person.email)).toBe(before + 1);
  expectOver(await giveTotp(client, await freshCode(app, guarded)));
});

test("D04 the fifth wrong code ends the sign-in, of whichever method they were", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { client } = await beginSignIn(app, guarded.person);
  const kept = client.copy();
  const wrong = wrongTotp(guarded.secret);
  for (let n = 1; n <= 4; n++) {
    const answer =
      n % 2 === 0
        ? await giveTotp(client, wrong)
        : await giveBackupCode(client, wrongBackupCode);
    const { status, json } = answer;
    expect([status, json.code, json.reason]).toEqual([401, "invalid_code", undefined]);
    expect(cookiesSetBy(answer).has(pendingCookie)).toBe(false);
  }
  const last = await giveTotp(client, wrong);
  const { status, json } = last;
  expect([status, json.code, json.reason]).toEqual([401, "invalid_code", "spent"]);
  expect(cookiesSetBy(last).get(pendingCookie)).toBe("");
  // Whoever keeps the cookie all the same has nothing of it, and need not wait either.
  expectOver(await giveTotp(kept.copy(), await freshCode(app, guarded)));
  expectOver(await giveBackupCode(kept.copy(), guarded.backupCodes[0] ?? ""));
  expect((await kept.post(secondFactor.options)).status).toBe(401);
});

test("L02 a pending cookie that comes twice is none, in any order, and is not used up", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { client } = await beginSignIn(app, guarded.person);
  const own = `${pendingCookie}=${client.cookies.get(pendingCookie)}`;
  const device = `latchkey-device=${client.cookies.get("latchkey-device")}`;
  for (const pair of [`${own}; ${pendingCookie}=x`, `${pendingCookie}=x; ${own}`]) {
    const headers = { cookie: `${device}; ${pair}` };
    const code = await freshCode(app, guarded);
    expectOver(await giveTotp(client.copy(), code, { headers }));
  }
  expect((await giveTotp(client, await freshCode(app, guarded))).status).toBe(200);
});

type Change = (app: Installation, guarded: Guarded) => Promise<unknown>;

/** What its owner, or we, do to the account meanwhile. */
const changes: Record<string, Change> = {
  "a new password": (_app, { client }) =>
    client.post("/api/account/password", { newPassword }),
  "a new authenticator app": (_app, { client }) => enrolApp(client),
  "two-factor authentication turned off": async (_app, { client, backupCodes }) => {
    const [code] = backupCodes;
    const named = { method: "backup_code", code, for: "disable_two_factor" };
    await client.post("/api/auth/step-up", named);
    await client.delete(settings.twoFactor);
  },
  "a ban": (app, { user }) =>
    app.sql(`UPDATE "user" SET banned_at = now() WHERE id = $1`, [user.id]),
  "the account's end": (app, { user }) =>
    app.sql(`DELETE FROM "user" WHERE id = $1`, [user.id]),
};

for (const [what, change] of Object.entries(changes)) {
  test(`F03 G08 with ${what} a sign-in that waits is over, however right the code`, async ({
    app,
  }) => {
    const guarded = await makeGuarded(app);
    const { client } = await beginSignIn(app, guarded.person);
    const before = await sessionsOf(app, guarded.person.email);
    await change(app, guarded);
    for (const secondary of [giveTotp, giveBackupCode]) {
      const isTotp = secondary === giveTotp;
      const code = isTotp ? await freshCode(app, guarded) : guarded.backupCodes[1];
      expectOver(await secondary(client.copy(), code ?? ""), what);
    }
    expect(await sessionsOf(app, guarded.person.email)).toBeLessThanOrEqual(before);
  });
}
