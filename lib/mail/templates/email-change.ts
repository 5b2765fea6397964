// About a change of address: asked for, confirmed, and taken back.
import {
  facts,
  type Happening,
  happeningFacts,
  inWords,
  link,
  paragraph,
  small,
  timeInUtc,
} from "@/lib/mail/blocks";
import type { MailContent } from "@/lib/mail/render";
import { type LinkOrCode, linkOrCode } from "@/lib/mail/templates/link-or-code";
import { newPassword, type Reset } from "@/lib/mail/templates/new-password";
import { notMe } from "@/lib/mail/templates/not-me";

/** To the new address. */
export function confirmNewEmail(of: LinkOrCode): MailContent {
  return linkOrCode(of, {
    subject: "Confirm your new email address",
    why:
      "Somebody, probably you, wants to use this email address for an account that " +
      "has another one so far. Confirm that it is yours.",
    button: "Confirm new address",
    where: "asked for the change",
    otherwise: "Without it nothing changes.",
  });
}

// To a new address that somebody else's account has: the screen says the same
// as for a free one, only the owner of the address learns the difference.
export function newEmailTaken(of: { loginLink: string }): MailContent {
  return {
    subject: "You already have an account",
    preheader: "Somebody tried to use your email address for another account.",
    blocks: [
      paragraph(
        "Somebody, probably you, tried to use this email address for another account. " +
          "You already have one with it, so nothing was changed.",
      ),
      link("Sign in", of.loginLink),
      small(
        "If it was not you, there is nothing to do. Whoever it was did not learn " +
          "that you have an account.",
      ),
    ],
  };
}

/** To the old address, as soon as a change is asked for. */
export function emailChangeAsked(
  of: Happening & { newEmail: string; cancelLink: string; lifetime: number },
): MailContent {
  const lifetime = inWords(of.lifetime);
  return {
    subject: "Your email address is about to change",
    preheader: `If you did not ask for it, keep this one within ${lifetime}.`,
    blocks: [
      paragraph(
        "Somebody, probably you, asked to change the email address of your account. " +
          "It changes as soon as the new one is confirmed.",
      ),
      facts([["New address", maskAddress(of.newEmail)], ...happeningFacts(of)]),
      link("Keep this address", of.cancelLink),
      small("If it was you, there is nothing to do."),
      small(
        `If it was not you, open the link within ${lifetime} and confirm there. ` +
          "It works before the change and after it.",
      ),
    ],
  };
}

/** To the old address, once it has happened. */
export function emailChanged(
  of: Happening & { notMeLink: string; lifetime: number },
): MailContent {
  return {
    subject: "The email address of your account changed",
    preheader: `If you did not change it, say so within ${inWords(of.lifetime)}.`,
    blocks: [
      paragraph(
        "Your account has another email address than this one now: the new one was " +
          "confirmed. You sign in with it from now on, our mail goes there, and other " +
          "devices were signed out.",
      ),
      facts(happeningFacts(of)),
      ...notMe(of, "puts this address back"),
    ],
  };
}

// To the new address. It must not be able to undo anything: whoever took an
// account over reads this one.
export function emailConfirmed(of: Happening): MailContent {
  return {
    subject: "This is now your email address",
    preheader: "Your account has been moved to the address you confirmed.",
    blocks: [
      paragraph(
        "You confirmed this address, and your account has it now. You sign in with it " +
          "from now on, our mail comes here, and other devices were signed out.",
      ),
      facts(happeningFacts(of)),
      small(
        "If it was not you, somebody else can read your mail. Change the password of " +
          "your mailbox, and write to the address below.",
      ),
    ],
  };
}

/** To the address that the account has again. */
export function emailRestored(of: { at: Date } & Reset): MailContent {
  const ended = "All devices were signed out.";
  const advice =
    "Choose a new password now: whoever changed the address may know the old one.";
  return {
    subject: "Your email address was put back",
    preheader: of.resetLink ? `${ended} Choose a new password now.` : ended,
    blocks: [
      paragraph(
        "The email address of your account is this one again, and all devices were " +
          `signed out. ${of.resetLink ? advice : ""}`.trimEnd(),
      ),
      facts([["Time", timeInUtc(of.at)]]),
      ...newPassword(of),
      small(
        "If it was not you, somebody else can read your mail. Change the password of " +
          "your mailbox first.",
      ),
    ],
  };
}

const maxDomain = 60;

// Enough to know one's own address by, and no more than needed in a mailbox that
// may be somebody else's. A long domain loses its front: what a registry sold
// stands at its end, and must not be pushed out of sight.
function maskAddress(address: string): string {
  const at = address.lastIndexOf("@");
  const domain = address.slice(at + 1);
  const shown = domain.length > maxDomain ? `…${domain.slice(-maxDomain)}` : domain;
  return `${address.slice(0, 1)}…@${shown}`;
}
