// Setting second factors up and taking them away, over the API: what is on and since
// when, what ends with each change, and what its owner is told.
import { codeNow } from "../tests/totp";
import { type Answer, ApiClient } from "./api-client";
import { expect, makePerson, password, signIn, test } from "./fixtures";
import { addPasskey, makeHolder, newAuthenticator } from "./passwordless-api";
import {
  beginSignIn,
  confirmWithApp,
  enrolApp,
  factorSubjects,
  freshCode,
  type Guarded,
  giveBackupCode,
  giveTotp,
  makeGuarded,
  settings,
  signInWithBoth,
  wrongTotp,
} from "./second-factors";
import type { Installation } from "./server";
import { age, isShutOut, minutes, refresh } from "./sessions";

const act = "disable_two_factor";

/** Whether the password alone opens the account. */
async function isAsked(
  app: Installation,
  { email }: { email: string },
  given = password,
) {
  const client = new ApiClient(app.url);
  const answer = await client.post("/api/auth/login", { email, password: given });
  expect(answer.status, answer.text).toBe(200);
  return answer.json.status === "second_factor_required";
}

test("D06 an app guards nothing before its first code, and that code signs nobody in", async ({
  app,
}) => {
  const { client, person, user } = await makePerson(app);
  const begun = await client.post(settings.totp);
  const { secret, otpauthUri } = begun.json;
  expect([begun.status, begun.headers.get("cache-control")]).toEqual([200, "no-store"]);
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  const uri = new URL(otpauthUri);
  expect([uri.protocol, uri.host]).toEqual(["otpauth:", "totp"]);
  expect(decodeURIComponent(uri.pathname)).toContain(person.email);
  expect(uri.searchParams.get("secret")).toBe(secret);
  expect(await isAsked(app, person)).toBe(false);
  const wrong = await client.post(settings.confirmTotp, { code: wrongTotp(secret) });
  expect([wrong.status, wrong.json.code]).toEqual([401, "invalid_code"]);
  expect(await isAsked(app, person)).toBe(false);
  const code = codeNow(secret);
  const confirmed = await client.post(settings.confirmTotp, { code });
  expect(confirmed.status, confirmed.text).toBe(200);
  expect(confirmed.json.backupCodes).toHaveLength(10);
  const { client: entering } = await beginSignIn(app, person);
  const again = await giveTotp(entering, code);
  expect([again.status, again.json.code]).toEqual([401, "invalid_code"]);
  const next = await giveTotp(entering, await freshCode(app, { user, secret }));
  expect(next.status, next.text).toBe(200);
  const twice = await client.post(settings.confirmTotp, { code: codeNow(secret, 1) });
  expect([twice.status, twice.json.code]).toEqual([409, "conflict"]);
});

test("D06 a set-up ends after a quarter of an hour, with a newer one, and is of one session alone", async ({
  app,
}) => {
  const { client, person, user } = await makePerson(app);
  const other = await signIn(app, person);
  const first = (await client.post(settings.totp)).json.secret;
  const strange = await other.post(settings.confirmTotp, { code: codeNow(first) });
  expect([strange.status, strange.json.code]).toEqual([409, "conflict"]);
  const second = (await client.post(settings.totp)).json.secret;
  expect(second).not.toBe(first);
  const old = await client.post(settings.confirmTotp, { code: codeNow(first) });
  expect([old.status, old.json.code]).toEqual([401, "invalid_code"]);
  await app.sql(
    `UPDATE challenge SET expires_at = expires_at - interval '15 minutes'
     WHERE purpose = 'totp-enrolment' AND user_id = $1`,
    [user.id],
  );
  const late = await client.post(settings.confirmTotp, { code: codeNow(second) });
  expect([late.status, late.json.code]).toEqual([409, "conflict"]);
  expect(await isAsked(app, person)).toBe(false);
});

test("D06 a new app takes the place of the old one when it has answered, and no sooner", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { client, person, user, backupCodes } = guarded;
  const { secret } = (await client.post(settings.totp)).json;
  await signInWithBoth(app, guarded);
  const { client: entering } = await beginSignIn(app, person);
  const early = await giveTotp(entering, await freshCode(app, { user, secret }));
  expect([early.status, early.json.code]).toEqual([401, "invalid_code"]);
  const code = codeNow(secret);
  const confirmed = await client.post(settings.confirmTotp, { code });
  expect(confirmed.status, confirmed.text).toBe(200);
  const { client: after } = await beginSignIn(app, person);
  expect((await giveTotp(after, await freshCode(app, guarded))).status).toBe(401);
  expect((await giveBackupCode(after, backupCodes[0] ?? "")).status).toBe(401);
  const fresh = await freshCode(app, { user, secret });
  expect((await giveTotp(after, fresh)).status).toBe(200);
  await app.mailbox.waitFor(person.email, factorSubjects.appAdded);
});

type Changing = {
  /** An account, one more session of it, and the change. */
  make: (app: Installation) => Promise<Guarded | Awaited<ReturnType<typeof makeHolder>>>;
  change: (app: Installation, made: Guarded) => Promise<Answer>;
  subject: string;
};

const confirmThen =
  (method: string, path: string): Changing["change"] =>
  async (app, made) => {
    expect((await confirmWithApp(app, made.client, made, act)).status).toBe(200);
    return made.client.call(method, path);
  };

const changings: Record<string, Changing> = {
  "an app is set up": {
    make: makePerson as Changing["make"],
    change: async (_app, { client }) => (await enrolApp(client)).confirmed,
    subject: factorSubjects.on,
  },
  "a new app takes its place": {
    make: makeGuarded,
    change: async (_app, { client }) => (await enrolApp(client)).confirmed,
    subject: factorSubjects.appAdded,
  },
  "passkeys are turned on": {
    make: makeHolder,
    change: (_app, { client }) => client.post(settings.twoFactor),
    subject: factorSubjects.on,
  },
  "the app is removed": {
    make: makeGuarded,
    change: confirmThen("DELETE", settings.totp),
    subject: factorSubjects.off,
  },
  "the app is removed beside a passkey": {
    make: async (app) => {
      const guarded = await makeGuarded(app);
      await addPasskey(guarded.client, newAuthenticator(app));
      return guarded;
    },
    change: confirmThen("DELETE", settings.totp),
    subject: factorSubjects.appRemoved,
  },
  "it is turned off": {
    make: makeGuarded,
    change: confirmThen("DELETE", settings.twoFactor),
    subject: factorSubjects.off,
  },
};

for (const [what, { make, change, subject }] of Object.entries(changings)) {
  test(`G07 M07 when ${what} every other session ends, this one goes on with new tokens, and it is mailed`, async ({
    app,
  }) => {
    const made = (await make(app)) as Guarded;
    const { client, person, session } = made;
    const other = made.secret
      ? (await signInWithBoth(app, made)).client
      : await signIn(app, person);
    const before = client.copy();
    const answer = await change(app, made);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json.ended).toBeGreaterThanOrEqual(1);
    expect(await isShutOut(other, [app.url])).toBe(true);
    expect((await client.get("/api/account")).status).toBe(200);
    for (const name of ["latchkey-access", "latchkey-refresh"]) {
      expect(client.cookies.get(name)).not.toBe(before.cookies.get(name));
    }
    // The old access token ends at once, the old refresh token is superseded.
    expect((await before.get("/api/account")).status).toBe(401);
    await age(app, session.id, minutes(2));
    expect((await refresh(before)).status).toBe(401);
    const mail = await app.mailbox.waitFor(person.email, subject);
    expect(mail.text).toContain(`${app.url}/not-me#token=`);
  });
}
