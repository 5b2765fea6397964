// Codes of an app and from paper: each counts once, for a while, by our clock alone.
import { codeAt } from "../tests/totp";
import { ApiClient } from "./api-client";
import { expect, test } from "./fixtures";
import { grantsOf } from "./passwordless-api";
import { rawRequest } from "./raw-request";
import {
  beginSignIn,
  factorSubjects,
  freshCode,
  type Guarded,
  giveBackupCode,
  giveTotp,
  makeGuarded,
  passWait,
  secondFactor,
  settings,
} from "./second-factors";
import type { Installation } from "./server";

const wrong = [401, "invalid_code"];
const day = 86_400_000;

const begin = async (app: Installation, { person }: Pick<Guarded, "person">) =>
  (await beginSignIn(app, person)).client;

test("D01 a code that has signed in does it no second time, nowhere", async ({ app }) => {
  const guarded = await makeGuarded(app);
  const code = await freshCode(app, guarded);
  const first = await begin(app, guarded);
  expect((await giveTotp(first, code)).status).toBe(200);
  const again = await giveTotp(await begin(app, guarded), code);
  expect([again.status, again.json.code]).toEqual(wrong);
  const confirming = { method: "totp", code };
  for (const client of [first, guarded.client]) {
    const answer = await client.post("/api/auth/step-up", confirming);
    expect([answer.status, answer.json.code]).toEqual(wrong);
  }
  const fresh = await freshCode(app, guarded);
  expect((await giveTotp(await begin(app, guarded), fresh)).status).toBe(200);
});

test("D02 of twenty sign-ins that get one code at once one is let in", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const clients = [];
  for (let n = 0; n < 20; n++) clients.push(await begin(app, guarded));
  const code = await freshCode(app, guarded);
  const answers = await Promise.all(clients.map((client) => giveTotp(client, code)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.flatMap(grantsOf)).toHaveLength(2);
  // The account's own limit answers some before they are looked at.
  for (const { status } of answers) expect([200, 401, 429]).toContain(status);
});

test("D03 after a code no earlier one counts, and only the neighbours of this moment's ever do", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { secret, user } = guarded;
  // If a step ends meanwhile, each of these is nearer to it or farther by one.
  const at = Date.now();
  const client = await begin(app, guarded);
  await freshCode(app, guarded);
  for (const steps of [-3, 3, 4]) {
    const answer = await giveTotp(client.copy(), codeAt(secret, at, steps));
    expect([answer.status, answer.json.code], `${steps} steps`).toEqual(wrong);
  }
  const next = await giveTotp(client, codeAt(secret, at, 1));
  expect(next.status, next.text).toBe(200);
  const earlier = await giveTotp(await begin(app, guarded), codeAt(secret, at));
  expect([earlier.status, earlier.json.code]).toEqual(wrong);
  // It would have been right, had the later one not been used.
  await app.sql("UPDATE totp SET last_step = 0 WHERE user_id = $1", [user.id]);
  const alone = await giveTotp(await begin(app, guarded), codeAt(secret, at));
  expect(alone.status, alone.text).toBe(200);
});

test("D05 whatever time the client says it is, ours counts", async ({ app }) => {
  const guarded = await makeGuarded(app);
  const client = await begin(app, guarded);
  const tomorrow = Date.now() + day;
  const times = {
    timestamp: tomorrow,
    time: new Date(tomorrow).toISOString(),
    epoch: tomorrow / 1000,
    now: tomorrow,
    step: Math.floor(tomorrow / 30_000),
    lastStep: 0,
  };
  const send = (code: string) =>
    rawRequest(app.url, secondFactor.code, {
      method: "POST",
      headers: {
        origin: app.url,
        cookie: client.cookieHeader,
        "content-type": "application/json",
        "x-forwarded-for": client.address,
        date: new Date(tomorrow).toUTCString(),
        "x-timestamp": String(tomorrow),
        "if-modified-since": new Date(tomorrow).toUTCString(),
      },
      body: JSON.stringify({ method: "totp", code, ...times }),
    });
  const late = await send(codeAt(guarded.secret, tomorrow));
  expect([late.status, late.json.code]).toEqual(wrong);
  const present = await send(await freshCode(app, guarded));
  expect([present.status, present.json.status]).toEqual([200, "signed_in"]);
});

test("D09 a backup code works once, however it is typed, and its owner hears how many are left", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { backupCodes, person, client } = guarded;
  expect(backupCodes).toHaveLength(10);
  expect(new Set(backupCodes).size).toBe(10);
  const remaining = async () => (await client.get(settings.backupCodes)).json;
  expect(await remaining()).toEqual({ remaining: 10 });
  const spellings = [
    (code: string) => code.toUpperCase(),
    (code: string) => code.replaceAll("-", ""),
    (code: string) => ` ${code.replaceAll("-", " ")} `,
  ];
  for (const [n, spell] of spellings.entries()) {
    const code = backupCodes[n] ?? "";
    const entered = await giveBackupCode(await begin(app, guarded), spell(code));
    expect([entered.status, entered.json.status], spell(code)).toEqual([
      200,
      "signed_in",
    ]);
    expect(entered.json.session).toMatchObject({ aal: 2 });
    for (const same of [code, spell(code)]) {
      const again = await giveBackupCode(await begin(app, guarded), same);
      expect([again.status, again.json.code], same).toEqual(wrong);
    }
    expect(await remaining()).toEqual({ remaining: 9 - n });
    const count = n + 1;
    const { codeUsed } = factorSubjects;
    const mail = await app.mailbox.waitFor(person.email, codeUsed, { count });
    expect(mail.text).toContain(`${9 - n} are left.`);
    expect(mail.raw).not.toContain(code);
  }
});

test("D09 of thirty uses of one backup code at once one signs in", async ({ app }) => {
  const guarded = await makeGuarded(app);
  const client = await begin(app, guarded);
  const others = [];
  for (let n = 0; n < 4; n++) others.push(await begin(app, guarded));
  const [code = ""] = guarded.backupCodes;
  const tries = [client, ...others].flatMap((one) =>
    Array.from({ length: 6 }, () => giveBackupCode(one.copy(), code)),
  );
  const answers = await Promise.all(tries);
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  for (const { status } of answers) expect([200, 401, 429]).toContain(status);
  expect((await guarded.client.get(settings.backupCodes)).json.remaining).toBe(9);
});

test("D09 new backup codes end the old ones, used or not, and are mailed without being in the mail", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { client, person, backupCodes } = guarded;
  const made = await client.post(settings.backupCodes);
  expect([made.status, made.headers.get("cache-control")]).toEqual([200, "no-store"]);
  const fresh: string[] = made.json.backupCodes;
  expect(new Set([...fresh, ...backupCodes]).size).toBe(20);
  for (const old of backupCodes.slice(0, 3)) {
    const answer = await giveBackupCode(await begin(app, guarded), old);
    expect([answer.status, answer.json.code]).toEqual(wrong);
  }
  const entered = await giveBackupCode(await begin(app, guarded), fresh[0] ?? "");
  expect(entered.status, entered.text).toBe(200);
  const mail = await app.mailbox.waitFor(person.email, factorSubjects.codesMade);
  for (const code of [...fresh, ...backupCodes]) expect(mail.raw).not.toContain(code);
});

test("D09 a backup code of somebody else is a wrong one", async ({ app }) => {
  const [mine, theirs] = [await makeGuarded(app), await makeGuarded(app)];
  const [code = ""] = theirs.backupCodes;
  const answer = await giveBackupCode(await begin(app, mine), code);
  expect([answer.status, answer.json.code]).toEqual(wrong);
  const owner = await giveBackupCode(await begin(app, theirs), code);
  expect(owner.status, owner.text).toBe(200);
});

test("D03 D09 a code counts for its own method alone, and only in its own form", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const [paper = ""] = guarded.backupCodes;
  const code = await freshCode(app, guarded);
  const swapped = await begin(app, guarded);
  expect((await giveBackupCode(swapped, code)).status).toBe(401);
  expect((await giveTotp(swapped, paper)).status).toBe(401);
  const odd = await begin(app, guarded);
  for (const spelled of [`${code}0`, code.slice(1), `+${code}`]) {
    expect((await giveTotp(odd, spelled)).status, spelled).toBe(401);
  }
  const client = await begin(app, { person: guarded.person });
  await passWait(app, guarded.user.id);
  const spaced = `${code.slice(0, 3)} ${code.slice(3)}`;
  expect((await giveTotp(client, spaced)).status).toBe(200);
  const unknown = await new ApiClient(app.url).post(secondFactor.code, {
    method: "email_code",
    code,
  });
  expect([unknown.status, unknown.json.code]).toEqual([400, "invalid_request"]);
});
