import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { printable } from "@/lib/printable";

describe("printable", () => {
  it.each([
    ["Ada Lovelace", "Ada Lovelace"],
    ["  Ada \t\n  Lovelace ", "Ada Lovelace"],
    ["Zoë 小林 Ünal 🔑", "Zoë 小林 Ünal 🔑"],
    ["e\u0301", "e\u0301"],
    ["", ""],
  ])("keeps what a person can read in %j", (text, shown) => {
    expect(printable(text, 60)).toBe(shown);
  });

  it.each([
    ["C0 controls", "a\u0000b\u001b[31mc", "ab[31mc"],
    ["C1 controls", "a\u009bb\u0080c", "abc"],
    ["delete", "a\u007fb", "ab"],
    ["bidi overrides", "photo\u202egnp.exe\u202c", "photognp.exe"],
    ["bidi isolates", "\u2066a\u2067b\u2068c\u2069", "abc"],
    ["direction marks", "a\u200eb\u200fc\u061cd", "abcd"],
    ["zero-width signs", "a\u200bb\u200cc\u200dd\u2060e\ufefff", "abcdef"],
    ["soft hyphens", "pay\u00adpal", "paypal"],
    ["Hangul fillers", "a\u3164b\u115fc", "abc"],
    ["tag characters", "a\u{e0041}\u{e007f}b", "ab"],
    ["lone surrogates", "a\ud800b\udc00c", "abc"],
  ])("K08 removes %s", (_what, text, shown) => {
    expect(printable(text, 60)).toBe(shown);
  });

  it.each(["\r\n", "\n", "\u2028", "\u2029", "\u0085", "\v", "\f", "\u00a0"])(
    "K08 turns the break %j into one space",
    (separator) => {
      expect(printable(`To: a${separator}Bcc: b`, 60)).toBe("To: a Bcc: b");
    },
  );

  it("leaves one space where only invisible signs stood between two", () => {
    expect(printable("a \u200b b", 60)).toBe("a b");
  });

  it("cuts by code points, never through a surrogate pair", () => {
    expect(printable("🔑🔑🔑", 2)).toBe("🔑🔑");
  });

  it("does not end in a space where it was cut", () => {
    expect(printable("ab cd", 3)).toBe("ab");
  });

  it("does not escape: that is the printer's work", () => {
    expect(printable("<b>&", 60)).toBe("<b>&");
  });

  it("K08 shows one short visible line, and the same one again, for any text", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.integer({ min: 1, max: 80 }),
        (s, n) => {
          const shown = printable(s, n);
          expect(Array.from(shown).length).toBeLessThanOrEqual(n);
          expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
          expect(printable(shown, n)).toBe(shown);
        },
      ),
    );
  });
});
