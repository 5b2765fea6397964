// A passkey as the second factor: only where it verifies its user, only in the sign-in
// that asked, only of the account that the first factor named.
import { type Answer, ApiClient } from "./api-client";
import { expect, test } from "./fixtures";
import {
  addPasskey,
  ask,
  askForLink,
  ceremonies,
  ceremonyCookie,
  confirmWith,
  grantsOf,
  makeHolder,
  newAuthenticator,
  redeeming,
} from "./passwordless-api";
import {
  beginSignIn,
  givePasskey,
  giveTotp,
  makeGuarded,
  secondFactor,
  settings,
  signInTrusted,
  wrongTotp,
} from "./second-factors";
import type { Installation } from "./server";
import { age, cookiesSetBy, minutes } from "./sessions";

/** With an app, and a passkey of which it was verified whose it is. */
async function makeBoth(app: Installation) {
  const guarded = await makeGuarded(app);
  const authenticator = newAuthenticator(app);
  const passkey = await addPasskey(guarded.client, authenticator);
  return { ...guarded, authenticator, passkey };
}

/** With a passkey alone that is asked for after the password. */
async function makeTurnedOn(app: Installation) {
  const holder = await makeHolder(app);
  const answer = await holder.client.post(settings.twoFactor);
  expect(answer.status, answer.text).toBe(200);
  return { ...holder, backupCodes: answer.json.backupCodes as string[] };
}

function expectRefused(answer: Answer, reason: string, what = "") {
  const { status, json } = answer;
  expect([status, json.code, json.reason], what).toEqual([
    401,
    "invalid_passkey",
    reason,
  ]);
  expect(grantsOf(answer), what).toEqual([]);
}

test("F01 a passkey that was turned on as second factor is asked for after the password and after a link, and signs in", async ({
  app,
}) => {
  const { person, authenticator, user } = await makeTurnedOn(app);
  const { client, answer } = await beginSignIn(app, person);
  expect(answer.json.methods).toEqual(["passkey", "backup_code"]);
  const entered = await givePasskey(client, authenticator);
  expect([entered.status, entered.json.status]).toEqual([200, "signed_in"]);
  expect(entered.json.user.id).toBe(user.id);
  expect(entered.json.session).toMatchObject({
    aal: 2,
    amr: ["pwd", "swk", "user", "mfa"],
  });
  const link = await askForLink(app, person.email);
  const half = await link.client.post(redeeming, { token: link.token });
  expect(half.json).toMatchObject({ methods: ["passkey", "backup_code"] });
  const second = await givePasskey(link.client, authenticator);
  expect(second.json.session).toMatchObject({
    aal: 2,
    amr: ["email", "swk", "user", "mfa"],
  });
});

test("E05 a passkey that verifies nobody is no second factor, and costs a try of the sign-in", async ({
  app,
}) => {
  const { person, authenticator, secret } = await makeBoth(app);
  const { client } = await beginSignIn(app, person);
  const options = await client.copy().post(secondFactor.options);
  expect(options.json.userVerification).toBe("required");
  const altered = { isUserVerified: false };
  for (let n = 0; n < 3; n++) {
    const weak = await givePasskey(client, authenticator, { altered });
    expectRefused(weak, "no_user_verification");
    expect(cookiesSetBy(weak).get(ceremonyCookie)).toBe("");
  }
  expect((await giveTotp(client, wrongTotp(secret))).json.reason).toBeUndefined();
  const entered = await givePasskey(client.copy(), authenticator);
  expect(entered.json.session, entered.text).toMatchObject({ aal: 2 });
});

test("D04 E05 after five passkeys that do not count the sign-in is over for the one that does", async ({
  app,
}) => {
  const { person, authenticator } = await makeBoth(app);
  const { client } = await beginSignIn(app, person);
  const altered = { origin: "https://evil.example" };
  for (let n = 0; n < 5; n++) {
    expectRefused(await givePasskey(client, authenticator, { altered }), "not_verified");
  }
  expect((await client.post(secondFactor.options)).status).toBe(401);
});

test("E05 a passkey that verified nobody when it was made is neither asked for nor accepted", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const authenticator = newAuthenticator(app);
  await addPasskey(guarded.client, authenticator, { isUserVerified: false });
  const { client, answer } = await beginSignIn(app, guarded.person);
  expect(answer.json.methods).toEqual(["totp", "backup_code"]);
  const asked = await client.post(secondFactor.options);
  expect([200, 401]).toContain(asked.status);
  const options = asked.status === 200 ? asked.json : { challenge: "AAAA" };
  const response = authenticator.get({ rpId: "localhost", ...options });
  const given = await client.post(secondFactor.verify, { response });
  expect([given.status, grantsOf(given)]).toEqual([401, []]);
  // And by itself it turns nothing on.
  const holder = await makeHolder(app);
  await app.sql("UPDATE passkey SET is_verifiable = false WHERE user_id = $1", [
    holder.user.id,
  ]);
  const turned = await holder.client.post(settings.twoFactor);
  expect([turned.status, turned.json.code]).toEqual([409, "conflict"]);
});

test("E05 F05 at a confirmation, too, only a passkey that verifies its user counts", async ({
  app,
}) => {
  const { client, session, authenticator } = await makeBoth(app);
  await age(app, session.id, minutes(11));
  const change = () => client.post("/api/account/email", { email: "new@example.com" });
  expect((await change()).json.methods).toEqual(["passkey", "totp", "backup_code"]);
  const weak = await confirmWith(client, authenticator, { isUserVerified: false });
  expectRefused(weak, "no_user_verification");
  expect((await change()).status).toBe(403);
  expect((await confirmWith(client, authenticator)).status).toBe(200);
  expect((await change()).status).toBe(202);
});

test("E03 a passkey of somebody else, and one of another ceremony, is no second factor", async ({
  app,
}) => {
  const [mine, theirs] = [await makeBoth(app), await makeBoth(app)];
  const { client } = await beginSignIn(app, mine.person);
  const { challenge } = (await client.post(secondFactor.options)).json;
  const request = { challenge, rpId: "localhost" };
  const other = theirs.authenticator.get(request);
  expectRefused(
    await client.post(secondFactor.verify, { response: other }),
    "unknown_passkey",
  );
  // The ceremony of a sign-in by passkey alone, in this very browser.
  const free = mine.authenticator.get(await ask(client, "signIn"));
  expectRefused(
    await client.post(secondFactor.verify, { response: free }),
    "no_ceremony",
  );
  // And of another sign-in that waits, of the same account.
  const { client: second } = await beginSignIn(app, mine.person);
  const theirChallenge = (await second.post(secondFactor.options)).json;
  const crossed = client.copy();
  crossed.cookies.set(ceremonyCookie, second.cookies.get(ceremonyCookie) ?? "");
  const response = mine.authenticator.get({ rpId: "localhost", ...theirChallenge });
  expectRefused(await crossed.post(secondFactor.verify, { response }), "no_ceremony");
  // The reverse: what was signed for a second factor is no sign-in and no confirmation.
  await client.post(secondFactor.options);
  const asked = (await client.post(secondFactor.options)).json;
  const signed = mine.authenticator.get({ rpId: "localhost", ...asked });
  const asFirst = await client
    .copy()
    .post(ceremonies.signIn.verify, { response: signed });
  expectRefused(asFirst, "no_ceremony");
  const owner = mine.client.copy();
  owner.cookies.set(ceremonyCookie, client.cookies.get(ceremonyCookie) ?? "");
  const asStepUp = await owner.post(ceremonies.stepUp.verify, { response: signed });
  expectRefused(asStepUp, "no_ceremony");
});

test("E02 of twenty answers of one ceremony at once one signs in", async ({ app }) => {
  const { person, authenticator } = await makeBoth(app);
  const { client } = await beginSignIn(app, person);
  const asked = (await client.post(secondFactor.options)).json;
  const response = authenticator.get({ rpId: "localhost", ...asked });
  const answers = await Promise.all(
    Array.from({ length: 20 }, () =>
      client.copy().post(secondFactor.verify, { response }),
    ),
  );
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(1);
  for (const status of statuses) expect([200, 401, 429]).toContain(status);
});

test("F05 a session of the lower level is raised by the passkey, and by nothing weaker", async ({
  app,
}) => {
  const guarded = await makeBoth(app);
  const { client, session } = await signInTrusted(app, guarded);
  expect(session.aal).toBe(1);
  const list = await client.get("/api/account/sessions");
  const here = () =>
    client
      .get("/api/auth/session")
      .then(({ json }) => [json.session.aal, json.session.id]);
  expect(list.status).toBe(200);
  expect(await here()).toEqual([1, session.id]);
  expect((await confirmWith(client, guarded.authenticator)).status).toBe(200);
  expect(await here()).toEqual([2, session.id]);
});

test("F03 nobody is asked for a passkey without a sign-in that waits", async ({
  app,
}) => {
  const { client } = await makeBoth(app);
  for (const who of [client, new ApiClient(app.url)]) {
    const answer = await who.post(secondFactor.options);
    expect([answer.status, answer.json.code]).toEqual([401, "unauthenticated"]);
    expect(cookiesSetBy(answer).has(ceremonyCookie)).toBe(false);
  }
});
