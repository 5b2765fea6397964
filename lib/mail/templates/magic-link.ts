// A link that signs in, and the one that makes an account where there is none yet:
// the page on which it was asked for says the same in both cases.
import type { Happening } from "@/lib/mail/blocks";
import type { MailContent } from "@/lib/mail/render";
import { type LinkOrCode, linkOrCode } from "@/lib/mail/templates/link-or-code";

/** The browser that asked, in which alone they count. */
type Asked = LinkOrCode & { asked: Happening };

export function signInLink({ asked, ...of }: Asked): MailContent {
  return linkOrCode(of, {
    subject: "Your sign-in link",
    why: "Somebody, probably you, asked for a link to sign in to your account.",
    button: "Sign in",
    where: "asked",
    asked,
    otherwise: "Nobody is signed in without it.",
  });
}

export function newAccountLink({ asked, ...of }: Asked): MailContent {
  return linkOrCode(of, {
    subject: "Create your account",
    why:
      "Somebody, probably you, asked for a link to sign in with this email address. " +
      "There is no account with it yet. This link creates one, without a password, " +
      "and signs you in.",
    button: "Create account",
    where: "asked",
    asked,
    otherwise: "There is no account without it.",
  });
}
