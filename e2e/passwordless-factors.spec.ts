// What a link and a passkey are worth where there is a second factor, a ban, or no
// account any more.
import type { Answer } from "./api-client";
import { ApiClient } from "./api-client";
import { expect, makePerson, test } from "./fixtures";
import {
  addSecondFactor,
  ask,
  askForLink,
  ceremonies,
  enter,
  grantsOf,
  makeHolder,
  newAuthenticator,
  passkeys,
  redeeming,
  signInWith,
} from "./passwordless-api";
import type { Installation } from "./server";
import { cookiesSetBy, isShutOut } from "./sessions";

const { signIn, registration, stepUp } = ceremonies;
const pendingCookie = "latchkey-pending";

/** Nothing of what was received opens anything. */
async function expectHalfway(
  app: Installation,
  client: ApiClient,
  answer: Answer,
  methods: string[],
) {
  expect([answer.status, answer.json.status]).toEqual([200, "second_factor_required"]);
  expect(answer.json.methods).toEqual(methods);
  expect(Object.keys(answer.json).sort()).toEqual(["expiresAt", "methods", "status"]);
  expect(answer.headers.getSetCookie().join("\n")).not.toMatch(
    /latchkey-(access|refresh)=/,
  );
  const handle = cookiesSetBy(answer).get(pendingCookie) ?? "";
  expect(handle).toMatch(/^[\w-]{22}\.[\w-]{43}$/);
  expect(await isShutOut(client, [app.url])).toBe(true);
  expect((await client.get("/dashboard")).status).toBe(307);
  expect((await client.get("/api/auth/session")).json).toBeNull();
  for (const name of ["access", "refresh"]) {
    const forged = client.copy();
    forged.cookies.set(`latchkey-${name}`, handle);
    expect(await isShutOut(forged, [app.url])).toBe(true);
  }
}

test("F01 F04 a link to an account with a second factor opens no session, by token or by code", async ({
  app,
}) => {
  const { person } = await makePerson(app);
  await addSecondFactor(app, person);
  for (const kind of ["token", "code"] as const) {
    const { client, [kind]: secret } = await askForLink(app, person.email);
    const answer = await client.post(redeeming, { [kind]: secret });
    await expectHalfway(app, client, answer, ["totp"]);
  }
});

test("F01 E05 a passkey without user verification opens no session beside a second factor, one with it does", async ({
  app,
}) => {
  const { person, authenticator, client: owner } = await makeHolder(app);
  await addSecondFactor(app, person);
  const client = new ApiClient(app.url);
  const altered = { isUserVerified: false };
  const answer = await enter(client, authenticator, { altered });
  // The very passkey, had it verified its user, would be enough.
  await expectHalfway(app, client, answer, ["passkey", "totp"]);
  const { session } = await signInWith(app, authenticator);
  expect([session.aal, session.amr]).toEqual([2, ["swk", "user", "mfa"]]);
  // Signed in before there was one: the session is no longer at the highest level.
  const { status, json } = await owner.post(registration.options);
  expect([status, json.code]).toEqual([403, "step_up_required"]);
  expect(json.methods).toEqual(["passkey", "totp"]);
});

test("F01 a native client gets no token before the second factor", async ({ app }) => {
  const { person, authenticator } = await makeHolder(app);
  await addSecondFactor(app, person);
  const native = new ApiClient(app.url, undefined, "native");
  const asked = await native.post(signIn.options);
  const response = authenticator.get(asked.json, { isUserVerified: false });
  const headers = { "x-ceremony-token": asked.json.ceremonyToken };
  const answer = await native.post(signIn.verify, { response }, { headers });
  expect([answer.json.status, grantsOf(answer)]).toEqual(["second_factor_required", []]);
  native.accessToken = answer.json.pendingToken;
  expect((await native.get(passkeys)).status).toBe(401);
});

const ends: Record<string, (app: Installation, userId: string) => Promise<unknown>> = {
  "a ban": (app, id) =>
    app.sql(`UPDATE "user" SET banned_at = now() WHERE id = $1`, [id]),
  "the account's end": (app, id) => app.sql(`DELETE FROM "user" WHERE id = $1`, [id]),
};

for (const [what, end] of Object.entries(ends)) {
  test(`G03 with ${what} passkeys, ceremonies and confirmations are over`, async ({
    app,
  }) => {
    const { user, person, client, authenticator } = await makeHolder(app);
    const entering = new ApiClient(app.url);
    const response = authenticator.get(await ask(entering, "signIn"));
    const adding = client.copy();
    const attested = newAuthenticator(app).create(await ask(adding, "registration"));
    const confirming = client.copy();
    const proof = authenticator.get(await ask(confirming, "stepUp"));
    const link = await askForLink(app, person.email);
    await end(app, user.id);
    const answers = [
      await entering.post(signIn.verify, { response }),
      await adding.post(passkeys, { response: attested }),
      await confirming.post(stepUp.verify, { response: proof }),
      await enter(new ApiClient(app.url), authenticator),
    ];
    for (const answer of answers) {
      expect([answer.status, grantsOf(answer)], answer.text).toEqual([401, []]);
    }
    const answer = await link.client.post(redeeming, { token: link.token });
    if (what === "a ban") expect([answer.status, grantsOf(answer)]).toEqual([401, []]);
    // To a mailbox without an account the link gives a new one, which inherits nothing.
    else expect(answer.json.user.id).not.toBe(user.id);
    const sessions = "SELECT 1 FROM session WHERE user_id = $1 AND ended_at IS NULL";
    if (what !== "a ban") expect(await app.sql(sessions, [user.id])).toEqual([]);
    expect(await isShutOut(client, [app.url])).toBe(true);
  });
}
