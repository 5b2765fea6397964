// Jobs and mail together, over a real mail server.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { Mailbox, tokenIn } from "@/e2e/mailbox";
import { createChallenge, linkToken } from "@/lib/auth/challenge";
import { cleanUp } from "@/lib/auth/clean-up";
import { sendNotice } from "@/lib/auth/notices";
import { hours } from "@/lib/config";
import { newId } from "@/lib/crypto";
import { db, transaction } from "@/lib/db";
import { queueMail, startWorkers, wakeWorker } from "@/lib/jobs";
import { sendMail } from "@/lib/mail/mailer";
import { verifyEmail } from "@/lib/mail/templates/registration";

const mailbox = await Mailbox.start();
process.env.SMTP_URL = mailbox.url;
process.env.MAIL_FROM = "Latchkey Team <hello@latchkey.example>";

const address = () => `${newId().toLowerCase().replaceAll(/[-_]/g, "x")}@example.com`;
const content = verifyEmail({
  link: "http://localhost:3000/x",
  code: "123456",
  lifetime: hours(24),
});

beforeAll(() => startWorkers({ mail: sendNotice, "clean-up": cleanUp }));
afterAll(() => mailbox.stop());

/** Begins a registration and its mail; `end` runs last in the same transaction. */
async function ask(email: string, end: () => Promise<void> = async () => {}) {
  const lifetime = hours(24);
  const data = { name: null, passwordHash: null, next: null };
  return transaction(async (tx) => {
    const id = await createChallenge(tx, {
      purpose: "registration",
      lifetime,
      email,
      data,
    });
    await queueMail(tx, { template: "registration", challengeId: id });
    await end();
    return id;
  });
}

type Job = { state: string; retries: number; data: unknown; output: unknown };

async function jobOf(challengeId: string): Promise<Job | undefined> {
  const [job] = await db().$queryRaw<Job[]>`
    SELECT state::text AS state, retry_count AS retries, data, output FROM pgboss.job
    WHERE name = 'mail' AND data->>'challengeId' = ${challengeId}`;
  return job;
}

async function mailJobs(): Promise<number> {
  const [row] = await db().$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM pgboss.job WHERE name = 'mail'`;
  return row?.n ?? 0;
}

async function jobIn(state: string, challengeId: string): Promise<Job> {
  return vi.waitUntil(
    async () => {
      const job = await jobOf(challengeId);
      return job?.state === state && job;
    },
    { timeout: 15_000, interval: 50 },
  );
}

describe("a mail", () => {
  it("C10 goes to one recipient, the stored address, and to no other", async () => {
    const email = address();
    await sendMail(email, content);
    const mail = await mailbox.wait(email);
    expect(mail.to).toEqual([email]);
    expect(mail.from).toBe("hello@latchkey.example");
    expect(mail.raw).toMatch(/^From: Latchkey Team <hello@latchkey\.example>\r$/m);
    expect(mail.raw.match(/^To: .*$/gm)).toEqual([`To: ${email}`]);
    expect(mail.raw).not.toMatch(/^(Cc|Bcc):/im);
  });

  it.each([
    "a+b=c@example.com",
    "o'brien@example.com",
    "a/b@example.com",
    "{x}|y@example.com",
    "xn--bcher@xn--bcher-kva.example",
  ])("C10 to %s is not read as anybody else", async (email) => {
    await sendMail(email, content);
    expect((await mailbox.wait(email)).to).toEqual([email]);
  });

  it.each([
    "victim@example.com,attacker@example.com",
    '"attacker@example.com>x"@example.com',
    "Victim <attacker@example.com>",
    "Attacker@example.com",
    "",
  ])("C10 to %s, which no parser of ours lets through, is not sent", async (to) => {
    const before = mailbox.received.length;
    await expect(sendMail(to, content)).rejects.toThrow("no canonical address");
    expect(mailbox.received).toHaveLength(before);
  });
});

describe("a job", () => {
  it("C01 holds an id and no secret; the link is made when it is sent", async () => {
    const email = address();
    const id = await ask(email);
    wakeWorker("mail");
    const mail = await mailbox.wait(email);
    expect(tokenIn(mail)).toBe(linkToken("registration", id));
    const job = await jobIn("completed", id);
    expect(job.data).toEqual({ template: "registration", challengeId: id });
    expect(JSON.stringify(job)).not.toContain(linkToken("registration", id).slice(23));
  });

  it("M05 of a transaction that was rolled back is never sent", async () => {
    const before = await mailJobs();
    const email = address();
    const failing = ask(email, async () => {
      throw new Error("rolled back");
    });
    await expect(failing).rejects.toThrow("rolled back");
    // What was queued after it has come, so it would have come as well.
    const later = address();
    await ask(later);
    wakeWorker("mail");
    await mailbox.wait(later);
    expect(mailbox.to(email)).toEqual([]);
    expect(await mailJobs()).toBe(before + 1);
  });

  it("N06 outlives a mail server that is down, and is sent once when it is back", async () => {
    await mailbox.pause();
    const [first, second] = [address(), address()];
    const ids = [await ask(first), await ask(second)];
    wakeWorker("mail");
    for (const id of ids) await jobIn("retry", id);
    await mailbox.resume();
    // As if the pause between two tries were over.
    await db()
      .$executeRaw`UPDATE pgboss.job SET start_after = now() WHERE state = 'retry'`;
    wakeWorker("mail");
    for (const email of [first, second]) await mailbox.wait(email);
    for (const id of ids) expect((await jobIn("completed", id)).retries).toBe(1);
    for (const email of [first, second]) expect(mailbox.to(email)).toHaveLength(1);
  });

  it("N06 is tried for a whole day", async () => {
    const id = await ask(address());
    const [row] = await db().$queryRaw<{ limit: number; delay: number }[]>`
      SELECT retry_limit AS limit, retry_delay AS delay FROM pgboss.job
      WHERE data->>'challengeId' = ${id}`;
    expect((row?.limit ?? 0) * (row?.delay ?? 0)).toBe(hours(24) / 1000);
  });
});
