// One of every mail, filled in, and how a client shows it.
import { hours, minutes } from "@/lib/config";
import type { Happening } from "@/lib/mail/blocks";
import { type MailContent, renderMail } from "@/lib/mail/render";
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
import {
  backupCodesMade,
  backupCodeUsed,
  secondFactorAfterFailures,
  secondFactorFailures,
  totpAdded,
  totpRemoved,
  twoFactorOff,
  twoFactorOn,
} from "@/lib/mail/templates/two-factor";

export const origin = "https://app.example";
const at = new Date("2026-03-04T05:06:07.089Z");

export const device = {
  browser: "Chrome 140",
  os: "Windows",
  ip: "192.0.2.7",
  location: "Lisbon, Portugal",
};

/** As a template of any security notice takes it. */
export const event = {
  device: device as Happening["device"],
  at,
  isReset: false,
  failures: 100,
  lifetime: hours(72),
  notMeLink: `${origin}/not-me#token=a.b`,
  resetLink: `${origin}/forgot-password`,
};

export const secret = (path: string, lifetime = minutes(30)) => ({
  link: `${origin}${path}#token=a.b`,
  code: "042195",
  lifetime,
});

export const limit = {
  browser: "Safari 18",
  os: "macOS",
  lastSeenAt: at,
  max: 10,
  devicesLink: `${origin}/settings/devices`,
};

export const asked = {
  ...event,
  newEmail: "new@example.org",
  cancelLink: `${origin}/email/cancel#token=a.b`,
};

/** A sign-in link, and the browser that it was asked for in. */
export const askedLink = {
  ...secret("/magic-link", minutes(10)),
  asked: { device: event.device, at },
};

export const passkey = { ...event, about: "iCloud Keychain" };

const loginLink = `${origin}/login`;

export const mails: Record<string, MailContent> = {
  verifyEmail: verifyEmail(secret("/verify-email", hours(24))),
  accountExists: accountExists({ loginLink }),
  signInLink: signInLink(askedLink),
  newAccountLink: newAccountLink(askedLink),
  resetPassword: resetPassword(secret("/reset-password")),
  noAccount: noAccount({ signupLink: `${origin}/signup` }),
  passwordChanged: passwordChanged(event),
  passwordReset: passwordChanged({ ...event, device: null, isReset: true }),
  passwordRemoved: passwordRemoved(event),
  passwordBlocked: passwordBlocked({ ...event, device: null }),
  passkeyAdded: passkeyAdded(passkey),
  passkeyRemoved: passkeyRemoved(passkey),
  confirmationCode: confirmationCode(secret("/confirm", minutes(10))),
  confirmNewEmail: confirmNewEmail(secret("/email/confirm", hours(24))),
  newEmailTaken: newEmailTaken({ loginLink }),
  emailChangeAsked: emailChangeAsked(asked),
  emailChanged: emailChanged(event),
  emailConfirmed: emailConfirmed(event),
  emailRestored: emailRestored(event),
  newDevice: newDevice(event),
  signInAfterFailures: signInAfterFailures(event),
  sessionReuse: sessionReuse(event),
  sessionsLimit: sessionsLimit(limit),
  twoFactorOn: twoFactorOn(event),
  twoFactorOff: twoFactorOff(event),
  totpAdded: totpAdded(event),
  totpRemoved: totpRemoved(event),
  backupCodesMade: backupCodesMade(event),
  backupCodeUsed: backupCodeUsed({ ...event, about: "7" }),
  secondFactorFailures: secondFactorFailures({ ...event, about: "10" }),
  secondFactorAfterFailures: secondFactorAfterFailures(event),
  accountSecured: accountSecured(event),
  accountDeleted: accountDeleted({ at }),
};

export function render(mail: MailContent) {
  const supportAddress = "support@example.com";
  return renderMail(mail, { appName: "Latchkey", appUrl: origin, supportAddress });
}
