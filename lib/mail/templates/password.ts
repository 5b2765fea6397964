// About the password: how to get a new one, and that it is another or refused.
import {
  facts,
  type Happening,
  happeningFacts,
  inWords,
  link,
  paragraph,
  small,
} from "@/lib/mail/blocks";
import type { MailContent } from "@/lib/mail/render";
import { type LinkOrCode, linkOrCode } from "@/lib/mail/templates/link-or-code";
import { newPassword, type Reset } from "@/lib/mail/templates/new-password";
import { notMe } from "@/lib/mail/templates/not-me";

// Fits an account without a password as well: the mail must not tell which.
export function resetPassword(of: LinkOrCode): MailContent {
  return linkOrCode(of, {
    subject: "Reset your password",
    why:
      "Somebody, probably you, asked for a new password for your account. " +
      "Open the link to choose it.",
    button: "Choose a new password",
    where: "asked",
    otherwise: "Nothing changes without it.",
  });
}

// Answers a reset for an address without an account: the page says the same as
// for any other, and whoever has several addresses need not wait for nothing.
export function noAccount(of: { signupLink: string }): MailContent {
  return {
    subject: "There is no account with this address",
    preheader: "Somebody asked to reset a password with your email address.",
    blocks: [
      paragraph(
        "Somebody, probably you, asked to reset the password of an account with this " +
          "email address. There is none. Perhaps you signed up with another address, " +
          "or not yet.",
      ),
      link("Create account", of.signupLink),
      small("If it was not you, ignore this mail. There is nothing to do."),
    ],
  };
}

/** Changed, set for the first time, or, without a session, reset by mail. */
export function passwordChanged(
  of: Happening & { isReset: boolean; notMeLink: string; lifetime: number },
): MailContent {
  const what = of.isReset
    ? "A new password was chosen for your account with the link or the code of a mail " +
      "to this address. The old one no longer works, and all devices were signed out."
    : "A new password was chosen for your account. The old one no longer works, and " +
      "all other devices were signed out.";
  return {
    subject: "Your account has a new password",
    preheader: `If you did not choose it, say so within ${inWords(of.lifetime)}.`,
    blocks: [paragraph(what), facts(happeningFacts(of)), ...notMe(of)],
  };
}

export function passwordRemoved(
  of: Happening & { notMeLink: string; lifetime: number },
): MailContent {
  return {
    subject: "The password of your account was removed",
    preheader: `If you did not remove it, say so within ${inWords(of.lifetime)}.`,
    blocks: [
      paragraph(
        "Your account has no password any more. The old one no longer works, and " +
          "all other devices were signed out.",
      ),
      facts(happeningFacts(of)),
      ...notMe(of),
    ],
  };
}

/** After too many wrong ones in a row; see `config.password.throttle`. */
export function passwordBlocked(
  of: Happening & Reset & { failures: number },
): MailContent {
  return {
    subject: "Your password is refused in new browsers",
    preheader: `A wrong one was entered ${of.failures} times in a row.`,
    blocks: [
      paragraph(
        `A wrong password was entered for your account ${of.failures} times in a row, ` +
          "in browsers that had not signed in to it before. In such browsers your " +
          "password is refused from now on, until you choose a new one.",
      ),
      facts(happeningFacts(of)),
      ...newPassword(of),
      small("In browsers that you have signed in with before it still works."),
      small(
        "If it was not you, somebody tried to guess it. A new password that you use " +
          "nowhere else is the best answer.",
      ),
    ],
  };
}
