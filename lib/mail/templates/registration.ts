// What our mails say. Each tells why it came and what to do if it was not you;
// none carries a link that acts by being opened (mail scanners open all of them).
import { link, paragraph, small } from "@/lib/mail/blocks";
import type { MailContent } from "@/lib/mail/render";
import { type LinkOrCode, linkOrCode } from "@/lib/mail/templates/link-or-code";

export function verifyEmail(of: LinkOrCode): MailContent {
  return linkOrCode(of, {
    subject: "Confirm your email address",
    why:
      "Somebody, probably you, created an account with this email address. " +
      "Confirm that it is yours to finish.",
    button: "Confirm email address",
    where: "signed up",
    otherwise: "Without it there is no account.",
  });
}

// Answers a registration for an address that has an account: the page says the
// same as for a new one, only the owner learns the difference.
export function accountExists(of: { loginLink: string }): MailContent {
  return {
    subject: "You already have an account",
    preheader: "Somebody tried to sign up with your email address.",
    blocks: [
      paragraph(
        "Somebody, probably you, tried to create an account with this email address. " +
          "You already have one, so nothing was changed. Sign in instead.",
      ),
      link("Sign in", of.loginLink),
      small("If you have forgotten your password, you can choose a new one there."),
      small(
        "If it was not you, there is nothing to do. Whoever it was did not learn " +
          "that you have an account.",
      ),
    ],
  };
}
