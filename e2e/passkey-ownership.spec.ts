// Whose a passkey and its ceremony are: nobody else's, in no other browser, and of
// no use for anything but what was asked.
import type { AuthenticationResponseJSON } from "@simplewebauthn/server";
import { makeOld, makeStale } from "./account-api";
import { type Answer, ApiClient } from "./api-client";
import { expect, test } from "./fixtures";
import {
  ask,
  ceremonies,
  ceremonyCookie,
  confirmWith,
  grantsOf,
  type Holder,
  makeHolder,
  newAuthenticator,
  passkeys,
  passkeysOf,
  signInWith,
} from "./passwordless-api";
import type { Installation } from "./server";

const { signIn: entering, stepUp, registration } = ceremonies;
type Ceremony = keyof typeof ceremonies;
const names = Object.keys(ceremonies) as Ceremony[];
const never = "AAAAAAAAAAAAAAAAAAAAAA";

/** An answer to these options, of the kind that this ceremony takes. */
function answerTo(
  { authenticator }: Holder,
  ceremony: Ceremony,
  challenge: string,
): object {
  const request = { challenge, rpId: "localhost" };
  if (ceremony !== "registration") return authenticator.get(request);
  const options = { challenge, rp: { id: "localhost" }, user: { id: "AAAA" } };
  const [before] = authenticator.passkeys;
  const fresh = authenticator.create(options);
  // The new one is not known here; the next answer is to be of the old one.
  authenticator.passkeys.splice(0, Number.POSITIVE_INFINITY, ...(before ? [before] : []));
  return fresh;
}

async function expectNothingDone(app: Installation, holder: Holder, answer: Answer) {
  expect([answer.status, answer.json.code], answer.text).toEqual([
    401,
    "invalid_passkey",
  ]);
  expect(grantsOf(answer)).toEqual([]);
  expect(await passkeysOf(app, holder.user.id)).toHaveLength(1);
}

for (const asked of names) {
  for (const used of names.filter((name) => name !== asked)) {
    test(`E03 the challenge of ${asked} is refused in ${used}, in the same browser`, async ({
      app,
    }) => {
      const holder = await makeHolder(app);
      const { challenge } = await ask(holder.client, asked);
      const response = answerTo(holder, used, challenge);
      const answer = await holder.client.post(ceremonies[used].verify, { response });
      await expectNothingDone(app, holder, answer);
      // With the handle of the right ceremony, and the challenge of the other.
      const kept = holder.client.copy();
      const other = (await ask(kept, asked)).challenge;
      await ask(kept, used);
      const crossed = answerTo(holder, used, other);
      const second = await kept.post(ceremonies[used].verify, { response: crossed });
      await expectNothingDone(app, holder, second);
    });
  }
}

test("E03 a sign-in counts in the browser that began it, and in no other", async ({
  app,
}) => {
  const { authenticator } = await makeHolder(app);
  const [mine, yours] = [new ApiClient(app.url), new ApiClient(app.url)];
  const options = await ask(mine, "signIn");
  const other = await ask(yours, "signIn");
  const response = authenticator.get(options);
  for (const client of [yours, new ApiClient(app.url)]) {
    const answer = await client.post(entering.verify, { response });
    expect([answer.status, grantsOf(answer)]).toEqual([401, []]);
  }
  // Nothing was used up in the browser that it belongs to.
  expect((await mine.post(entering.verify, { response })).status).toBe(200);
  const crossed = mine.copy();
  crossed.cookies.set(ceremonyCookie, (await cookieOfNew(app)) ?? "");
  const late = await crossed.post(entering.verify, {
    response: authenticator.get(other),
  });
  expect(late.status).toBe(401);
});

async function cookieOfNew(app: Installation) {
  const client = new ApiClient(app.url);
  await ask(client, "signIn");
  return client.cookies.get(ceremonyCookie);
}

test("E03 what one session began, no other finishes: not of somebody else, not of the same person", async ({
  app,
}) => {
  const holder = await makeHolder(app);
  const stranger = await makeHolder(app);
  const second = await signInWith(app, holder.authenticator);
  for (const ceremony of ["registration", "stepUp"] as const) {
    for (const { client } of [stranger, second]) {
      const options = await ask(holder.client, ceremony);
      const thief = client.copy();
      const handle = holder.client.cookies.get(ceremonyCookie) ?? "";
      thief.cookies.set(ceremonyCookie, handle);
      const response = answerTo(holder, ceremony, options.challenge);
      const answer = await thief.post(ceremonies[ceremony].verify, { response });
      expect([answer.status, answer.json.code]).toEqual([401, "invalid_passkey"]);
    }
  }
  expect(await passkeysOf(app, holder.user.id)).toHaveLength(1);
  expect(await passkeysOf(app, stranger.user.id)).toHaveLength(1);
});

test("E03 nobody confirms with a passkey of somebody else", async ({ app }) => {
  const holder = await makeHolder(app);
  const stranger = await makeHolder(app);
  await makeOld(app, holder.session.id);
  const options = await ask(holder.client, "stepUp");
  expect(options.allowCredentials.map(({ id }: { id: string }) => id)).toEqual([
    holder.passkey.credentialId,
  ]);
  const any = { ...options, allowCredentials: [] };
  const theirs = stranger.authenticator.get(any);
  const named: AuthenticationResponseJSON = stranger.authenticator.get(any, {
    credentialId: holder.passkey.credentialId,
    userHandle: holder.authenticator.passkeys[0]?.userHandle,
  });
  for (const response of [theirs, named]) {
    const again = holder.client.copy();
    const answer = await again.post(stepUp.verify, { response });
    expect([answer.status, answer.json.code]).toEqual([401, "invalid_passkey"]);
  }
  expect((await holder.client.post(registration.options)).status).toBe(403);
});

test("E09 K03 another person's passkey is as unknown as one that never was", async ({
  app,
}) => {
  const holder = await makeHolder(app);
  const { client } = await makeHolder(app);
  const before = await passkeysOf(app, holder.user.id);
  const hostile = [
    never,
    "' OR 1=1 --",
    "%2e%2e",
    "\0",
    "\ud7ff\u0000x",
    "x".repeat(2000),
  ];
  const answers = [];
  for (const id of [holder.passkey.id, holder.passkey.credentialId, ...hostile]) {
    const path = `${passkeys}/${encodeURIComponent(id)}`;
    const renamed = await client.call("PATCH", path, { body: { name: "Mine" } });
    const removed = await client.delete(path);
    for (const { status, json } of [renamed, removed]) {
      answers.push([status, { ...json, requestId: "" }]);
    }
  }
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  expect(answers[0]).toEqual([404, expect.objectContaining({ code: "not_found" })]);
  expect(await passkeysOf(app, holder.user.id)).toEqual(before);
  expect((await client.get(passkeys)).text).not.toContain(holder.passkey.id);
  expect((await holder.client.get(passkeys)).json.items).toHaveLength(1);
});

test("E10 without a session nobody adds, lists, renames or removes a passkey", async ({
  app,
}) => {
  const holder = await makeHolder(app);
  const { challenge } = await ask(holder.client, "registration");
  const response = answerTo(holder, "registration", challenge);
  const handle = holder.client.cookies.get(ceremonyCookie) ?? "";
  const path = `${passkeys}/${holder.passkey.id}`;
  const nobody = new ApiClient(app.url);
  nobody.cookies.set(ceremonyCookie, handle);
  const ended = holder.client.copy();
  await holder.client.post("/api/auth/logout");
  for (const client of [nobody, ended]) {
    const answers = [
      await client.post(registration.options),
      await client.copy().post(passkeys, { response }),
      await client.get(passkeys),
      await client.call("PATCH", path, { body: { name: "Mine" } }),
      await client.delete(path),
      await client.post(stepUp.options),
      await client.post(stepUp.verify, {
        response: holder.authenticator.get({ challenge }),
      }),
    ];
    for (const { status, json } of answers) {
      expect([status, json.code]).toEqual([401, "unauthenticated"]);
    }
  }
  expect(await passkeysOf(app, holder.user.id)).toHaveLength(1);
});

test("E10 an old session says how to confirm it, and adds, renames and removes nothing before", async ({
  app,
}) => {
  const made = await makeStale(app);
  const holder = await makeHolder(app);
  await makeOld(app, holder.session.id);
  const response = newAuthenticator(app).create({
    challenge: "AAAA",
    rp: { id: "localhost" },
    user: { id: "AAAA" },
  });
  const path = `${passkeys}/${holder.passkey.id}`;
  const expected = [
    [made.client, ["password"]],
    [holder.client, ["passkey", "password"]],
  ] as const;
  for (const [client, methods] of expected) {
    const answers = [
      await client.post(registration.options),
      await client.post(passkeys, { response }),
      await client.call("PATCH", path, { body: { name: "Mine" } }),
      await client.delete(path),
    ];
    for (const { status, json } of answers) {
      expect([status, json.code, json.methods]).toEqual([
        403,
        "step_up_required",
        methods,
      ]);
    }
  }
  const [row] = await passkeysOf(app, holder.user.id);
  expect(row?.name).not.toBe("Mine");
  expect((await confirmWith(holder.client, holder.authenticator)).status).toBe(200);
  const renamed = await holder.client.call("PATCH", path, { body: { name: "Mine" } });
  expect([renamed.status, renamed.json.name]).toEqual([200, "Mine"]);
});
