// What is written down of second factors: each thing once, and no secret.
import { codeNow } from "../tests/totp";
import { type Answer, ApiClient } from "./api-client";
import { expect, makePerson, test } from "./fixtures";
import { addPasskey, makeHolder, newAuthenticator } from "./passwordless-api";
import {
  beginSignIn,
  confirmWithApp,
  freshCode,
  giveBackupCode,
  givePasskey,
  giveTotp,
  makeGuarded,
  passWait,
  settings,
  signInWithBoth,
  wrongBackupCode,
  wrongTotp,
} from "./second-factors";
import type { Installation } from "./server";

type Written = Record<string, unknown>;
type Step = [what: string, run: () => Promise<Answer>, ...events: Written[]];

const success = { result: "success", reason: null };
const failed = (reason: string, given: Written): Written => ({
  result: "failure",
  reason,
  ...given,
});

/** In the order in which they were written. */
async function expectWritten(app: Installation, userId: string, steps: Step[]) {
  for (const [what, run, ...events] of steps) {
    const answer = await run();
    const requestId = answer.headers.get("x-request-id");
    const rows = await app.sql(
      "SELECT * FROM audit_event WHERE request_id = $1 ORDER BY at, id",
      [requestId],
    );
    const seen = `${what} ${answer.text.slice(0, 200)}`;
    const types = rows.map(({ type }) => String(type));
    expect(types.sort(), seen).toEqual(events.map(({ type }) => String(type)).sort());
    for (const event of events) {
      const row = rows.find(({ type }) => type === event.type);
      expect(row, seen).toMatchObject({ user_id: userId, actor_id: userId, ...event });
      expect(row?.ip, seen).toMatch(/^198\.51\./);
      expect(row?.user_agent, seen).toEqual(expect.any(String));
    }
  }
}

test("M01 every request about a sign-in's second factor writes exactly what happened, once", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { person, secret, user, backupCodes } = guarded;
  const authenticator = newAuthenticator(app);
  await addPasskey(guarded.client, authenticator);
  const known = (await signInWithBoth(app, guarded)).client;
  const client = known.copy();
  const login = () => client.post("/api/auth/login", person);
  const altered = { isUserVerified: false };
  const second = { type: "second_factor" };
  const replaced = { type: "session_ended", reason: "replaced" };
  const signedIn = { type: "sign_in", method: "password", ...success };
  await expectWritten(app, user.id, [
    ["asking", login, { type: "second_factor_asked", method: "password", ...success }],
    [
      "a wrong code",
      () => giveTotp(client, wrongTotp(secret)),
      failed("wrong_code", { ...second, method: "totp" }),
    ],
    [
      "a wrong code on paper",
      () => giveBackupCode(client, wrongBackupCode),
      failed("wrong_code", { ...second, method: "backup_code" }),
    ],
    [
      "a passkey that verifies nobody",
      () => givePasskey(client, authenticator, { altered }),
      failed("no_user_verification", { ...second, method: "passkey" }),
    ],
    [
      "the right code, and trust",
      async () => giveTotp(client, await freshCode(app, guarded), { trustDevice: true }),
      { ...signedIn, factors: ["pwd", "otp", "mfa"] },
      { type: "browser_trusted", ...success },
      replaced,
    ],
    ["a trusted browser", login, { ...signedIn, reason: "trusted_browser" }, replaced],
  ]);
  await app.sql("DELETE FROM trusted_browser WHERE user_id = $1", [user.id]);
  await login();
  await expectWritten(app, user.id, [
    [
      "a backup code",
      () => giveBackupCode(client, backupCodes[0] ?? ""),
      { ...signedIn, factors: ["pwd", "otp", "mfa"] },
      { type: "backup_code_used", ...success },
      replaced,
    ],
  ]);
  await login();
  await expectWritten(app, user.id, [
    [
      "a passkey",
      () => givePasskey(client, authenticator),
      { ...signedIn, factors: ["pwd", "swk", "user", "mfa"] },
      replaced,
    ],
  ]);
  // Without a sign-in that waits it is nobody's.
  const nobody = await giveTotp(new ApiClient(app.url), codeNow(secret));
  const [row, ...rest] = await app.sql(
    "SELECT * FROM audit_event WHERE request_id = $1",
    [nobody.headers.get("x-request-id")],
  );
  expect(rest).toEqual([]);
  expect(row).toMatchObject({ ...failed("expired", second), user_id: null });
});

test("M01 waiting, and the try that begins it, are written down as well", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { person, secret, user } = guarded;
  const { client } = await beginSignIn(app, person);
  const wrong = () => giveTotp(client.copy(), wrongTotp(secret));
  for (let n = 0; n < 4; n++) await wrong();
  const totp = { type: "second_factor", method: "totp" };
  await expectWritten(app, user.id, [["the fifth", wrong, failed("wrong_code", totp)]]);
  const { client: next } = await beginSignIn(app, person);
  const try_ = () => giveTotp(next, wrongTotp(secret));
  await expectWritten(app, user.id, [["too soon", try_, failed("throttled", totp)]]);
  await passWait(app, user.id);
  await expectWritten(app, user.id, [["in time", try_, failed("wrong_code", totp)]]);
});

test("M01 every change of second factors writes what it was, once", async ({ app }) => {
  const made = await makePerson(app);
  const { client, user } = made;
  const guarded = { ...made, secret: "" };
  const begin = async () => {
    const answer = await client.post(settings.totp);
    guarded.secret = answer.json.secret;
    return answer;
  };
  const confirm = () =>
    client.post(settings.confirmTotp, { code: codeNow(guarded.secret) });
  const app_ = { type: "confirmation", method: "totp" };
  await expectWritten(app, user.id, [
    ["beginning", begin],
    [
      "a wrong code",
      () => client.post(settings.confirmTotp, { code: wrongTotp(guarded.secret) }),
      failed("wrong_code", { type: "totp_added" }),
    ],
    [
      "the first code",
      confirm,
      { type: "totp_added", ...success },
      { type: "two_factor_on", ...success },
    ],
    ["once more", confirm, failed("expired", { type: "totp_added" })],
    [
      "new codes",
      () => client.post(settings.backupCodes),
      { type: "backup_codes_made", ...success },
    ],
    [
      "a wrong confirmation",
      () =>
        client.post("/api/auth/step-up", {
          method: "totp",
          code: wrongTotp(guarded.secret),
        }),
      failed("wrong_code", app_),
    ],
    [
      "a weak confirmation",
      () =>
        client.post("/api/auth/step-up", {
          method: "password",
          password: made.person.password,
        }),
      failed("not_enough", { type: "confirmation", method: "password" }),
    ],
    [
      "a confirmation",
      () => confirmWithApp(app, client, guarded, "disable_two_factor"),
      { ...app_, ...success, factors: ["otp"] },
    ],
    [
      "the end of it",
      () => client.delete(settings.twoFactor),
      { type: "totp_removed", ...success },
      { type: "two_factor_off", ...success },
    ],
  ]);
  const holder = await makeHolder(app);
  await expectWritten(app, holder.user.id, [
    [
      "with passkeys",
      () => holder.client.post(settings.twoFactor),
      { type: "two_factor_on", ...success },
    ],
  ]);
});
