// A mail whose link, or whose code, is what somebody waits for. It comes to whoever
// has the address, so it says what to do with it, and what if it was not asked for.
import {
  code,
  facts,
  type Happening,
  happeningFacts,
  inWords,
  link,
  paragraph,
  small,
} from "@/lib/mail/blocks";
import type { MailContent } from "@/lib/mail/render";

/** `lifetime` in milliseconds. */
export type LinkOrCode = { link: string; code: string; lifetime: number };

type Words = {
  subject: string;
  why: string;
  button: string;
  /** Where the code counts. */
  where: string;
  /** Who asked, for mails that are of use in that browser alone. */
  asked?: Happening;
  /** What becomes of it if the mail is ignored. */
  otherwise: string;
};

export function linkOrCode(of: LinkOrCode, words: Words): MailContent {
  const within = `within ${inWords(of.lifetime)}`;
  return {
    subject: words.subject,
    preheader: `Open the link or enter the code ${within}.`,
    blocks: [
      paragraph(words.why),
      ...(words.asked ? [facts(happeningFacts(words.asked, "Asked from"))] : []),
      link(words.button, of.link),
      paragraph(`Or enter this code in the browser where you ${words.where}:`),
      code(of.code),
      small(`The link and the code work once, ${within}. Give them to nobody.`),
      small(`If it was not you, ignore this mail. ${words.otherwise}`),
    ],
  };
}
