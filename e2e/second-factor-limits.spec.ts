// Guessing a second factor: five tries of a sign-in, and a count of the account that
// goes on across sign-ins, methods and places. Its owner hears of it, and is not kept
// out by it.
import { type Answer, ApiClient } from "./api-client";
import { expect, test } from "./fixtures";
import { addPasskey, newAuthenticator } from "./passwordless-api";
import {
  beginSignIn,
  factorSubjects,
  freshCode,
  type Guarded,
  giveBackupCode,
  givePasskey,
  giveTotp,
  makeGuarded,
  passWait,
  pendingCookie,
  signInWithBoth,
  wrongBackupCode,
  wrongTotp,
} from "./second-factors";
import type { Installation } from "./server";
import { cookiesSetBy } from "./sessions";

const begin = async (app: Installation, { person }: Pick<Guarded, "person">) =>
  (await beginSignIn(app, person)).client;

/** So many in a row, in browsers that nobody has used, as if each had waited. */
async function fail(app: Installation, guarded: Guarded, times: number): Promise<void> {
  const wrong = wrongTotp(guarded.secret);
  for (let done = 0; done < times; ) {
    const client = await begin(app, guarded);
    for (let n = 0; n < 4 && done < times; n++, done++) {
      await passWait(app, guarded.user.id);
      expect((await giveTotp(client, wrong)).status).toBe(401);
    }
  }
}

function expectWaits(answer: Answer, most: number) {
  expect([answer.status, answer.json.code]).toEqual([429, "rate_limited"]);
  const wait = Number(answer.headers.get("retry-after"));
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(most);
  expect(answer.json.detail).toMatch(/^Too many wrong codes\. Try again in \d+ \w+\.$/);
}

test("D04 the account's count goes on across sign-ins and methods, and then each waits longer", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { secret, user, backupCodes } = guarded;
  const first = await begin(app, guarded);
  for (let n = 0; n < 3; n++) await giveTotp(first, wrongTotp(secret));
  const second = await begin(app, guarded);
  for (let n = 0; n < 2; n++) await giveBackupCode(second, wrongBackupCode);
  const third = await begin(app, guarded);
  const code = await freshCode(app, guarded);
  expectWaits(await giveTotp(third, code), 15);
  expectWaits(await giveBackupCode(third, backupCodes[0] ?? ""), 15);
  expectWaits(await giveTotp(first, code), 15);
  // The wait is no try of the sign-in, which lives on.
  for (let n = 0; n < 6; n++) await giveTotp(third, code);
  await passWait(app, user.id);
  expect((await giveTotp(third, wrongTotp(secret))).status).toBe(401);
  expectWaits(await giveTotp(third, code), 30);
  await passWait(app, user.id);
  const entered = await giveTotp(third, await freshCode(app, guarded));
  expect([entered.status, entered.json.status]).toEqual([200, "signed_in"]);
  // Right once, the count begins anew.
  const fourth = await begin(app, guarded);
  expect((await giveTotp(fourth, wrongTotp(secret))).status).toBe(401);
  expect((await giveTotp(fourth, await freshCode(app, guarded))).status).toBe(200);
});

test("D04 B07 of thirty wrong codes at once over several sign-ins five are looked at", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const clients = [];
  for (let n = 0; n < 6; n++) clients.push(await begin(app, guarded));
  const wrong = wrongTotp(guarded.secret);
  const answers = await Promise.all(
    clients.flatMap((client) =>
      Array.from({ length: 5 }, () => giveTotp(client.copy(), wrong)),
    ),
  );
  const looked = answers.filter(({ json }) => json.code === "invalid_code");
  expect(looked).toHaveLength(5);
  for (const { status } of answers) expect([401, 429]).toContain(status);
});

test("B03 D04 a confirmation and a sign-in of one browser feed one count", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { client, secret, user, person } = guarded;
  const confirm = (code: string) =>
    client.post("/api/auth/step-up", { method: "totp", code });
  for (let n = 0; n < 3; n++) expect((await confirm(wrongTotp(secret))).status).toBe(401);
  const tab = client.copy();
  await beginSignIn(app, person, tab);
  for (let n = 0; n < 2; n++) await giveBackupCode(tab, wrongBackupCode);
  expectWaits(await giveTotp(tab, await freshCode(app, guarded)), 15);
  await beginSignIn(app, person, tab);
  await passWait(app, user.id);
  expect((await giveTotp(tab, await freshCode(app, guarded))).status).toBe(200);
});

test("B02 the guesses of strangers keep the owner out of no browser that is known", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { client } = await signInWithBoth(app, guarded);
  await client.post("/api/auth/logout");
  await fail(app, guarded, 7);
  expectWaits(
    await giveTotp(await begin(app, guarded), await freshCode(app, guarded)),
    120,
  );
  const { session } = await signInWithBoth(app, guarded, { client });
  expect(session.aal).toBe(2);
});

test("D04 after a hundred wrong codes the app is refused in unknown browsers, and paper and passkey are not", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { user, client: owner, backupCodes } = guarded;
  const authenticator = newAuthenticator(app);
  await addPasskey(owner, authenticator);
  await fail(app, guarded, 1);
  const reach = () =>
    app.sql(
      "UPDATE throttle SET failures = 100, next_try_at = now() WHERE kind = 'second_factor' AND key = $1",
      [user.id],
    );
  await reach();
  const client = await begin(app, guarded);
  const refused = await giveTotp(client, await freshCode(app, guarded));
  expect([refused.status, refused.json.code]).toEqual([429, "rate_limited"]);
  expect(refused.json.detail).toContain("Use a passkey or a backup code");
  expect(refused.headers.get("retry-after")).toBe("3600");
  const byPasskey = await givePasskey(client.copy(), authenticator);
  expect([byPasskey.status, byPasskey.json.status]).toEqual([200, "signed_in"]);
  const paper = await giveBackupCode(await begin(app, guarded), backupCodes[0] ?? "");
  expect([paper.status, paper.json.status]).toEqual([200, "signed_in"]);
  // Which was right, and ends the count.
  const after = await giveTotp(await begin(app, guarded), await freshCode(app, guarded));
  expect(after.status, after.text).toBe(200);
});

test("B11 ten wrong codes in a row are mailed once, and so is the right one after them", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { user, person } = guarded;
  const about = (subject: string) => app.mailbox.about(person.email, subject).length;
  const events = async (type: string) =>
    (
      await app.sql("SELECT 1 FROM audit_event WHERE user_id = $1 AND type = $2", [
        user.id,
        type,
      ])
    ).length;
  await fail(app, guarded, 9);
  expect(await events("second_factor_failures")).toBe(0);
  await fail(app, guarded, 4);
  const mail = await app.mailbox.waitFor(person.email, factorSubjects.failures);
  expect(mail.text).toContain("10 times");
  expect(mail.text).toContain(`${app.url}/not-me#token=`);
  expect(await events("second_factor_failures")).toBe(1);
  await passWait(app, user.id);
  const entered = await giveTotp(
    await begin(app, guarded),
    await freshCode(app, guarded),
  );
  expect(entered.status, entered.text).toBe(200);
  await app.mailbox.waitFor(person.email, factorSubjects.afterFailures);
  expect(await events("second_factor_after_failures")).toBe(1);
  expect(about(factorSubjects.failures)).toBe(1);
});

test("B07 one address that goes on failing waits, whatever accounts it tries", async ({
  app,
}) => {
  const address = new ApiClient(app.url).address;
  const statuses: number[] = [];
  for (let n = 0; n < 4; n++) {
    const guarded = await makeGuarded(app);
    const client = new ApiClient(app.url, address);
    await beginSignIn(app, guarded.person, client);
    for (let tries = 0; tries < 4; tries++) {
      const answer = await giveTotp(client, wrongTotp(guarded.secret));
      statuses.push(answer.status);
      expect(answer.headers.get("ratelimit-policy")).toBe('"secondFactor";q=15;w=600');
      if (answer.status === 429) {
        expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
        expect(cookiesSetBy(answer).has(pendingCookie)).toBe(false);
      }
    }
  }
  expect(statuses).toEqual([...Array(15).fill(401), 429]);
});
