// What each mail says, decided when it is sent and not when it was asked for:
// jobs carry ids alone, and links and codes are derived here and stored nowhere.
import { findChallenge, linkToken, mailedCode } from "@/lib/auth/challenge";
import { config } from "@/lib/config";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import type { MailJob } from "@/lib/jobs";
import { sendMail } from "@/lib/mail/mailer";
import type { MailContent } from "@/lib/mail/render";
import {
  accountExists,
  sessionReuse,
  sessionsLimit,
  verifyEmail,
} from "@/lib/mail/templates";

type Notice = { to: string; content: MailContent };

/** Sends nothing for what has ended meanwhile: a used link needs no mail. */
export async function sendNotice(job: MailJob): Promise<void> {
  const notice = await compose(job);
  if (notice) await sendMail(notice.to, notice.content);
}

async function compose(job: MailJob): Promise<Notice | null> {
  if (job.template === "session_limit") return sessionNotice(job.template, job.sessionId);
  if (job.template === "registration") return registrationNotice(job.challengeId);
  return null;
}

/** The owner of a known address hears of the attempt instead of getting a link. */
async function registrationNotice(challengeId: string): Promise<Notice | null> {
  const found = await findChallenge("registration", challengeId);
  if (found.state !== "open" || !found.challenge.email) return null;
  const to = found.challenge.email;
  const { appUrl } = env();
  const owner = await db().user.findUnique({
    where: { email: to },
    select: { id: true },
  });
  if (owner) return { to, content: accountExists({ loginLink: `${appUrl}/login` }) };
  const link = `${appUrl}/verify-email#token=${linkToken("registration", challengeId)}`;
  const code = mailedCode("registration", challengeId);
  const hours = config.challenge.registration / (60 * 60 * 1000);
  return { to, content: verifyEmail({ link, code, hours }) };
}

async function sessionNotice(
  template: "session_reuse" | "session_limit",
  sessionId: string,
): Promise<Notice | null> {
  const session = await db().session.findUnique({
    where: { id: sessionId },
    include: { user: { select: { email: true } } },
  });
  if (!session) return null;
  const { browser, os, ip, lastSeenAt, endedAt } = session;
  const devicesLink = `${env().appUrl}/settings/devices`;
  const content =
    template === "session_reuse"
      ? sessionReuse({ browser, os, ip, at: endedAt ?? lastSeenAt, devicesLink })
      : sessionsLimit({
          browser,
          os,
          lastSeenAt,
          max: config.session.maxPerUser,
          devicesLink,
        });
  return { to: session.user.email, content };
}
