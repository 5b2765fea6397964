// What the owner is told of what happened: from the change to the mail, through
// the jobs that it queued. Without SMTP_URL mail lands in a table.
import { describe, expect, it } from "vitest";
import { createChallenge, linkToken } from "@/lib/auth/challenge";
import { sendNotice } from "@/lib/auth/notices";
import { mailOwner } from "@/lib/auth/security-mail";
import { hours } from "@/lib/config";
import { newId } from "@/lib/crypto";
import { db, transaction } from "@/lib/db";
import { type ChallengeMail, type MailJob, queueMail } from "@/lib/jobs";
import { makeSignedIn } from "@/tests/people";

const app = "http://localhost:3000";
const mailTo = (to: string) => db().mail.findMany({ where: { to } });
const address = () => `${newId().toLowerCase().replaceAll("_", "x")}@example.org`;

/** Sends what was queued about this challenge. */
async function sendQueued(challengeId: string): Promise<void> {
  const jobs = await db().$queryRaw<{ data: MailJob }[]>`
    SELECT data FROM pgboss.job
    WHERE name = 'mail' AND data->>'challengeId' = ${challengeId}`;
  expect(jobs).toHaveLength(1);
  for (const { data } of jobs) await sendNotice(data);
}

async function makeOwner() {
  const { user, sessionId } = await makeSignedIn({ ip: "203.0.113.5" });
  const location = "Lisbon, Portugal";
  await db().session.update({ where: { id: sessionId }, data: { location } });
  return { userId: user.id, email: user.email, sessionId };
}

type Tell = {
  template: ChallengeMail;
  userId: string;
  sessionId?: string;
  email?: string;
};

/** Answers the row that the mail is about. */
async function tell(mail: Tell) {
  const { userId } = mail;
  const known = await db().challenge.findMany({ where: { userId } });
  await transaction((tx) => mailOwner(tx, mail));
  const notIn = known.map(({ id }) => id);
  return db().challenge.findFirstOrThrow({ where: { userId, id: { notIn } } });
}

const notMe = [
  ["new_device", "New sign-in to your account"],
  ["session_reuse", "We signed out one of your devices"],
  ["password_changed", "Your account has a new password"],
  ["password_removed", "The password of your account was removed"],
  ["email_changed", "The email address of your account changed"],
] as const;

const newPassword = [
  ["password_blocked", "Your password is refused in new browsers"],
  ["account_secured", "Your account was secured"],
  ["email_restored", "Your email address was put back"],
] as const;

describe("a security notice", () => {
  it.each([...notMe, ...newPassword])(
    "M07 %s goes to the address of that moment, whatever it is changed to before it leaves",
    async (template, subject) => {
      const { userId, email, sessionId } = await makeOwner();
      const { id } = await tell({ template, userId, sessionId });
      const thief = address();
      await db().user.update({ where: { id: userId }, data: { email: thief } });
      await sendQueued(id);
      expect((await mailTo(email)).map((mail) => mail.subject)).toEqual([subject]);
      expect(await mailTo(thief)).toEqual([]);
    },
  );

  it.each(notMe)(
    "M07 %s names device, place, address and time, and can be undone",
    async (template) => {
      const { userId, email, sessionId } = await makeOwner();
      const { id, createdAt } = await tell({ template, userId, sessionId });
      await sendQueued(id);
      const [mail] = await mailTo(email);
      const time = `${createdAt.toISOString().slice(0, 16).replace("T", " ")} UTC`;
      expect(mail?.text).toMatch(/evice: Chrome 140 on Linux\n/);
      expect(mail?.text).toContain(
        "\nPlace: Lisbon, Portugal\nIP address: 203.0.113.5\n",
      );
      expect(mail?.text).toContain(`\nTime: ${time}\n`);
      const lines = mail?.text.split("\n");
      expect(lines).toContain(`${app}/not-me#token=${linkToken("not-me", id)}`);
    },
  );

  it.each(newPassword)(
    "M07 %s leads to a new password, and to no other act",
    async (template) => {
      const { userId, email, sessionId } = await makeOwner();
      const { id } = await tell({ template, userId, sessionId });
      await sendQueued(id);
      const [mail] = await mailTo(email);
      expect(mail?.text.split("\n")).toContain(`${app}/forgot-password`);
      expect(mail?.text).not.toContain("#token");
    },
  );

  it.each([
    ["used", "consumed_at = clock_timestamp()"],
    ["replaced", "consumed_at = clock_timestamp(), replaced = true"],
    ["expired", "expires_at = clock_timestamp() - interval '1 second'"],
  ])("M07 each is sent even where its link is %s by then", async (_what, change) => {
    for (const [template, subject] of [...notMe, ...newPassword]) {
      const { userId, email, sessionId } = await makeOwner();
      const { id } = await tell({ template, userId, sessionId });
      await db().$executeRawUnsafe(`UPDATE challenge SET ${change} WHERE id = $1`, id);
      await sendQueued(id);
      expect((await mailTo(email)).map((mail) => mail.subject)).toEqual([subject]);
    }
  });

  it("M07 a removed session takes its device with it, and not the notice", async () => {
    const { userId, email, sessionId } = await makeOwner();
    const { id } = await tell({ template: "password_changed", userId, sessionId });
    await db().session.delete({ where: { id: sessionId } });
    await sendQueued(id);
    const [mail] = await mailTo(email);
    expect(mail?.text).toMatch(/\n\nTime: \S+ \S+ UTC\n/);
    expect(mail?.text).not.toContain("of a mail to this address");
  });

  it("M07 a password that was reset by mail is told from one that a device changed", async () => {
    const { userId, email } = await makeOwner();
    const { id } = await tell({ template: "password_changed", userId });
    await sendQueued(id);
    const [mail] = await mailTo(email);
    expect(mail?.text).toContain("with the link or the code of a mail to this address");
    expect(mail?.text).not.toContain("IP address");
  });

  it("M07 a password refused after a hundred wrong ones says how many, and where", async () => {
    const { userId, email } = await makeOwner();
    const { id } = await tell({ template: "password_blocked", userId });
    await sendQueued(id);
    const [mail] = await mailTo(email);
    expect(mail?.text).toContain(
      "100 times in a row, in browsers that had not signed in",
    );
  });

  it("M07 a changed address is told to the old one and the new, each with its link", async () => {
    const { userId, email: old, sessionId } = await makeOwner();
    const fresh = address();
    await db().user.update({ where: { id: userId }, data: { email: fresh } });
    const template = "email_changed";
    const rows = [
      await tell({ template, userId, sessionId, email: old }),
      await tell({ template, userId, sessionId }),
    ];
    expect(rows.map((row) => row.email)).toEqual([old, fresh]);
    for (const { id } of rows) await sendQueued(id);
    for (const { id, email } of rows) {
      const mails = await mailTo(email ?? "");
      expect(mails).toHaveLength(1);
      expect(mails[0]?.text).toContain(`/not-me#token=${linkToken("not-me", id)}\n`);
    }
  });

  it("nothing is sent once the row went with its account", async () => {
    const { userId, email, sessionId } = await makeOwner();
    const { id: challengeId } = await tell({ template: "new_device", userId, sessionId });
    await db().challenge.delete({ where: { id: challengeId } });
    await sendNotice({ template: "new_device", challengeId });
    expect(await mailTo(email)).toEqual([]);
  });
});

describe("a change of address that was asked for", () => {
  async function askChange(newEmail: string) {
    const { userId, email, sessionId } = await makeOwner();
    const lifetime = hours(72);
    const row = { lifetime, email, userId, sessionId, data: { newEmail } };
    const id = await transaction(async (tx) => {
      const challengeId = await createChallenge(tx, { purpose: "email-cancel", ...row });
      await queueMail(tx, { template: "email_change_notice", challengeId });
      return challengeId;
    });
    return { id, userId, email };
  }

  it("F10 M07 is told to the old address, which can keep itself", async () => {
    const { id, email } = await askChange("mallory@evil.example");
    await sendQueued(id);
    const [mail] = await mailTo(email);
    expect(mail?.subject).toBe("Your email address is about to change");
    expect(mail?.text).toContain("New address: m…@evil.example\nDevice: Chrome 140 on");
    expect(mail?.text).toContain("\nPlace: Lisbon, Portugal\nIP address: 203.0.113.5\n");
    const link = `${app}/email/cancel#token=${linkToken("email-cancel", id)}`;
    expect(mail?.text.split("\n")).toContain(link);
    expect(JSON.stringify(mail)).not.toContain("mallory");
  });

  it("F10 M07 is told there even when all was over before the mail left", async () => {
    const newEmail = address();
    const { id, userId, email } = await askChange(newEmail);
    await db().user.update({ where: { id: userId }, data: { email: newEmail } });
    await db().$executeRaw`
      UPDATE challenge SET consumed_at = clock_timestamp() WHERE id = ${id}`;
    await sendQueued(id);
    expect(await mailTo(email)).toHaveLength(1);
    expect(await mailTo(newEmail)).toEqual([]);
  });
});

describe("a farewell", () => {
  it("M07 reaches the address of an account that is gone", async () => {
    const { userId, email } = await makeOwner();
    const row = { purpose: "farewell", lifetime: hours(72), email, data: {} } as const;
    const challengeId = await createChallenge(db(), row);
    await db().user.delete({ where: { id: userId } });
    await sendNotice({ template: "farewell", challengeId });
    const [mail] = await mailTo(email);
    expect(mail?.subject).toBe("Your account was deleted");
    expect(mail?.text).not.toMatch(/https?:/);
  });
});
