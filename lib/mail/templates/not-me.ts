// How every mail about something that happened ends: with a way to undo it.
import { inWords, link, small } from "@/lib/mail/blocks";
import type { Block } from "@/lib/mail/render";

/** `also` names what the page puts right besides. */
export function notMe(
  of: { notMeLink: string; lifetime: number },
  also?: string,
): Block[] {
  const undone = also ? `signs out whoever it was, ${also}` : "signs out whoever it was";
  return [
    link("This wasn't me", of.notMeLink),
    small("If it was you, there is nothing to do."),
    small(
      `If it was not you, open the link within ${inWords(of.lifetime)}. A button there ` +
        `${undone} and accepts no password until you choose a new one.`,
    ),
  ];
}
