// Signing in and confirming with passkeys, as who forges the browser's part tries it.
import { randomBytes } from "node:crypto";
import type { Answer } from "./api-client";
import { ApiClient, newAddress } from "./api-client";
import { expect, makePerson, test } from "./fixtures";
import {
  ask,
  ceremonies,
  ceremonyCookie,
  confirmWith,
  enter,
  grantsOf,
  makeHolder,
  newAuthenticator,
  passkeys,
  passkeysOf,
  signInWith,
} from "./passwordless-api";
import { cookiesSetBy, secondNode } from "./sessions";

const { signIn, registration } = ceremonies;

function expectRefused(answer: Answer, what = "") {
  expect([answer.status, answer.json.code], what).toEqual([401, "invalid_passkey"]);
  expect(grantsOf(answer), what).toEqual([]);
}

test("E01 a captured answer is refused, whatever challenge comes along in the body", async ({
  app,
}) => {
  const { authenticator } = await makeHolder(app);
  const client = new ApiClient(app.url);
  const options = await ask(client, "signIn");
  expect(Buffer.from(options.challenge, "base64url").length).toBeGreaterThanOrEqual(16);
  const response = authenticator.get(options);
  const spent = client.copy();
  expect((await client.post(signIn.verify, { response })).status).toBe(200);
  const { challenge } = options;
  const bodies = [
    { response },
    { response, challenge },
    { response, expectedChallenge: challenge, ceremony: { challenge } },
    { response: { ...response, challenge }, options },
  ];
  for (const body of bodies) {
    // With the handle of that ceremony, of a fresh one, and with none.
    const fresh = new ApiClient(app.url);
    await ask(fresh, "signIn");
    for (const thief of [spent.copy(), fresh, new ApiClient(app.url)]) {
      expectRefused(await thief.post(signIn.verify, body), JSON.stringify(body));
    }
  }
});

test("E01 a challenge of the forger's own choice is no challenge of ours", async ({
  app,
}) => {
  const { authenticator } = await makeHolder(app);
  const asked = await ask(new ApiClient(app.url), "signIn");
  const chosen = [randomBytes(32).toString("base64url"), asked.challenge, "", "AAAA"];
  for (const challenge of chosen) {
    const client = new ApiClient(app.url);
    const options = await ask(client, "signIn");
    const response = authenticator.get({ ...options, challenge });
    expectRefused(await client.post(signIn.verify, { response, challenge }), challenge);
  }
});

test("E02 a ceremony counts once: for the answer that fails as for the one that does not", async ({
  app,
}) => {
  const { authenticator } = await makeHolder(app);
  const client = new ApiClient(app.url);
  const options = await ask(client, "signIn");
  const kept = client.copy();
  const forged = authenticator.get(options, { signature: randomBytes(70) });
  const failed = await client.post(signIn.verify, { response: forged });
  expectRefused(failed);
  expect(cookiesSetBy(failed).get(ceremonyCookie)).toBe("");
  // The browser forgets its handle; who kept a copy of it has gained nothing.
  const response = authenticator.get(options);
  const late = await kept.post(signIn.verify, { response });
  expectRefused(late);
  expect(late.json.reason).toBe("no_ceremony");
});

test("E02 twenty answers at once, over two nodes, begin one session", async ({ app }) => {
  const { authenticator, user } = await makeHolder(app);
  const before = await app.sql("SELECT 1 FROM session WHERE user_id = $1", [user.id]);
  const client = new ApiClient(app.url);
  const response = authenticator.get(await ask(client, "signIn"));
  const bases = [app.url, (await secondNode(app)).url];
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      client.copy().post(
        signIn.verify,
        { response },
        {
          base: bases[at % 2],
          headers: { "x-forwarded-for": newAddress() },
        },
      ),
    ),
  );
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([200, ...Array(19).fill(401)]);
  const after = await app.sql("SELECT 1 FROM session WHERE user_id = $1", [user.id]);
  expect(after.length - before.length).toBe(1);
});

test("E02 twenty answers at once, over two nodes, add one passkey", async ({ app }) => {
  const { client, user } = await makePerson(app);
  const response = newAuthenticator(app).create(await ask(client, "registration"));
  const bases = [app.url, (await secondNode(app)).url];
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, at) =>
      client.copy().post(
        passkeys,
        { response },
        {
          base: bases[at % 2],
          headers: { "x-forwarded-for": newAddress() },
        },
      ),
    ),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  for (const { status } of answers) expect([201, 401, 403]).toContain(status);
  expect(await passkeysOf(app, user.id)).toHaveLength(1);
});

test("E02 a ceremony older than five minutes is over", async ({ app }) => {
  const { authenticator } = await makeHolder(app);
  const client = new ApiClient(app.url);
  const options = await ask(client, "signIn");
  expect(options.timeout).toBe(300_000);
  const id = client.cookies.get(ceremonyCookie)?.slice(0, 22);
  await app.sql(
    "UPDATE challenge SET expires_at = expires_at - interval '5 minutes' WHERE id = $1",
    [id],
  );
  const response = authenticator.get(options);
  const late = await client.post(signIn.verify, { response });
  expectRefused(late);
  expect(late.json.reason).toBe("no_ceremony");
});

test("E05 without user verification a passkey signs in at aal1, and confirms nothing", async ({
  app,
}) => {
  const { authenticator, client } = await makeHolder(app);
  const weak = { isUserVerified: false };
  const found = new ApiClient(app.url);
  const entered = await enter(found, authenticator, { altered: weak });
  expect([entered.status, entered.json.session.aal]).toEqual([200, 1]);
  expect(entered.json.session.amr).not.toContain("mfa");
  const tried = await found.post(registration.options);
  expect([tried.status, tried.json.code]).toEqual([403, "step_up_required"]);
  for (const session of [found, client]) {
    const answer = await confirmWith(session, authenticator, weak);
    expectRefused(answer);
    expect(answer.json.reason).toBe("no_user_verification");
  }
  expect((await found.post(registration.options)).status).toBe(403);
  const strong = await confirmWith(found, authenticator);
  expect([strong.status, strong.json.session.aal]).toEqual([200, 2]);
  expect((await found.post(registration.options)).status).toBe(200);
});

test("E05 with user verification a passkey is two factors by itself", async ({ app }) => {
  const { authenticator } = await makeHolder(app);
  const { session, client } = await signInWith(app, authenticator);
  expect([session.aal, session.amr]).toEqual([2, ["swk", "user", "mfa"]]);
  expect((await client.get(passkeys)).status).toBe(200);
  const key = await makeHolder(app, { isBackupEligible: false, hasCounter: true });
  const bound = await signInWith(app, key.authenticator);
  expect([bound.session.aal, bound.session.amr]).toEqual([2, ["hwk", "user", "mfa"]]);
});

test("E08 an answer that names no account, another one or none that exists is refused", async ({
  app,
}) => {
  const { authenticator, user, person } = await makeHolder(app);
  const other = await makeHolder(app);
  const [own] = authenticator.passkeys;
  const handle = Buffer.from(own?.userHandle ?? "", "base64url");
  expect(handle).toHaveLength(64);
  const encoded = (text: string) => Buffer.from(text).toString("base64url");
  const claims = [
    null,
    "",
    other.authenticator.passkeys[0]?.userHandle ?? "",
    encoded(user.id),
    encoded(person.email),
    handle.subarray(0, 63).toString("base64url"),
    randomBytes(64).toString("base64url"),
  ];
  for (const userHandle of claims) {
    const answer = await enter(new ApiClient(app.url), authenticator, {
      altered: { userHandle },
    });
    expectRefused(answer, String(userHandle));
  }
  await signInWith(app, authenticator);
});

test("E11 a credential that somebody has already is refused, and stays whose it was", async ({
  app,
}) => {
  const holder = await makeHolder(app);
  const { credentialId } = holder.passkey;
  const before = await passkeysOf(app, holder.user.id);
  const thief = await makePerson(app);
  for (const { client } of [thief, holder]) {
    const options = await ask(client, "registration");
    const response = newAuthenticator(app).create(options, { credentialId });
    const answer = await client.post(passkeys, { response });
    expect([answer.status, answer.json.code]).toEqual([409, "conflict"]);
    expect(answer.json.reason).toBe("already_registered");
    expect(answer.json.detail).not.toContain(holder.person.email);
  }
  expect(await passkeysOf(app, thief.user.id)).toEqual([]);
  expect(await passkeysOf(app, holder.user.id)).toEqual(before);
  const { session } = await signInWith(app, holder.authenticator);
  expect(session.aal).toBe(2);
});

test("E11 the options name what is registered, and the twenty-first is refused", async ({
  app,
}) => {
  const { client, user } = await makePerson(app);
  const ids: string[] = [];
  // Each is counted against the address of this browser, which is not the point.
  const elsewhere = () => ({ headers: { "x-forwarded-for": newAddress() } });
  for (let n = 0; n < 20; n++) {
    const options = await ask(client, "registration");
    expect(options.excludeCredentials.map(({ id }: { id: string }) => id)).toEqual(ids);
    const response = newAuthenticator(app).create(options);
    expect((await client.post(passkeys, { response }, elsewhere())).status).toBe(201);
    ids.push(response.id);
  }
  const full = await client.post(registration.options);
  expect([full.status, full.json.code, full.json.reason]).toEqual([
    409,
    "conflict",
    "too_many",
  ]);
  expect(await passkeysOf(app, user.id)).toHaveLength(20);
});
