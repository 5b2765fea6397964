// What is weak about an account, and what is not.
import { describe, expect, it } from "vitest";
import { findWeaknesses } from "@/lib/auth/check-up";
import { config, days } from "@/lib/config";
import { db } from "@/lib/db";
import { makeGuarded, signInFully } from "@/tests/guarded";
import { makePasskeyRow } from "@/tests/passkey-rows";
import { makeSignedIn } from "@/tests/people";

const kindsOf = async (session: { id: string; userId: string }) =>
  (await findWeaknesses(session)).map(({ kind }) => kind);

describe("the check-up", () => {
  it("A11 tells of nothing but one factor where there is nothing else", async () => {
    const { user, sessionId: id } = await makeSignedIn();
    expect(await kindsOf({ id, userId: user.id })).toEqual(["no_second_factor"]);
  });

  it("A11 is content with an app and ten codes", async () => {
    const { user } = await makeGuarded();
    const { session } = await signInFully(user.id);
    expect(await kindsOf(session)).toEqual([]);
  });

  it("D09 tells of codes that run out, and of an account that has nothing else", async () => {
    const { user } = await makeGuarded();
    const { session } = await signInFully(user.id);
    const { backupCodes, fewBackupCodes } = config.secondFactor;
    await db().$executeRaw`UPDATE backup_code SET used_at = clock_timestamp()
      WHERE hash IN (SELECT hash FROM backup_code WHERE user_id = ${user.id}
        LIMIT ${backupCodes - fewBackupCodes})`;
    const few = { kind: "few_backup_codes", left: fewBackupCodes };
    expect(await findWeaknesses(session)).toEqual([few]);
    await db().totp.delete({ where: { userId: user.id } });
    expect(await kindsOf(session)).toEqual(["only_backup_codes", "few_backup_codes"]);
  });

  it("E13 tells of a single passkey, of a listed password and of idle devices", async () => {
    const { user } = await makeGuarded();
    const { session } = await signInFully(user.id);
    const idle = await signInFully(user.id);
    await makePasskeyRow(session);
    const data = { passwordListedAt: new Date() };
    await db().user.update({ where: { id: user.id }, data });
    const lastSeenAt = new Date(Date.now() - days(31));
    await db().session.update({ where: { id: idle.session.id }, data: { lastSeenAt } });
    expect(await findWeaknesses(session)).toEqual([
      { kind: "listed_password" },
      { kind: "one_passkey" },
      { kind: "idle_sessions", count: 1 },
    ]);
    await makePasskeyRow(session);
    expect(await kindsOf(session)).not.toContain("one_passkey");
    expect(await kindsOf(idle.session)).not.toContain("idle_sessions");
  });
});
