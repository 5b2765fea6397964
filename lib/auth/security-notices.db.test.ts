// What the owner is told of what happened: from the change to the mail, through
// the job that it queued. Without SMTP_URL mail lands in a table.
import { describe, expect, it } from "vitest";
import { linkToken } from "@/lib/auth/challenge";
import { confirmEmailChange, requestEmailChange } from "@/lib/auth/email-change";
import { mailNotice, mailOwner } from "@/lib/auth/owner-mail";
import { newId } from "@/lib/crypto";
import { db, transaction } from "@/lib/db";
import type { NoticeMail, OwnerMail } from "@/lib/jobs";
import { mailTo, rowsOf, sendQueued, subjectsTo } from "@/tests/notices";
import { makeClient, makeSignedIn } from "@/tests/people";

const app = "http://localhost:3000";
const address = () => `${newId().toLowerCase().replaceAll("_", "x")}@example.org`;

type Owner = { userId: string; email: string; sessionId: string };

async function makeOwner(): Promise<Owner> {
  const { user, sessionId } = await makeSignedIn({ ip: "203.0.113.5" });
  const location = "Lisbon, Portugal";
  await db().session.update({ where: { id: sessionId }, data: { location } });
  return { userId: user.id, email: user.email, sessionId };
}

type Happened = { userId: string; email: string; sessionId?: string };

/** Answers the row that the mail is about. */
async function tell([template]: Notice, of: Happened) {
  const { userId, sessionId } = of;
  const [row] = await rowsOf(userId, () =>
    transaction((tx) =>
      isNews(template)
        ? mailNotice(tx, { template, ...of })
        : mailOwner(tx, { template, userId, sessionId }),
    ),
  );
  if (!row) throw new Error("there is no row");
  return row;
}

const passwordChanged = ["password_changed", "Your account has a new password"] as const;
const passwordBlocked = [
  "password_blocked",
  "Your password is refused in new browsers",
] as const;
const newDevice = ["new_device", "New sign-in to your account"] as const;

/** A mail without a row in one of these is a fault of types. */
const withUndo: Record<OwnerMail, string> = {
  new_device: newDevice[1],
  password_changed: passwordChanged[1],
  sign_in_after_failures: "Your password was given after several wrong ones",
  session_reuse: "We signed out one of your devices",
  password_removed: "The password of your account was removed",
  email_changed: "The email address of your account changed",
  passkey_added: "A passkey was added to your account",
  passkey_removed: "A passkey was removed from your account",
  two_factor_on: "Two-factor authentication is on",
  two_factor_off: "Two-factor authentication was turned off",
  totp_added: "A new authenticator app was set up",
  totp_removed: "Your authenticator app was removed",
  backup_codes_made: "You have new backup codes",
  backup_code_used: "A backup code was used",
  second_factor_failures: "Somebody is trying to guess your second factor",
  second_factor_after_failures: "A second factor was accepted after several wrong ones",
};
const news: Record<NoticeMail, string> = {
  password_blocked: passwordBlocked[1],
  account_secured: "Your account was secured",
  email_restored: "Your email address was put back",
  email_confirmed: "This is now your email address",
  farewell: "Your account was deleted",
};
const withNewPassword = ["password_blocked", "account_secured", "email_restored"];

type Notice = readonly [OwnerMail | NoticeMail, string];
const listed = (subjects: object) =>
  (Object.entries(subjects) as Notice[]).map((notice) => [notice[0], notice] as const);
const undoable = listed(withUndo);
const powerless = listed(news);
const all = [...undoable, ...powerless];

function isNews(template: OwnerMail | NoticeMail): template is NoticeMail {
  return template in news;
}

describe("a security notice", () => {
  it.each(all)(
    "M07 %s goes to the address of that moment, whatever it is changed to before it leaves",
    async (_name, notice) => {
      const owner = await makeOwner();
      const { id } = await tell(notice, owner);
      const thief = address();
      await db().user.update({ where: { id: owner.userId }, data: { email: thief } });
      await sendQueued(id);
      expect(await subjectsTo(owner.email)).toEqual([notice[1]]);
      expect(await mailTo(thief)).toEqual([]);
    },
  );

  it.each(undoable)(
    "M07 %s names device, place, address and time, and can be undone",
    async (_name, notice) => {
      const owner = await makeOwner();
      const { id, createdAt } = await tell(notice, owner);
      await sendQueued(id);
      const [mail] = await mailTo(owner.email);
      const time = `${createdAt.toISOString().slice(0, 16).replace("T", " ")} UTC`;
      expect(mail?.text).toContain(
        "evice: Chrome 140 on Linux\nPlace: Lisbon, Portugal\n",
      );
      expect(mail?.text).toContain(`\nIP address: 203.0.113.5\nTime: ${time}\n`);
      const lines = mail?.text.split("\n");
      expect(lines).toContain(`${app}/not-me#token=${linkToken("not-me", id)}`);
    },
  );

  it.each(powerless)(
    "M07 %s has no secret in it, and at most the way to a new password",
    async (name, notice) => {
      const owner = await makeOwner();
      const { id } = await tell(notice, owner);
      await sendQueued(id);
      const [mail] = await mailTo(owner.email);
      const links = mail?.text.match(/https?:\S+/g) ?? [];
      const isWayIn = withNewPassword.includes(name);
      expect(links).toEqual(isWayIn ? [`${app}/forgot-password`] : []);
      expect(JSON.stringify(mail)).not.toContain(id);
    },
  );

  it.each([
    ["used", "consumed_at = clock_timestamp()"],
    ["replaced", "consumed_at = clock_timestamp(), replaced = true"],
    ["expired", "expires_at = clock_timestamp() - interval '1 second'"],
  ])("M07 each is sent even where its row is %s by then", async (_what, change) => {
    for (const [, notice] of all) {
      const owner = await makeOwner();
      const { id } = await tell(notice, owner);
      await db().$executeRawUnsafe(`UPDATE challenge SET ${change} WHERE id = $1`, id);
      await sendQueued(id);
      expect(await subjectsTo(owner.email)).toEqual([notice[1]]);
    }
  });

  it("M07 a removed session takes its device with it, and not the notice", async () => {
    const owner = await makeOwner();
    const { id } = await tell(passwordChanged, owner);
    await db().session.delete({ where: { id: owner.sessionId } });
    await sendQueued(id);
    const [mail] = await mailTo(owner.email);
    expect(mail?.text).toMatch(/\n\nTime: \S+ \S+ UTC\n/);
    expect(mail?.text).not.toContain("of a mail to this address");
  });

  it("M07 a password that was reset by mail is told from one that a device changed", async () => {
    const { userId, email } = await makeOwner();
    const { id } = await tell(passwordChanged, { userId, email });
    await sendQueued(id);
    const [mail] = await mailTo(email);
    expect(mail?.text).toContain("with the link or the code of a mail to this address");
    expect(mail?.text).not.toContain("IP address");
  });

  it("M07 a password refused after a hundred wrong ones says how many, and where", async () => {
    const { userId, email } = await makeOwner();
    const { id } = await tell(passwordBlocked, { userId, email });
    await sendQueued(id);
    const [mail] = await mailTo(email);
    expect(mail?.text).toContain(
      "100 times in a row, in browsers that had not signed in",
    );
  });

  it("nothing is sent once the row went with its account", async () => {
    const owner = await makeOwner();
    const { id } = await tell(newDevice, owner);
    await db().challenge.delete({ where: { id } });
    await sendQueued(id);
    expect(await mailTo(owner.email)).toEqual([]);
  });
});

describe("a change of address", () => {
  async function askChange({ userId, sessionId }: Owner, newEmail: string) {
    const session = { id: sessionId, userId };
    const request = { session, email: newEmail, client: makeClient() };
    const rows = await rowsOf(userId, () => requestEmailChange(request));
    const idOf = (purpose: string) =>
      rows.find((row) => row.purpose === purpose)?.id ?? "";
    return { changeId: idOf("email-change"), cancelId: idOf("email-cancel") };
  }

  it("C12 M07 is told to the old address, which can keep itself", async () => {
    const owner = await makeOwner();
    const { changeId, cancelId } = await askChange(owner, "mallory@evil.example");
    await sendQueued(cancelId);
    const [mail] = await mailTo(owner.email);
    expect(mail?.subject).toBe("Your email address is about to change");
    expect(mail?.text).toContain("New address: m…@evil.example\nDevice: Chrome 140 on");
    expect(mail?.text).toContain("\nPlace: Lisbon, Portugal\nIP address: 203.0.113.5\n");
    const link = `${app}/email/cancel#token=${linkToken("email-cancel", cancelId)}`;
    expect(mail?.text.split("\n")).toContain(link);
    expect(JSON.stringify(mail)).not.toContain("mallory");
    expect(JSON.stringify(mail)).not.toContain(changeId);
  });

  it("C12 M07 each address hears of it, and the old one alone can undo it", async () => {
    const owner = await makeOwner();
    const fresh = address();
    const { changeId, cancelId } = await askChange(owner, fresh);
    const proof = { token: linkToken("email-change", changeId) };
    const confirming = { proof, session: null, client: makeClient() };
    const rows = await rowsOf(owner.userId, () => confirmEmailChange(confirming));
    expect(rows).toHaveLength(2);
    for (const { id } of rows) await sendQueued(id);
    expect(await subjectsTo(fresh)).toEqual(["This is now your email address"]);
    expect(JSON.stringify(await mailTo(fresh))).not.toMatch(
      /https?:[^"]*(not-me|cancel)/,
    );
    await db().challenge.update({
      where: { id: cancelId },
      data: { consumedAt: new Date() },
    });
    await sendQueued(cancelId);
    await sendQueued(changeId);
    expect((await subjectsTo(owner.email)).sort()).toEqual([
      "The email address of your account changed",
      "Your email address is about to change",
    ]);
    expect(await subjectsTo(fresh)).toHaveLength(1);
  });
});

describe("a farewell", () => {
  it("M07 reaches the address of an account that is gone", async () => {
    const { userId, email } = await makeOwner();
    await transaction((tx) => mailNotice(tx, { template: "farewell", email }));
    const { id } = await db().challenge.findFirstOrThrow({
      where: { email, userId: null },
    });
    await db().user.delete({ where: { id: userId } });
    await sendQueued(id);
    expect(await subjectsTo(email)).toEqual(["Your account was deleted"]);
  });
});
