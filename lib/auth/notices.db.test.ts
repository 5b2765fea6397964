// What the mails that somebody asked for say, and to whom. Without SMTP_URL mail
// lands in a table.
import { describe, expect, it } from "vitest";
import { createChallenge, linkToken } from "@/lib/auth/challenge";
import { mailedCode } from "@/lib/auth/mailed-code";
import { sendNotice } from "@/lib/auth/notices";
import { register } from "@/lib/auth/registration/begin";
import { minutes } from "@/lib/config";
import { type ChallengePurpose, newId } from "@/lib/crypto";
import { db } from "@/lib/db";
import type { ChallengeMail } from "@/lib/jobs";
import { mailTo } from "@/tests/notices";
import { makeClient, makeUser, signIn } from "@/tests/people";

const address = () => `${newId().toLowerCase().replaceAll("_", "x")}@example.com`;

/** The one mail that this address was sent. */
async function onlyMailTo(to: string) {
  const [mail, ...more] = await mailTo(to);
  expect(more).toEqual([]);
  if (!mail) throw new Error(`no mail to ${to}`);
  return mail;
}

function makeChallenge(purpose: ChallengePurpose, email: string, userId?: string) {
  const lifetime = minutes(10);
  return createChallenge(db(), { purpose, lifetime, email, userId, data: {} });
}

async function ask(email: string): Promise<string> {
  const request = {
    email,
    name: "Ada",
    password: null,
    next: null,
    client: makeClient(),
  };
  return (await register(request)).slice(0, 22);
}

describe("registration", () => {
  it("C08 an unknown address gets a link with its secret in the fragment, and a code", async () => {
    const email = address();
    const challengeId = await ask(email);
    await sendNotice({ template: "registration", challengeId });
    const mail = await onlyMailTo(email);
    const lines = mail.text.split("\n");
    const token = linkToken("registration", challengeId);
    expect(lines).toContain(`http://localhost:3000/verify-email#token=${token}`);
    expect(lines).toContain(mailedCode("registration", challengeId));
    expect(mail.subject).toBe("Confirm your email address");
  });

  it("B09 the owner of a known address hears of it, and gets neither link nor code", async () => {
    const { email } = await makeUser();
    const challengeId = await ask(email);
    await sendNotice({ template: "registration", challengeId });
    const [mail] = await mailTo(email);
    expect(mail?.subject).toBe("You already have an account");
    const all = JSON.stringify(mail);
    expect(all).toContain("http://localhost:3000/login");
    expect(all).not.toContain(linkToken("registration", challengeId).slice(23));
    expect(all).not.toContain(mailedCode("registration", challengeId));
    expect(all).not.toContain("#token");
  });

  it("B09 decides when it is sent: who got an account meanwhile gets no link", async () => {
    const email = address();
    const challengeId = await ask(email);
    await makeUser({ email });
    await sendNotice({ template: "registration", challengeId });
    expect((await mailTo(email)).map(({ subject }) => subject)).toEqual([
      "You already have an account",
    ]);
  });
});

describe("reset", () => {
  async function askReset(email: string, userId?: string) {
    const challengeId = await makeChallenge("reset", email, userId);
    await sendNotice({ template: "reset", challengeId });
    return challengeId;
  }

  it("D1 the owner gets a link with its secret in the fragment, and a code", async () => {
    const { id, email } = await makeUser();
    const challengeId = await askReset(email, id);
    const { subject, text } = await onlyMailTo(email);
    expect(subject).toBe("Reset your password");
    const token = linkToken("reset", challengeId);
    const lines = text.split("\n");
    expect(lines).toContain(`http://localhost:3000/reset-password#token=${token}`);
    expect(lines).toContain(mailedCode("reset", challengeId));
    expect(text).toContain("within 30 minutes");
  });

  it("B09 the reset mail does not tell whether there was a password", async () => {
    const people = [await makeUser(), await makeUser({ password: "a sentence is long" })];
    const texts: string[] = [];
    for (const { id, email } of people) {
      const challengeId = await askReset(email, id);
      const { subject, text } = await onlyMailTo(email);
      const plain = text.replace(linkToken("reset", challengeId), "token");
      texts.push(subject + plain.replace(mailedCode("reset", challengeId), "code"));
    }
    expect(texts[0]).toContain("#token=token");
    expect(texts[1]).toBe(texts[0]);
  });

  it("B09 the reset mail for an unknown address says so, and has no secret", async () => {
    const email = address();
    const challengeId = await askReset(email);
    const mail = await onlyMailTo(email);
    expect(mail.subject).toBe("There is no account with this address");
    expect(mail.text.split("\n")).toContain("http://localhost:3000/signup");
    const all = JSON.stringify(mail);
    expect(all).not.toContain("#token");
    expect(all).not.toContain(mailedCode("reset", challengeId));
  });

  it("B09 somebody who is banned gets no mail, and no way in", async () => {
    const { id, email } = await makeUser();
    await db().user.update({ where: { id }, data: { bannedAt: new Date() } });
    await askReset(email, id);
    expect(await mailTo(email)).toEqual([]);
  });
});

describe("a confirmation by mail", () => {
  it("F6 carries the code alone: there is no link to be talked into", async () => {
    const { id, email } = await makeUser();
    const challengeId = await makeChallenge("step-up-code", email, id);
    await sendNotice({ template: "step_up_code", challengeId });
    const { subject, text, html } = await onlyMailTo(email);
    expect(subject).toBe("Confirm that it is you");
    expect(text.split("\n")).toContain(mailedCode("step-up-code", challengeId));
    expect(text).toContain("within 10 minutes");
    expect(text + html).not.toMatch(/http:|href/);
  });
});

describe("a new address", () => {
  async function askChange(newEmail: string) {
    const { id } = await makeUser();
    const challengeId = await makeChallenge("email-change", newEmail, id);
    await sendNotice({ template: "email_change", challengeId });
    return { userId: id, challengeId };
  }

  it("C12 gets the link and the code that confirm it", async () => {
    const newEmail = address();
    const { challengeId } = await askChange(newEmail);
    const { subject, text } = await onlyMailTo(newEmail);
    expect(subject).toBe("Confirm your new email address");
    const token = linkToken("email-change", challengeId);
    const lines = text.split("\n");
    expect(lines).toContain(`http://localhost:3000/email/confirm#token=${token}`);
    expect(lines).toContain(mailedCode("email-change", challengeId));
  });

  it("B09 that somebody else has already gets nothing to confirm", async () => {
    const { email } = await makeUser();
    const { challengeId } = await askChange(email);
    const mail = await onlyMailTo(email);
    expect(mail.subject).toBe("You already have an account");
    const all = JSON.stringify(mail);
    expect(all).toContain("http://localhost:3000/login");
    expect(all).not.toContain("#token");
    expect(all).not.toContain(mailedCode("email-change", challengeId));
  });
});

describe("a mail that comes too late", () => {
  const kinds: Array<[ChallengeMail, ChallengePurpose]> = [
    ["registration", "registration"],
    ["magic_link", "magic-link"],
    ["reset", "reset"],
    ["step_up_code", "step-up-code"],
    ["email_change", "email-change"],
  ];
  const ends = [
    ["used", "consumed_at = clock_timestamp()"],
    ["replaced", "consumed_at = clock_timestamp(), replaced = true"],
    ["expired", "expires_at = clock_timestamp() - interval '1 second'"],
  ] as const;
  const late = kinds.flatMap((kind) => ends.map((end) => [...kind, ...end] as const));

  it.each(late)(
    "C05 no %s mail is sent for a %s challenge that is %s by then",
    async (template, purpose, _what, change) => {
      const { id, email } = await makeUser();
      const challengeId = await makeChallenge(purpose, email, id);
      const sql = `UPDATE challenge SET ${change} WHERE id = $1`;
      await db().$executeRawUnsafe(sql, challengeId);
      await sendNotice({ template, challengeId });
      expect(await mailTo(email)).toEqual([]);
    },
  );

  it.each(kinds)(
    "C05 no %s mail is sent when its row is gone",
    async (template, purpose) => {
      const { id, email } = await makeUser();
      const challengeId = await makeChallenge(purpose, email, id);
      await db().challenge.delete({ where: { id: challengeId } });
      await sendNotice({ template, challengeId });
      expect(await mailTo(email)).toEqual([]);
    },
  );

  it("C05 no mail makes a secret of one purpose from a row of another", async () => {
    const { id, email } = await makeUser();
    const challengeId = await makeChallenge("registration", email, id);
    for (const template of [
      "magic_link",
      "reset",
      "step_up_code",
      "email_change",
      "new_device",
    ] as const) {
      await sendNotice({ template, challengeId });
    }
    expect(await mailTo(email)).toEqual([]);
  });
});

describe("too many sessions", () => {
  it("G10 their owner reads which one ended", async () => {
    const owner = await makeUser();
    const { session } = await signIn(owner);
    await sendNotice({ template: "session_limit", sessionId: session.id });
    const { subject, text } = await onlyMailTo(owner.email);
    expect(subject).toBe("Your longest unused device was signed out");
    expect(text).toContain("Signed-out device: Chrome");
    expect(text.split("\n")).toContain("http://localhost:3000/settings/devices");
  });

  it("G10 nothing is sent for a session whose user is gone", async () => {
    const owner = await makeUser();
    const { session } = await signIn(owner);
    await db().user.delete({ where: { id: owner.id } });
    await sendNotice({ template: "session_limit", sessionId: session.id });
    expect(await mailTo(owner.email)).toEqual([]);
  });
});
