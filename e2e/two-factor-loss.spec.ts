// When the phone is gone: a code on paper, or a passkey, and nothing that the mailbox
// alone could do.
import { askReset, newPassword } from "./account-api";
import { ApiClient } from "./api-client";
import { expect, newEmail, password, test } from "./fixtures";
import { codeIn, tokenIn } from "./mailbox";
import {
  ask,
  askForLink,
  ceremonies,
  confirmWith,
  makeHolder,
  redeeming,
} from "./passwordless-api";
import {
  beginSignIn,
  factorSubjects,
  type Guarded,
  giveBackupCode,
  makeGuarded,
  settings,
  signInTrusted,
  signInWithBoth,
} from "./second-factors";
import type { Installation } from "./server";

const act = "disable_two_factor";

test("F09 without the app a backup code signs in, and a second one takes the app away", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { person, backupCodes } = guarded;
  const { client } = await beginSignIn(app, person);
  const entered = await giveBackupCode(client, backupCodes[0] ?? "");
  expect([entered.status, entered.json.session?.aal]).toEqual([200, 2]);
  expect((await client.delete(settings.totp)).json.for).toBe(act);
  const used = { method: "backup_code", code: backupCodes[0], for: act };
  expect((await client.post("/api/auth/step-up", used)).status).toBe(401);
  const fresh = { ...used, code: backupCodes[1] };
  expect((await client.post("/api/auth/step-up", fresh)).status).toBe(200);
  const removed = await client.delete(settings.totp);
  expect(removed.status, removed.text).toBe(200);
  await app.mailbox.waitFor(person.email, factorSubjects.off);
  const plain = await new ApiClient(app.url).post("/api/auth/login", person);
  expect(plain.json.status).toBe("signed_in");
  expect((await client.get(settings.backupCodes)).json).toEqual({ remaining: 0 });
});

/** Whatever the mailbox, or a browser that was trusted, can do by itself. */
const attempts: Record<
  string,
  (app: Installation, guarded: Guarded) => Promise<string | undefined>
> = {
  "a reset": async (app, { person }) => {
    const { client, token } = await askReset(app, person.email);
    const body = { token, password: newPassword };
    await client.post("/api/auth/password/reset", body);
    return newPassword;
  },
  "a reset by its code": async (app, { person }) => {
    const { client, code } = await askReset(app, person.email);
    const body = { email: person.email, code, password: newPassword };
    await client.post("/api/auth/password/reset", body);
    return newPassword;
  },
  "a sign-in link": async (app, { person }) => {
    const { client, token } = await askForLink(app, person.email);
    const answer = await client.post(redeeming, { token });
    expect(answer.json.status).toBe("second_factor_required");
    // And its pending sign-in takes no code of a mail.
    const again = await askForLink(app, person.email, { client });
    for (const method of ["email_code", "magic_link", "email", "password"]) {
      const body = { method, code: again.code, password };
      expect((await client.post("/api/auth/second-factor", body)).status).toBe(400);
    }
    return undefined;
  },
  "signing up once more": async (app, { person }) => {
    await new ApiClient(app.url).post("/api/auth/register", person);
    const mails = () => app.mailbox.to(person.email);
    await expect.poll(() => mails().length).toBeGreaterThan(1);
    return undefined;
  },
  "a trusted browser": async (app, guarded) => {
    const { client } = await signInTrusted(app, guarded);
    for (const path of [settings.totp, settings.twoFactor]) {
      expect((await client.delete(path)).status).toBe(403);
    }
    return undefined;
  },
};

for (const [what, attempt] of Object.entries(attempts)) {
  test(`F09 C11 ${what} takes no second factor away`, async ({ app }) => {
    const guarded = await makeGuarded(app);
    const given = (await attempt(app, guarded)) ?? password;
    const person = { ...guarded.person, password: given };
    const { client, answer } = await beginSignIn(app, person);
    expect(answer.json.methods).toEqual(["totp", "backup_code"]);
    const kept = await giveBackupCode(client, guarded.backupCodes[0] ?? "");
    expect(kept.status, kept.text).toBe(200);
    const [row] = await app.sql(
      `SELECT two_factor_at, (SELECT count(*)::int FROM totp WHERE user_id = u.id) AS apps
       FROM "user" u WHERE id = $1`,
      [guarded.user.id],
    );
    expect([row?.two_factor_at instanceof Date, row?.apps]).toEqual([true, 1]);
  });
}

test("F09 moving the account to another mailbox and back takes no second factor away", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { person } = guarded;
  // What the very session set up that moved it would go with the way back.
  const { client } = await signInWithBoth(app, guarded);
  const email = newEmail();
  const asked = await client.post("/api/account/email", { email });
  expect(asked.status, asked.text).toBe(202);
  const mail = await app.mailbox.waitFor(email, "Confirm your new email address");
  const code = codeIn(mail);
  const moved = await client.post("/api/account/email/confirm", { code });
  expect(moved.status, moved.text).toBe(200);
  const { answer } = await beginSignIn(app, { ...person, email });
  expect(answer.json.methods).toContain("totp");
  const notice = await app.mailbox.waitFor(
    person.email,
    "Your email address is about to change",
  );
  const body = { token: tokenIn(notice) };
  const restored = await new ApiClient(app.url).post("/api/account/email/cancel", body);
  expect(restored.status, restored.text).toBe(200);
  const back = await beginSignIn(app, person);
  expect(back.answer.json.methods).toContain("totp");
});

test("F07 F09 the only second factor goes when two-factor authentication does, which is confirmed by name", async ({
  app,
}) => {
  const { client, authenticator, passkey } = await makeHolder(app);
  const path = `/api/account/passkeys/${passkey.id}`;
  expect((await client.post(settings.twoFactor)).status).toBe(200);
  expect((await client.delete(path)).status, "unconfirmed").toBe(403);
  expect((await confirmWith(client, authenticator)).status).toBe(200);
  const kept = await client.delete(path);
  expect([kept.status, kept.json.code], kept.text).toEqual([409, "conflict"]);
  expect((await client.delete(settings.twoFactor)).json.for).toBe(act);
  const response = authenticator.get(await ask(client, "stepUp"));
  const named = await client.post(ceremonies.stepUp.verify, { response, for: act });
  expect(named.status, named.text).toBe(200);
  expect((await client.delete(settings.twoFactor)).status).toBe(200);
  const gone = await client.delete(path);
  expect(gone.status, gone.text).toBe(200);
});
