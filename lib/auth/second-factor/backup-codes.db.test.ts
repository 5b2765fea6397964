// Ten codes on paper: long, kept as MACs alone, and burnt one by one.
import { describe, expect, it } from "vitest";
import { regenerateBackupCodes } from "@/lib/auth/second-factor/settings";
import { confirm } from "@/lib/auth/step-up/confirm";
import { mac } from "@/lib/crypto";
import { db } from "@/lib/db";
import {
  begin,
  enterCode,
  liveLevelsOf,
  makeGuarded,
  signInFully,
} from "@/tests/guarded";
import { letWaitsPass } from "@/tests/guesses";
import { mailTo as mailsTo, sendQueued } from "@/tests/notices";
import { outcomeOf } from "@/tests/passkeys";
import { makeClient, makeUser, signIn } from "@/tests/people";
import { mailTo, newestId } from "@/tests/secrets";

type Guarded = Awaited<ReturnType<typeof makeGuarded>>;
const method = "backup_code";
const paper = /^[0-9a-hjkmnp-tv-z]{4}(-[0-9a-hjkmnp-tv-z]{4}){3}$/;

async function enter({ user }: Pick<Guarded, "user">, code: string) {
  await letWaitsPass();
  return outcomeOf(enterCode({ ...(await begin(user.id)), method, code }));
}

const rowsOf = (userId: string) =>
  db().backupCode.findMany({ where: { userId }, omit: { hash: false } });
const leftOf = (userId: string) =>
  db().backupCode.count({ where: { userId, usedAt: null } });

describe("the codes", () => {
  it("D08 are ten of 80 bits each, of letters that are never taken for digits", async () => {
    const all: string[] = [];
    for (let n = 0; n < 20; n++) {
      const { backupCodes } = await makeGuarded();
      expect(backupCodes).toHaveLength(10);
      all.push(...backupCodes);
    }
    for (const code of all) expect(code).toMatch(paper);
    expect(new Set(all).size).toBe(200);
    // Of 3,200 characters each of the 32 comes about a hundred times.
    const drawn = all.join("").replaceAll("-", "");
    const seen = [...new Set(drawn)].map((letter) => drawn.split(letter).length - 1);
    expect(seen).toHaveLength(32);
    for (const count of seen) {
      expect(count).toBeGreaterThan(50);
      expect(count).toBeLessThan(160);
    }
  });

  it("D08 are nowhere at rest: rows hold MACs that are each owner's own", async () => {
    const { user, backupCodes } = await makeGuarded();
    const rows = await rowsOf(user.id);
    expect(rows).toHaveLength(10);
    const [dump = { text: "" }] = await db().$queryRaw<{ text: string }[]>`
      SELECT string_agg(row_to_json(b)::text || encode(hash, 'escape'), ' ') AS text
      FROM backup_code b WHERE user_id = ${user.id}`;
    const hashes = rows.map(({ hash }) => Buffer.from(hash).toString("base64url"));
    for (const code of backupCodes) {
      const plain = code.replaceAll("-", "");
      for (const shape of [code, plain]) expect(dump.text).not.toContain(shape);
      expect(hashes).toContain(mac("backup-code", `${user.id}.${plain}`));
      expect(hashes).not.toContain(mac("backup-code", plain));
    }
    const row = await db().backupCode.findFirstOrThrow({ where: { userId: user.id } });
    expect(Object.keys(row)).not.toContain("hash");
  });

  it("D08 a MAC that is moved to another's row opens nothing there", async () => {
    const [ann, bob] = [await makeGuarded(), await makeGuarded()];
    const [row] = await rowsOf(ann.user.id);
    await db().backupCode.deleteMany({ where: { userId: bob.user.id } });
    const hash = row?.hash ?? new Uint8Array();
    const moved = { hash, userId: bob.user.id, sessionId: "-" };
    await db().backupCode.create({ data: moved });
    for (const code of ann.backupCodes) {
      expect(await enter(bob, code)).toBe("invalid_code");
    }
  });
});

describe("a code", () => {
  it("D09 opens once, and the nine others go on", async () => {
    const account = await makeGuarded();
    const { user, backupCodes } = account;
    const [first = "", second = ""] = backupCodes;
    expect(await enter(account, first)).toBe("done");
    expect(await enter(account, first)).toBe("invalid_code");
    expect(await leftOf(user.id)).toBe(9);
    expect(await enter(account, second)).toBe("done");
    expect((await liveLevelsOf(user.id)).map(({ aal }) => aal)).toEqual([2, 2]);
  });

  it("D09 of thirty that send it at once one is signed in", async () => {
    const { user, backupCodes } = await makeGuarded();
    const [code = ""] = backupCodes;
    const waiting = await Promise.all(Array.from({ length: 30 }, () => begin(user.id)));
    // Each in a browser that is known, so that the account's count is in nobody's way.
    await db().$executeRaw`INSERT INTO known_browser (user_id, device_hash)
      SELECT ${user.id}, device_hash FROM challenge WHERE user_id = ${user.id}`;
    const outcomes = await Promise.all(
      waiting.map((one) => outcomeOf(enterCode({ ...one, method, code }))),
    );
    expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === "invalid_code")).toHaveLength(29);
    expect(await liveLevelsOf(user.id)).toHaveLength(1);
    expect(await leftOf(user.id)).toBe(9);
  });

  it("D09 of a door and a confirmation at once one opens", async () => {
    for (let round = 0; round < 15; round++) {
      const { user, backupCodes } = await makeGuarded();
      const [there, waiting] = [await signInFully(user.id), await begin(user.id)];
      const proof = { method, code: backupCodes[0] ?? "" } as const;
      const outcomes = await Promise.all([
        outcomeOf(confirm(there, proof)),
        outcomeOf(enterCode({ ...waiting, ...proof })),
      ]);
      expect(outcomes.sort()).toEqual(["done", "invalid_code"]);
      expect(await leftOf(user.id)).toBe(9);
    }
  });

  it("D09 is read without its dashes, with spaces, and in capitals", async () => {
    const account = await makeGuarded();
    const shapes = [
      (code: string) => code,
      (code: string) => code.toUpperCase(),
      (code: string) => code.replaceAll("-", ""),
      (code: string) => code.replaceAll("-", " "),
      (code: string) => ` ${[...code.replaceAll("-", "")].join(" ")}\n`,
    ];
    for (const [n, shape] of shapes.entries()) {
      expect(await enter(account, shape(account.backupCodes[n] ?? ""))).toBe("done");
    }
  });

  it("D09 is nothing else than it is: not a part, not more, not with another sign", async () => {
    const account = await makeGuarded();
    const [code = ""] = account.backupCodes;
    const plain = code.replaceAll("-", "");
    const others = [
      "",
      plain.slice(0, -1),
      `${plain}0`,
      `0${plain}`,
      plain.replace(/.$/, (last) => (last === "0" ? "1" : "0")),
      [...plain].reverse().join(""),
      code.replaceAll("-", "_"),
      code.replaceAll("-", "."),
      `${plain}\u0000`,
      "%",
      account.backupCodes.join(""),
    ];
    for (const other of others) expect(await enter(account, other)).toBe("invalid_code");
    expect(await leftOf(account.user.id)).toBe(10);
    expect(await enter(account, code)).toBe("done");
  });

  it("D09 of another account opens nothing, and is not used up by it", async () => {
    const [ann, bob] = [await makeGuarded(), await makeGuarded()];
    const [code = ""] = ann.backupCodes;
    expect(await enter(bob, code)).toBe("invalid_code");
    expect(await enter(ann, code)).toBe("done");
  });

  it("D09 M07 its use is on the record and mailed, with how many are left", async () => {
    const { user, backupCodes } = await makeGuarded();
    const client = makeClient();
    const waiting = await begin(user.id, client);
    const code = backupCodes[0] ?? "";
    const entered = await enterCode({ ...waiting, method, code });
    if (entered.status !== "signed_in") throw new Error(entered.status);
    const sessionId = entered.session.id;
    expect(entered.session.amr).toEqual(["pwd", "otp", "mfa"]);
    const type = "backup_code_used";
    const events = await db().auditEvent.findMany({ where: { sessionId, type } });
    expect(events).toMatchObject([{ userId: user.id, result: "success" }]);
    expect((await mailTo(user.email)).sort()).toEqual(["backup_code_used", "new_device"]);
    const rows = await db().challenge.findMany({
      where: { sessionId, purpose: "not-me" },
    });
    for (const { id } of rows) await sendQueued(id);
    const mails = await mailsTo(user.email);
    const told = mails.filter(({ text }) => /backup code/i.test(text));
    expect(told).toHaveLength(1);
    expect(told[0]?.text).toMatch(/\b9\b|\bnine\b/i);
    for (const { text, html } of mails) {
      expect(text + html).not.toContain(code);
      expect(text + html).not.toContain(code.replaceAll("-", ""));
    }
  });
});

describe("ten new ones", () => {
  it("D09 end the former ten, used and unused, and rotate the session that asked", async () => {
    const account = await makeGuarded();
    const { user } = account;
    const { session, client, first } = await signInFully(user.id);
    await enter(account, account.backupCodes[0] ?? "");
    const made = await regenerateBackupCodes({ session, client });
    expect(made.backupCodes).toHaveLength(10);
    expect(made.tokens.refreshToken).not.toBe(first.refreshToken);
    expect(made.tokens.session).toMatchObject({ id: session.id, aal: 2 });
    for (const former of account.backupCodes) {
      expect(await enter(account, former)).toBe("invalid_code");
    }
    expect(await enter(account, made.backupCodes[9] ?? "")).toBe("done");
    expect(await leftOf(user.id)).toBe(9);
    expect(await mailTo(user.email)).toContain("backup_codes_made");
    expect(await newestId("not-me", { sessionId: session.id })).toBeTruthy();
  });

  it("D09 made many times at once leave ten, of one answer", async () => {
    const account = await makeGuarded();
    const { session, client } = await signInFully(account.user.id);
    const made = await Promise.all(
      Array.from({ length: 10 }, () => regenerateBackupCodes({ session, client })),
    );
    expect(await leftOf(account.user.id)).toBe(10);
    const working: number[] = [];
    for (const [n, { backupCodes }] of made.entries()) {
      const code = backupCodes[0] ?? "";
      if ((await enter(account, code)) === "done") working.push(n);
    }
    expect(working).toHaveLength(1);
  });

  it("D09 are made for nobody who is asked for no second factor", async () => {
    const user = await makeUser();
    const client = makeClient();
    const { session } = await signIn(user, client);
    const acting = { session: { id: session.id, userId: user.id }, client };
    expect(await outcomeOf(regenerateBackupCodes(acting))).toBe("conflict");
    expect(await leftOf(user.id)).toBe(0);
  });
});
