// What each mail says, decided when it is sent and not when it was asked for:
// jobs carry ids alone, and links and codes are derived here and stored nowhere.
// A mail about a challenge goes to the address in its row, whatever address the
// account has by then.
import { type Challenge, findChallenge, linkToken } from "@/lib/auth/challenge";
import type { Cancellation } from "@/lib/auth/email-change";
import type { MagicLink } from "@/lib/auth/magic-link/request";
import { mailedCode } from "@/lib/auth/mailed-code";
import type { NotMe } from "@/lib/auth/owner-mail";
import { isEnabled } from "@/lib/auth/policy";
import { config } from "@/lib/config";
import type { ChallengePurpose } from "@/lib/crypto";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import type { ChallengeMail, MailJob } from "@/lib/jobs";
import type { Happening } from "@/lib/mail/blocks";
import { sendMail } from "@/lib/mail/mailer";
import type { MailContent } from "@/lib/mail/render";
import {
  accountDeleted,
  accountSecured,
  confirmationCode,
} from "@/lib/mail/templates/account";
import {
  confirmNewEmail,
  emailChangeAsked,
  emailChanged,
  emailConfirmed,
  emailRestored,
  newEmailTaken,
} from "@/lib/mail/templates/email-change";
import { newAccountLink, signInLink } from "@/lib/mail/templates/magic-link";
import type { Reset } from "@/lib/mail/templates/new-password";
import { passkeyAdded, passkeyRemoved } from "@/lib/mail/templates/passkey";
import {
  noAccount,
  passwordBlocked,
  passwordChanged,
  passwordRemoved,
  resetPassword,
} from "@/lib/mail/templates/password";
import { accountExists, verifyEmail } from "@/lib/mail/templates/registration";
import {
  newDevice,
  sessionReuse,
  sessionsLimit,
  signInAfterFailures,
} from "@/lib/mail/templates/session";
import * as twoFactor from "@/lib/mail/templates/two-factor";

type Notice = { to: string; content: MailContent };
type Row = Challenge<unknown> & { email: string };
type Compose = (row: Row) => Promise<MailContent | null>;
type Composition = {
  purpose: ChallengePurpose;
  isOnlyForOpen: boolean;
  compose: Compose;
};

const compositions: Record<ChallengeMail, Composition> = {
  registration: whileOpen("registration", registrationMail),
  magic_link: whileOpen("magic-link", magicLinkMail),
  reset: whileOpen("reset", resetMail),
  step_up_code: whileOpen("step-up-code", confirmationMail),
  email_change: whileOpen("email-change", newEmailMail),
  email_change_notice: always("email-cancel", oldEmailMail),
  new_device: withUndo(newDevice),
  sign_in_after_failures: withUndo(signInAfterFailures),
  session_reuse: withUndo(sessionReuse),
  password_changed: withUndo(passwordChanged),
  password_removed: withUndo(passwordRemoved),
  email_changed: withUndo(emailChanged),
  passkey_added: withUndo(passkeyAdded),
  passkey_removed: withUndo(passkeyRemoved),
  two_factor_on: withUndo(twoFactor.twoFactorOn),
  two_factor_off: withUndo(twoFactor.twoFactorOff),
  totp_added: withUndo(twoFactor.totpAdded),
  totp_removed: withUndo(twoFactor.totpRemoved),
  backup_codes_made: withUndo(twoFactor.backupCodesMade),
  backup_code_used: withUndo(twoFactor.backupCodeUsed),
  second_factor_failures: withUndo(twoFactor.secondFactorFailures),
  second_factor_after_failures: withUndo(twoFactor.secondFactorAfterFailures),
  email_confirmed: asNews(emailConfirmed),
  email_restored: asNews(emailRestored),
  password_blocked: asNews(passwordBlocked),
  account_secured: asNews(accountSecured),
  farewell: asNews(accountDeleted),
};

export async function sendNotice(job: MailJob): Promise<void> {
  const notice =
    job.template === "session_limit"
      ? await sessionLimitNotice(job.sessionId)
      : await challengeNotice(job.template, job.challengeId);
  if (notice) await sendMail(notice.to, notice.content);
}

async function challengeNotice(
  template: ChallengeMail,
  challengeId: string,
): Promise<Notice | null> {
  const { purpose, isOnlyForOpen, compose } = compositions[template];
  const found = await findChallenge(purpose, challengeId);
  if (found.state === "unknown") return null;
  if (isOnlyForOpen && found.state !== "open") return null;
  const { challenge } = found;
  const { email: to } = challenge;
  const content = to && (await compose({ ...challenge, email: to }));
  return content ? { to, content } : null;
}

/** A link or code that was used, replaced or has expired by then needs no mail. */
function whileOpen(purpose: ChallengePurpose, compose: Compose): Composition {
  return { purpose, isOnlyForOpen: true, compose };
}

/** What happened is told, whatever has become of the link. */
function always(purpose: ChallengePurpose, compose: Compose): Composition {
  return { purpose, isOnlyForOpen: false, compose };
}

type Undo = { isReset: boolean; about?: string; notMeLink: string; lifetime: number };

/** With the link of "This wasn't me". */
function withUndo(write: (of: Happening & Undo) => MailContent): Composition {
  return always("not-me", async (row) =>
    write({
      ...(await happening(row)),
      // Who resets a password is not signed in.
      isReset: row.sessionId === null,
      about: (row.data as NotMe).about,
      notMeLink: secretLink("/not-me", "not-me", row),
      lifetime: config.challenge.notMe,
    }),
  );
}

type News = Reset & { failures: number };

/** Without any secret. */
function asNews(write: (of: Happening & News) => MailContent): Composition {
  const failures = config.password.throttle.refuseAfter;
  return always("notice", async (row) => {
    const resetLink = isEnabled("password") ? page("/forgot-password") : null;
    return write({ ...(await happening(row)), resetLink, failures });
  });
}

async function happening({ sessionId, createdAt: at }: Row): Promise<Happening> {
  const device = sessionId
    ? await db().session.findUnique({
        where: { id: sessionId },
        select: { browser: true, os: true, ip: true, location: true },
      })
    : null;
  return { device, at };
}

/** The owner of a known address hears of the attempt instead of getting a link. */
async function registrationMail(row: Row): Promise<MailContent> {
  if (await findOwner(row.email)) return accountExists({ loginLink: page("/login") });
  return verifyEmail({
    link: secretLink("/verify-email", "registration", row),
    code: mailedCode("registration", row.id),
    lifetime: config.challenge.registration,
  });
}

/** Where there is no account, the same link makes one; a banned owner hears nothing. */
async function magicLinkMail(row: Row): Promise<MailContent | null> {
  const owner = await findOwner(row.email);
  if (owner?.bannedAt) return null;
  const write = owner ? signInLink : newAccountLink;
  return write({
    link: secretLink("/magic-link", "magic-link", row),
    code: mailedCode("magic-link", row.id),
    lifetime: config.challenge.magicLink,
    asked: { device: (row.data as MagicLink).asker, at: row.createdAt },
  });
}

/** An address without an account hears so; a banned owner hears nothing. */
async function resetMail(row: Row): Promise<MailContent | null> {
  const owner = await findOwner(row.email);
  if (!owner) return noAccount({ signupLink: page("/signup") });
  if (owner.bannedAt) return null;
  return resetPassword({
    link: secretLink("/reset-password", "reset", row),
    code: mailedCode("reset", row.id),
    lifetime: config.challenge.reset,
  });
}

async function confirmationMail({ id }: Row): Promise<MailContent> {
  const code = mailedCode("step-up-code", id);
  return confirmationCode({ code, lifetime: config.challenge.stepUp });
}

/** To an address that another account has by now goes no link to confirm. */
async function newEmailMail(row: Row): Promise<MailContent> {
  const owner = await findOwner(row.email);
  if (owner && owner.id !== row.userId)
    return newEmailTaken({ loginLink: page("/login") });
  return confirmNewEmail({
    link: secretLink("/email/confirm", "email-change", row),
    code: mailedCode("email-change", row.id),
    lifetime: config.challenge.emailChange,
  });
}

async function oldEmailMail(row: Row): Promise<MailContent> {
  return emailChangeAsked({
    ...(await happening(row)),
    newEmail: (row.data as Cancellation).newEmail,
    cancelLink: secretLink("/email/cancel", "email-cancel", row),
    lifetime: config.challenge.emailCancel,
  });
}

async function sessionLimitNotice(sessionId: string): Promise<Notice | null> {
  const session = await db().session.findUnique({
    where: { id: sessionId },
    include: { user: { select: { email: true } } },
  });
  if (!session) return null;
  const { browser, os, lastSeenAt, user } = session;
  const max = config.session.maxPerUser;
  const devicesLink = page("/settings/devices");
  const content = sessionsLimit({ browser, os, lastSeenAt, max, devicesLink });
  return { to: user.email, content };
}

function findOwner(email: string) {
  return db().user.findUnique({
    where: { email },
    select: { id: true, bannedAt: true },
  });
}

function page(path: string): string {
  return `${env().appUrl}${path}`;
}

/** In the fragment, which no server and no log gets to see. */
function secretLink(path: string, purpose: ChallengePurpose, { id }: Row): string {
  return page(`${path}#token=${linkToken(purpose, id)}`);
}
