// Makes text that a stranger wrote safe to show on one line: no controls, no
// direction overrides, nothing invisible, at most `max` code points. It does
// not escape for HTML: React and lib/mail/render.ts do that where they print.

// Cc and Cf hold the C0/C1 controls, bidi overrides and zero-width signs; DI
// adds what renders as nothing (fillers, variation selectors, tags), which
// otherwise makes two different names look the same. Cs is a lone surrogate.
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;
const whitespace = /\p{White_Space}+/gu;

export function printable(text: string, max: number): string {
  const line = text.replace(whitespace, " ").replace(invisible, "");
  const single = line.replace(whitespace, " ").trim();

  return Array.from(single).slice(0, max).join("").trimEnd();
}
