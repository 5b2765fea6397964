// Accounts with a second factor, over the API: an authenticator app in software,
// codes on paper, trusted browsers, and a browser between both factors.
import type { AlteredAnswer } from "../tests/authenticator";
import { codeNow } from "../tests/totp";
import { type Answer, ApiClient } from "./api-client";
import { expect, makePerson, type Person } from "./fixtures";
import type { Authenticator } from "./passwordless-api";
import type { Installation } from "./server";
import { age, minutes } from "./sessions";

export const secondFactor = {
  code: "/api/auth/second-factor",
  options: "/api/auth/second-factor/passkey/options",
  verify: "/api/auth/second-factor/passkey/verify",
};

/** What a signed-in person has of second factors. */
export const settings = {
  totp: "/api/account/totp",
  confirmTotp: "/api/account/totp/confirm",
  twoFactor: "/api/account/two-factor",
  backupCodes: "/api/account/backup-codes",
  trusted: "/api/account/trusted-devices",
};

export const pendingCookie = "latchkey-pending";

/** The subjects of the mails about it. */
export const factorSubjects = {
  on: "Two-factor authentication is on",
  off: "Two-factor authentication was turned off",
  appAdded: "A new authenticator app was set up",
  appRemoved: "Your authenticator app was removed",
  codesMade: "You have new backup codes",
  codeUsed: "A backup code was used",
  failures: "Somebody is trying to guess your second factor",
  afterFailures: "A second factor was accepted after several wrong ones",
};

/**
 * Sets up an app in a session that was confirmed lately. Its first code is used up by
 * that: for the next one ask `freshCode`.
 */
export async function enrolApp(client: ApiClient) {
  const begun = await client.post(settings.totp);
  expect(begun.status, begun.text).toBe(200);
  const { secret, otpauthUri } = begun.json as { secret: string; otpauthUri: string };
  const confirmed = await client.post(settings.confirmTotp, { code: codeNow(secret) });
  expect(confirmed.status, confirmed.text).toBe(200);
  const backupCodes: string[] = confirmed.json.backupCodes;
  return { secret, otpauthUri, backupCodes, confirmed };
}

export type Guarded = Awaited<ReturnType<typeof makeGuarded>>;

/** A signed-in person with a password and an authenticator app. */
export async function makeGuarded(app: Installation, over: Partial<Person> = {}) {
  const made = await makePerson(app, over);
  return { ...made, ...(await enrolApp(made.client)) };
}

/** What the app shows now, as if it had not been asked for a while. */
export async function freshCode(
  app: Installation,
  { user, secret }: { user: { id: string }; secret: string },
): Promise<string> {
  await app.sql("UPDATE totp SET last_step = 0 WHERE user_id = $1", [user.id]);
  return codeNow(secret);
}

/** Six digits that are right at no step near this one. */
export function wrongTotp(secret: string): string {
  const right = [-2, -1, 0, 1, 2, 3].map((steps) => codeNow(secret, steps));
  return ["000000", "111111", "222222", "333333", "444444", "555555", "666666"].find(
    (code) => !right.includes(code),
  ) as string;
}

export const wrongBackupCode = "0000-0000-0000-0000";

/** The password is right: this browser, or a new one, waits for the second factor. */
export async function beginSignIn(
  app: Installation,
  { email, password }: Pick<Person, "email" | "password">,
  client = new ApiClient(app.url),
) {
  const answer = await client.post("/api/auth/login", { email, password });
  expect([answer.status, answer.json.status], answer.text).toEqual([
    200,
    "second_factor_required",
  ]);
  return { client, answer };
}

/** `pendingToken` is what a native client keeps. */
type More = { trustDevice?: boolean; headers?: Record<string, string> };

export function giveTotp(client: ApiClient, code: string, more: More = {}) {
  return give(client, { method: "totp", code }, more);
}

export function giveBackupCode(client: ApiClient, code: string, more: More = {}) {
  return give(client, { method: "backup_code", code }, more);
}

function give(client: ApiClient, given: object, { headers, ...more }: More) {
  return client.post(secondFactor.code, { ...given, ...more }, { headers });
}

type Answered = { altered?: AlteredAnswer; trustDevice?: boolean };

/** The ceremony of a passkey between the factors, whole. */
export async function givePasskey(
  client: ApiClient,
  authenticator: Authenticator,
  { altered, ...more }: Answered = {},
): Promise<Answer> {
  const asked = await client.post(secondFactor.options);
  expect(asked.status, asked.text).toBe(200);
  const response = authenticator.get(asked.json, altered);
  return client.post(secondFactor.verify, { response, ...more });
}

/** With the password and the app, in a browser that nobody has used, or this one. */
export async function signInWithBoth(
  app: Installation,
  guarded: Pick<Guarded, "person" | "user" | "secret">,
  { trustDevice, client: given }: { trustDevice?: boolean; client?: ApiClient } = {},
) {
  const { client } = await beginSignIn(app, guarded.person, given);
  const code = await freshCode(app, guarded);
  const answer = await giveTotp(client, code, { trustDevice });
  expect([answer.status, answer.json.status], answer.text).toEqual([200, "signed_in"]);
  return { client, answer, session: answer.json.session };
}

/** At the lower level: in a browser that is trusted, by the password alone. */
export async function signInTrusted(
  app: Installation,
  guarded: Pick<Guarded, "person" | "user" | "secret">,
) {
  const { client } = await signInWithBoth(app, guarded, { trustDevice: true });
  await client.post("/api/auth/logout");
  const answer = await client.post("/api/auth/login", guarded.person);
  expect([answer.status, answer.json.status], answer.text).toEqual([200, "signed_in"]);
  return { client, answer, session: answer.json.session };
}

type Entering = (
  app: Installation,
  guarded: Guarded,
) => Promise<{ client: ApiClient; session: { id: string } }>;

/** How a session comes to be at the lower level. */
export const lowers: Record<string, Entering> = {
  "a trusted browser": signInTrusted,
  "an hour's pause": async (app, guarded) => {
    const entered = await signInWithBoth(app, guarded);
    await age(app, entered.session.id, minutes(61));
    return entered;
  },
  "a day since both factors": async (app, guarded) => {
    const entered = await signInWithBoth(app, guarded);
    await app.sql(
      `UPDATE session SET multi_factor_at = multi_factor_at - interval '24 hours',
         authenticated_at = authenticated_at - interval '24 hours' WHERE id = $1`,
      [entered.session.id],
    );
    return entered;
  },
};

/** `act` is what has to be confirmed by name. */
export async function confirmWithApp(
  app: Installation,
  client: ApiClient,
  guarded: Pick<Guarded, "user" | "secret">,
  act?: "delete_account" | "disable_two_factor",
): Promise<Answer> {
  const code = await freshCode(app, guarded);
  const body = { method: "totp", code, ...(act && { for: act }) };
  return client.post("/api/auth/step-up", body);
}

/** As if ten minutes had gone by since the first factor. */
export function agePending(app: Installation, userId: string) {
  return app.sql(
    `UPDATE challenge SET created_at = created_at - interval '10 minutes',
       expires_at = expires_at - interval '10 minutes'
     WHERE purpose = 'sign-in' AND user_id = $1`,
    [userId],
  );
}

/** As if it had been waited for as long as the account's wrong codes ask. */
export function passWait(app: Installation, userId: string) {
  return app.sql(
    "UPDATE throttle SET next_try_at = now() WHERE kind = 'second_factor' AND starts_with(key, $1)",
    [userId],
  );
}
