// A native client between its factors: it keeps the handle itself, gets no cookie, and
// is never trusted like a browser.
import { type Answer, ApiClient } from "./api-client";
import { expect, test } from "./fixtures";
import { addPasskey, askForLink, newAuthenticator, redeeming } from "./passwordless-api";
import {
  beginSignIn,
  freshCode,
  giveBackupCode,
  giveTotp,
  makeGuarded,
  secondFactor,
  settings,
  wrongTotp,
} from "./second-factors";
import type { Installation } from "./server";

const newApp = (app: Installation) => new ApiClient(app.url, undefined, "native");
const handle = ({ json }: Answer) => ({ "x-pending-token": json.pendingToken as string });

function expectTokens(answer: Answer) {
  expect([answer.status, answer.headers.getSetCookie()], answer.text).toEqual([200, []]);
  expect(answer.json.session).toMatchObject({ aal: 2 });
  expect(answer.json.tokens).toEqual({
    accessToken: expect.any(String),
    refreshToken: expect.any(String),
    expiresIn: expect.any(Number),
  });
}

test("a native client signs in with password and app by its pending token, and gets no cookie", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { client: native, answer } = await beginSignIn(app, guarded.person, newApp(app));
  expect(answer.headers.getSetCookie()).toEqual([]);
  expect(Object.keys(answer.json).sort()).toEqual(
    ["expiresAt", "methods", "pendingToken", "status"].sort(),
  );
  const headers = handle(answer);
  const without = await giveTotp(native, await freshCode(app, guarded));
  expect([without.status, without.json.reason]).toEqual([401, "expired"]);
  const wrong = await giveTotp(native, wrongTotp(guarded.secret), { headers });
  expect([wrong.status, wrong.headers.getSetCookie()]).toEqual([401, []]);
  const code = await freshCode(app, guarded);
  const entered = await giveTotp(native, code, { headers });
  expectTokens(entered);
  native.accessToken = entered.json.tokens.accessToken;
  expect((await native.get("/api/account")).json.id).toBe(guarded.user.id);
  const again = await giveTotp(native, await freshCode(app, guarded), { headers });
  expect([again.status, again.json.reason]).toEqual([401, "expired"]);
});

test("a native client gives a passkey or a backup code, after the password or a link", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const authenticator = newAuthenticator(app);
  await addPasskey(guarded.client, authenticator);
  const first = await beginSignIn(app, guarded.person, newApp(app));
  const paper = guarded.backupCodes[0] ?? "";
  expectTokens(
    await giveBackupCode(first.client, paper, { headers: handle(first.answer) }),
  );

  const native = newApp(app);
  const asked = await askForLink(app, guarded.person.email, { client: native });
  const half = await native.post(
    redeeming,
    { token: asked.token },
    { headers: handle(asked.answer) },
  );
  expect(half.json.status).toBe("second_factor_required");
  const pending = handle(half);
  const options = await native.post(secondFactor.options, {}, { headers: pending });
  expect([options.status, options.headers.getSetCookie()]).toEqual([200, []]);
  const response = authenticator.get(options.json);
  const bare = await native.post(secondFactor.verify, { response }, { headers: pending });
  expect([bare.status, bare.json.reason]).toEqual([401, "no_ceremony"]);
  const both = { ...pending, "x-ceremony-token": options.json.ceremonyToken };
  expectTokens(await native.post(secondFactor.verify, { response }, { headers: both }));
});

test("E10 a native client that asks to be trusted is told that it cannot be, and no try is lost", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { client: native, answer } = await beginSignIn(app, guarded.person, newApp(app));
  const headers = handle(answer);
  const code = await freshCode(app, guarded);
  for (let n = 0; n < 6; n++) {
    const refused = await giveTotp(native, code, { headers, trustDevice: true });
    expect([refused.status, refused.json.code]).toEqual([400, "invalid_request"]);
    expect(refused.json.errors[0].path).toBe("trustDevice");
  }
  expectTokens(await giveTotp(native, code, { headers, trustDevice: false }));
  const { items } = (await guarded.client.get(settings.trusted)).json;
  expect(items).toEqual([]);
});

test("D06 F06 a native client sets an app up, confirms by it and turns it off, with new tokens each time", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const native = newApp(app);
  const { answer } = await beginSignIn(app, guarded.person, native);
  const code = await freshCode(app, guarded);
  const entered = await giveTotp(native, code, { headers: handle(answer) });
  const take = (given: Answer) => {
    expect([given.status, given.headers.getSetCookie()], given.text).toEqual([200, []]);
    expect(given.json.tokens.accessToken).not.toBe(native.accessToken);
    native.accessToken = given.json.tokens.accessToken;
    return given;
  };
  take(entered);
  take(await native.post(settings.backupCodes));
  const [row] = await app.sql("SELECT secret FROM totp WHERE user_id = $1", [
    guarded.user.id,
  ]);
  expect(row?.secret).not.toContain(guarded.secret);
  const body = { method: "totp", code: "", for: "disable_two_factor" };
  const fresh = { ...body, code: await freshCode(app, guarded) };
  take(await native.post("/api/auth/step-up", fresh));
  take(await native.delete(settings.totp));
  const plain = await newApp(app).post("/api/auth/login", guarded.person);
  expect(plain.json.status).toBe("signed_in");
});
