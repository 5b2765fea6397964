// About the account as a whole: confirm it is you, it was secured, it is gone.
import {
  code,
  facts,
  type Happening,
  happeningFacts,
  inWords,
  paragraph,
  small,
  timeInUtc,
} from "@/lib/mail/blocks";
import type { MailContent } from "@/lib/mail/render";
import { newPassword, type Reset } from "@/lib/mail/templates/new-password";

export function confirmationCode(of: { code: string; lifetime: number }): MailContent {
  const within = `within ${inWords(of.lifetime)}`;
  return {
    subject: "Confirm that it is you",
    preheader: `Enter the code ${within} where you were asked for it.`,
    blocks: [
      paragraph(
        "Somebody, probably you, is about to change something that matters in your " +
          "account. Enter this code in the browser where you were asked for it:",
      ),
      code(of.code),
      small(
        `The code works once, ${within}. Never give it to anybody: we do not ask for it ` +
          "by phone or mail.",
      ),
      small(
        "If it was not you, somebody else is signed in to your account. Sign out every " +
          "device that is not yours and choose a new password.",
      ),
    ],
  };
}

/** After "This wasn't me". */
export function accountSecured(of: Happening & Reset): MailContent {
  const { resetLink } = of;
  const blocked = resetLink && " No password is accepted until you choose a new one.";
  return {
    subject: "Your account was secured",
    preheader: resetLink
      ? "Choose a new password before you sign in again."
      : "Whoever it was is signed out.",
    blocks: [
      paragraph(
        "You told us about something in your account that was not you. We ended that " +
          "session and every one that began after it, and put the email address back " +
          `if it was changed since.${blocked ?? ""}`,
      ),
      facts(happeningFacts(of, "Signed-out device")),
      ...newPassword(of),
      small(
        "If it was not you who told us, somebody else can read your mail. Change the " +
          "password of your mailbox first.",
      ),
    ],
  };
}

export function accountDeleted(of: { at: Date }): MailContent {
  return {
    subject: "Your account was deleted",
    preheader: "It is gone, with everything that was stored in it.",
    blocks: [
      paragraph(
        "Your account with this email address is gone, with everything that was stored " +
          "in it. It cannot be brought back. You may sign up again at any time, and " +
          "start anew.",
      ),
      facts([["Time", timeInUtc(of.at)]]),
      small(
        "We keep the record of its security events, with the IP addresses and browsers " +
          "they came from, but without your name and email address.",
      ),
      small("If it was not you, write to the address below."),
    ],
  };
}
