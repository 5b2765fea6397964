// Everything about the person, no secret, and nothing of anybody else.
import { describe, expect, it } from "vitest";
import { createChallenge, linkToken } from "@/lib/auth/challenge";
import { exportAccount } from "@/lib/auth/export";
import { mailedCode } from "@/lib/auth/mailed-code";
import { replaceBackupCodes } from "@/lib/auth/second-factor/backup-codes";
import { endSession } from "@/lib/auth/session";
import { countTry } from "@/lib/auth/throttle";
import { trustBrowser } from "@/lib/auth/trusted-browser";
import { minutes } from "@/lib/config";
import { newId } from "@/lib/crypto";
import { db, transaction } from "@/lib/db";
import { Prisma } from "@/prisma/generated/client";
import { enrol, makeClient, makeSignedIn, makeUser, signIn } from "@/tests/people";
import { recordEvent } from "@/tests/records";
import { makeTotp } from "@/tests/totp";

async function exported(userId: string) {
  const held = await exportAccount(userId, makeClient());
  if (!held) throw new Error("there is no such account");
  return held;
}

function makeChallenge(over: { userId?: string; email?: string; deviceHash?: Buffer }) {
  const lifetime = minutes(30);
  return createChallenge(db(), { purpose: "reset", lifetime, data: {}, ...over });
}

async function fail(subject: string, deviceHash: Buffer | null = null) {
  for (const kind of ["password", "second_factor"] as const) {
    await countTry({ kind, subject, deviceHash });
  }
}

describe("the export", () => {
  it("K07 holds the account, its sessions, browsers, events and open mails", async () => {
    const user = await makeUser({ password: "a long enough sentence" });
    const client = makeClient();
    const first = await signIn(user, client);
    const second = await signIn(user);
    const sessionId = first.session.id;
    await endSession({ sessionId, userId: user.id, reason: "signed_out" }, client);
    await makeChallenge({ userId: user.id, email: user.email });
    await makeChallenge({ email: user.email });
    const held = await exported(user.id);
    expect(held.format).toBe(1);
    expect(Math.abs(held.exportedAt.getTime() - Date.now())).toBeLessThan(minutes(1));
    expect(held.account).toMatchObject({
      id: user.id,
      email: user.email,
      name: "Test Person",
      role: "user",
      hasPassword: true,
    });
    expect(held.sessions.map((one) => [one.id, one.endReason])).toEqual([
      [sessionId, "signed_out"],
      [second.session.id, null],
    ]);
    expect(held.sessions[0]).toMatchObject({ ip: "192.0.2.1", browser: "Chrome 140" });
    expect(held.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["sign_in", "sign_out", "account_exported"]),
    );
    expect(held.knownBrowsers).toHaveLength(2);
    const asked = held.confirmations.filter(({ purpose }) => purpose === "reset");
    expect(asked.map(({ email }) => email)).toEqual([user.email, user.email]);
  });

  it("K07 is itself an event, with the address it went to", async () => {
    const { user } = await makeSignedIn();
    await exportAccount(user.id, makeClient({ ip: "203.0.113.9" }));
    const type = "account_exported";
    const events = await db().auditEvent.findMany({ where: { userId: user.id, type } });
    expect(events).toMatchObject([{ result: "success", ip: "203.0.113.9" }]);
  });

  it("K07 of an account that is gone is nothing, and leaves no event", async () => {
    const userId = newId();
    expect(await exportAccount(userId, makeClient())).toBeNull();
    expect(await db().auditEvent.count({ where: { userId } })).toBe(0);
  });
});

/** Every form in which bytes or text could have slipped into the document. */
function formsOf(secret: Uint8Array | string): string[] {
  if (typeof secret === "string") return [secret];
  const bytes = Buffer.from(secret);
  const encodings = ["hex", "base64", "base64url"] as const;
  const texts = encodings.map((encoding) => bytes.toString(encoding));
  return [...texts, JSON.stringify(secret), JSON.stringify(bytes), [...bytes].join(",")];
}

describe("its secrets", () => {
  it("K07 no secret of any row is in it, in any form, under any name", async () => {
    const password = "a long enough sentence";
    const user = await makeUser({ password });
    const client = makeClient();
    const { session, refreshToken, accessToken } = await signIn(user, client);
    const deviceHash = client.deviceHash ?? Buffer.alloc(0);
    const id = await makeChallenge({ userId: user.id, email: user.email, deviceHash });
    const challenge = await db().challenge.findUniqueOrThrow({ where: { id } });
    const where = { id: session.id };
    const row = await db().session.findUniqueOrThrow({ where, omit: { secret: false } });
    const { passwordHash } = await db().user.findUniqueOrThrow({
      where: { id: user.id },
      select: { passwordHash: true },
    });
    const owned = { id: session.id, userId: user.id };
    const totp = await makeTotp(owned);
    const paper = await transaction((tx) => replaceBackupCodes(tx, owned));
    const about = { userId: user.id, sessionId: session.id, client };
    await transaction((tx) => trustBrowser(tx, "user", about));
    const { secret: sealedTotp } = await db().totp.findUniqueOrThrow({
      where: { userId: user.id },
      omit: { secret: false },
    });
    const { hash } = await db().backupCode.findFirstOrThrow({
      where: { userId: user.id },
      omit: { hash: false },
    });
    const canaries = [
      totp,
      sealedTotp,
      ...paper,
      hash,
      passwordHash ?? "there is a hash",
      password,
      row.secret,
      deviceHash,
      refreshToken,
      accessToken.token,
      challenge.data ?? "there is data",
      id,
      linkToken("reset", id),
      mailedCode("reset", id),
    ].flatMap(formsOf);
    for (const known of [null, deviceHash]) await fail(user.id, known);
    const held = await exported(user.id);
    expect(held.wrongPasswords).toHaveLength(2);
    expect(held.wrongSecondFactors).toHaveLength(2);
    expect(held.backupCodes).toHaveLength(10);
    expect(held.trustedBrowsers).toHaveLength(1);
    const text = JSON.stringify(held);
    for (const canary of canaries) expect(text).not.toContain(canary);
    expect(text).not.toMatch(
      /"(passwordHash|secret|deviceHash|hash|data|generation|lastStep)"/,
    );
  });

  // A column that is added later is to be thought of here.
  it("K07 every column of the rows it reads is in it, or is left out on purpose", async () => {
    const { user, client, sessionId } = await makeSignedIn();
    await makeChallenge({ userId: user.id });
    await fail(user.id);
    const owned = { id: sessionId, userId: user.id };
    await enrol(user.id, ["passkey", "totp", "backup_code"]);
    await transaction((tx) => trustBrowser(tx, "user", { ...owned, sessionId, client }));
    const held = await exported(user.id);
    const rows = {
      User: [held.account],
      Session: held.sessions,
      KnownBrowser: held.knownBrowsers,
      AuditEvent: held.events,
      Throttle: [...held.wrongPasswords, ...held.wrongSecondFactors],
      TrustedBrowser: held.trustedBrowsers,
      Totp: [held.authenticatorApp ?? {}],
      BackupCode: held.backupCodes,
      Passkey: held.passkeys,
      Challenge: held.confirmations,
    };
    const out = {
      User: ["passwordHash", "securityVersion"],
      Session: [
        ...["userId", "deviceHash", "secret", "generation", "confirmedGeneration"],
        ...["rotatedAt", "recentRotations", "repeats", "securityVersion"],
        ...["confirmedFor", "confirmedForAt"],
      ],
      KnownBrowser: ["userId", "deviceHash"],
      AuditEvent: ["id", "actorId", "userId", "requestId"],
      Throttle: ["kind", "key"],
      TrustedBrowser: ["id", "userId", "deviceHash"],
      Totp: ["userId", "secret", "lastStep", "sessionId"],
      BackupCode: ["userId", "hash", "sessionId"],
      Passkey: ["userId"],
      Challenge: [
        "id",
        "userId",
        "sessionId",
        "deviceHash",
        "data",
        "attempts",
        "replaced",
      ],
    };
    for (const [model, left] of Object.entries(out)) {
      const fields = Object.keys(
        Prisma[`${model}ScalarFieldEnum` as "UserScalarFieldEnum"],
      );
      const [row = {}] = rows[model as keyof typeof rows];
      const kept = Object.keys(row).filter((name) => name !== "hasPassword");
      expect([...kept, ...left].sort(), model).toEqual(fields.sort());
    }
  });
});

describe("what is somebody else's", () => {
  it("K07 K03 is not in it: not their rows, nor who acted and from where", async () => {
    const { user, sessionId } = await makeSignedIn();
    const other = await makeSignedIn({ ip: "203.0.113.66" });
    const stranger = { ip: "203.0.113.67", userAgent: "Curl/8" };
    const event = { type: "profile_changed", result: "success" } as const;
    await recordEvent({ ...event, userId: other.user.id, actorId: user.id });
    await recordEvent({ ...event, userId: user.id, actorId: other.user.id }, stranger);
    await recordEvent({ ...event, userId: other.user.id, sessionId });
    // Another account wants this address, which is that account's doing.
    await makeChallenge({ userId: other.user.id, email: user.email });
    await fail(other.user.id);
    const held = await exported(user.id);
    const text = JSON.stringify(held);
    const traces = [other.user.id, other.user.email, other.sessionId];
    for (const trace of [...traces, "203.0.113.66", "203.0.113.67", "Curl"]) {
      expect(text).not.toContain(trace);
    }
    expect(held.events.filter(({ type }) => type === event.type)).toHaveLength(1);
    expect(held.wrongPasswords).toEqual([]);
    expect(held.wrongSecondFactors).toEqual([]);
    expect(held.confirmations.filter(({ purpose }) => purpose === "reset")).toEqual([]);
  });
});
