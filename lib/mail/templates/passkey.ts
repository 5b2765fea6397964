// About the passkeys of an account: that one was added, or is gone.
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

export function passkeyAdded(of: Change): MailContent {
  return {
    subject: "A passkey was added to your account",
    preheader: `If you did not add it, say so within ${inWords(of.lifetime)}.`,
    blocks: [
      paragraph("From now on this passkey signs in to your account, without a password."),
      facts([["Passkey", of.about ?? "Passkey"], ...happeningFacts(of)]),
      ...notMe(of, "removes the passkey"),
    ],
  };
}

export function passkeyRemoved(of: Change): MailContent {
  return {
    subject: "A passkey was removed from your account",
    preheader: `If you did not remove it, say so within ${inWords(of.lifetime)}.`,
    blocks: [
      paragraph(
        "This passkey no longer signs in to your account, and devices that were signed " +
          "in with it were signed out.",
      ),
      facts([["Passkey", of.about ?? "Passkey"], ...happeningFacts(of)]),
      ...notMe(of),
    ],
  };
}
