// Keys of apps and codes on paper: shown once to whoever set them up, and then in no
// answer, no mail, no log, and no row as they are.
import { codeNow } from "../tests/totp";
import { ApiClient } from "./api-client";
import { routes } from "./authorisation";
import { readBuild } from "./build";
import { expect, test } from "./fixtures";
import {
  beginSignIn,
  confirmWithApp,
  freshCode,
  type Guarded,
  giveBackupCode,
  giveTotp,
  makeGuarded,
  pendingCookie,
  settings,
  signInTrusted,
  signInWithBoth,
} from "./second-factors";
import type { Installation } from "./server";

/** In whatever way they could have been written down. */
function spellingsOf({ secret, otpauthUri, backupCodes }: Guarded): string[] {
  const bits = [...secret].map((letter) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"),
  );
  const bytes = Buffer.from(
    (bits.join("").match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)),
  );
  const groups = secret.match(/.{4}/g) ?? [];
  return [
    ...[secret, secret.toLowerCase(), groups.join(" "), otpauthUri],
    ...(["hex", "base64", "base64url"] as const).map((as) => bytes.toString(as)),
    ...backupCodes.flatMap((code) => [code, code.replaceAll("-", "")]),
  ];
}

/** Each of its answers, page and API alike, signed in as this client. */
async function readEverything(client: ApiClient): Promise<string[]> {
  const got = Object.entries(routes).filter(([, { methods }]) => methods.includes("GET"));
  const texts: string[] = [];
  for (const path of [...readBuild().pages, ...got.map(([route]) => route)]) {
    for (const headers of [undefined, { rsc: "1" }]) {
      let answer = await client.get(path, { headers });
      const next = answer.headers.get("location");
      if (next?.includes("_rsc=")) answer = await client.get(next, { headers });
      texts.push(`${path} ${answer.text}`);
    }
  }
  return texts;
}

test("K07 no page, list or answer shows the key of an app or a backup code once it is set up", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { client, person, backupCodes } = guarded;
  const hashes = await app.sql(
    `SELECT t.secret AS sealed, encode(b.hash, 'hex') AS hex, encode(b.hash, 'base64') AS b64
     FROM totp t JOIN backup_code b USING (user_id) WHERE t.user_id = $1`,
    [guarded.user.id],
  );
  const canaries = [
    ...spellingsOf(guarded),
    ...hashes.flatMap((row) => Object.values(row).map(String)),
  ];
  const half = await beginSignIn(app, person);
  const wrong = await giveBackupCode(half.client, "0000");
  const entered = await giveBackupCode(half.client, backupCodes[0] ?? "");
  const texts = [
    ...[half.answer, wrong, entered].map(({ text }) => text),
    (await confirmWithApp(app, client, guarded)).text,
    (await client.post("/api/auth/step-up", { method: "totp", code: "000000" })).text,
    ...(await readEverything(client)),
    ...(await readEverything((await signInTrusted(app, guarded)).client)),
    ...app.mailbox.to(person.email).map(({ raw }) => raw.replaceAll("=\r\n", "")),
  ];
  expect(texts.join()).toContain(guarded.user.id);
  for (const text of texts) {
    for (const canary of canaries) {
      expect(text.includes(canary), `${canary} in ${text.slice(0, 60)}`).toBe(false);
    }
    expect(text.slice(0, 3000)).not.toMatch(/lastStep|last_step|"hash"|"sealed"/);
  }
});

test("K07 D06 a set-up that is under way is shown to the session that began it, and in no list", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const other = await signInWithBoth(app, guarded);
  const begun = (await guarded.client.post(settings.totp)).json;
  const texts = await readEverything(other.client);
  for (const text of texts) {
    expect(text.includes(begun.secret), text.slice(0, 60)).toBe(false);
  }
});

async function everythingWritten(app: Installation): Promise<string> {
  const tables = await app.sql<{ name: string }>(
    `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname IN ('public', 'pgboss')`,
  );
  const kept = [];
  for (const { name } of tables) {
    kept.push(...(await app.sql(`SELECT to_jsonb(t)::text AS row FROM ${name} t`)));
  }
  return [
    ...app.nodes.flatMap(({ lines }) => lines),
    ...kept.map(({ row }) => String(row)),
  ].join("\n");
}

test("M02 C01 no key, code or handle is in a log, an event or the database", async ({
  app,
}) => {
  const guarded = await makeGuarded(app);
  const { client, person, user, backupCodes, secret } = guarded;
  const secrets = spellingsOf(guarded);
  const half = await beginSignIn(app, person);
  secrets.push(half.client.cookies.get(pendingCookie)?.slice(23) ?? "");
  const digits = [codeNow(secret)];
  await giveTotp(half.client, "000001");
  await giveBackupCode(half.client, backupCodes[0] ?? "");
  const entered = await signInWithBoth(app, guarded);
  digits.push(await freshCode(app, guarded));
  await confirmWithApp(app, client, guarded);
  const begun = (await client.post(settings.totp)).json;
  secrets.push(begun.secret, begun.otpauthUri);
  await client.post(settings.confirmTotp, { code: "000002" });
  const made = await entered.client.post(settings.backupCodes);
  secrets.push(...(made.json.backupCodes as string[]));
  // Malformed, in places where it might be quoted back.
  const raw = `{"method":"totp","code":"${secret}${"x".repeat(80)}"}`;
  const odd = await new ApiClient(app.url).call("POST", "/api/auth/second-factor", {
    raw,
  });
  expect([odd.status, odd.text.includes(secret)]).toEqual([400, false]);
  const written = await everythingWritten(app);
  expect(written).toContain(user.id);
  for (const one of secrets) {
    expect(one.length, one).toBeGreaterThan(15);
    expect(written.includes(one), one).toBe(false);
    const hex = Buffer.from(one).toString("hex");
    expect(written.includes(hex), `${one} in hex`).toBe(false);
  }
  for (const code of digits) {
    expect(written).not.toMatch(new RegExp(`["':= ]${code}["', ]`));
  }
});
