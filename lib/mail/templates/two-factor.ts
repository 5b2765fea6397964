// About second factors: what guards an account was set up, used up or tried.
import {
  facts,
  type Happening,
  happeningFacts,
  inWords,
  paragraph,
} from "@/lib/mail/blocks";
import type { MailContent } from "@/lib/mail/render";
import { notMe } from "@/lib/mail/templates/not-me";

type Change = Happening & { about?: string; notMeLink: string; lifetime: number };

type Words = { subject: string; what: string; undoes?: string };

function news(of: Change, { subject, what, undoes }: Words): MailContent {
  return {
    subject,
    preheader: `If it was not you, say so within ${inWords(of.lifetime)}.`,
    blocks: [paragraph(what), facts(happeningFacts(of)), ...notMe(of, undoes)],
  };
}

const elsewhere =
  "All other devices were signed out, and no browser is trusted any more.";

export function twoFactorOn(of: Change): MailContent {
  return news(of, {
    subject: "Two-factor authentication is on",
    what:
      "From now on a password or a mailed link is not enough for your account: a second " +
      `factor is asked for. ${elsewhere}`,
    undoes: "removes what was set up",
  });
}

export function twoFactorOff(of: Change): MailContent {
  return news(of, {
    subject: "Two-factor authentication was turned off",
    what:
      "From now on a password or a mailed link alone signs in to your account. The " +
      `authenticator app and the backup codes no longer work. ${elsewhere}`,
  });
}

export function totpAdded(of: Change): MailContent {
  return news(of, {
    subject: "A new authenticator app was set up",
    what:
      "The codes of a new authenticator app count for your account from now on. The " +
      `former app, if there was one, and the former backup codes no longer work. ${elsewhere}`,
    undoes: "removes the authenticator app",
  });
}

export function totpRemoved(of: Change): MailContent {
  return news(of, {
    subject: "Your authenticator app was removed",
    what: `Its codes no longer work; your passkeys stay your second factor. ${elsewhere}`,
  });
}

export function backupCodesMade(of: Change): MailContent {
  return news(of, {
    subject: "You have new backup codes",
    what: "New backup codes were made for your account. The former ones no longer work.",
    undoes: "removes the new codes",
  });
}

/** `about` is how many are left. */
export function backupCodeUsed(of: Change): MailContent {
  return news(of, {
    subject: "A backup code was used",
    what:
      "Somebody, probably you, used one of your backup codes. It does not work again. " +
      `${left(Number(of.about))} Make new ones when they run out.`,
  });
}

function left(count: number): string {
  if (count === 0) return "It was the last one.";
  return count === 1 ? "One is left." : `${count} are left.`;
}

/** `about` is how many there were. */
export function secondFactorFailures(of: Change): MailContent {
  return news(of, {
    subject: "Somebody is trying to guess your second factor",
    what:
      `A wrong code was entered ${of.about ?? "several"} times in a row where the second ` +
      "factor of your account was asked for. Whoever did it knows your password or has " +
      "your mailbox. If it was not you, choose a new password.",
  });
}

export function secondFactorAfterFailures(of: Change): MailContent {
  return news(of, {
    subject: "A second factor was accepted after several wrong ones",
    what:
      "Somebody, probably you, gave the second factor of your account after several " +
      "wrong codes.",
  });
}
