import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { emailAddress, parseEmailAddress } from "@/lib/mail/address";

const hostile: Array<[string, string]> = [
  ["nothing", ""],
  ["only spaces", "   "],
  ["no @", "name.example.com"],
  ["no local part", "@example.com"],
  ["no domain", "name@"],
  ["two addresses by comma", "a@example.com,b@evil.example"],
  ["two addresses by comma and space", "a@example.com, b@evil.example"],
  ["two addresses by semicolon", "a@example.com;b@evil.example"],
  ["two addresses by space", "a@example.com b@evil.example"],
  ["two addresses by newline", "a@example.com\nb@evil.example"],
  ["a full-width comma", "a@example.com\uff0cb@evil.example"],
  ["two @", "a@b@example.com"],
  ["a full-width @ beside an @", "a@evil.example\uff20example.com"],
  ["a small @ beside an @", "a\ufe6bevil.example@example.com"],
  ["a quoted local part", '"a b"@example.com'],
  ["a quoted address as local part", '"a@evil.example"@example.com'],
  ["a quoted address with a comment", '"a@evil.example x"@example.com'],
  ["a backslash", "a\\b@example.com"],
  ["angle brackets", "<a@example.com>"],
  ["a display name", "A <a@example.com>"],
  ["full-width angle brackets", "\uff1ca@example.com\uff1e"],
  ["a comment", "a(comment)@example.com"],
  ["a group", "undisclosed:a@example.com;"],
  ["a mailto URL", "mailto:a@example.com"],
  ["a header by CRLF", "a@example.com\r\nBcc: b@evil.example"],
  ["a header by CRLF in the local part", "a\r\nBcc: b@example.com"],
  ["CRLF at the end", "a@example.com\r\n"],
  ["a NUL", "a@example.com\u0000.evil.example"],
  ["a tab inside", "a\t@example.com"],
  ["a C1 control", "a\u0085@example.com"],
  ["a line separator", "a@example.com\u2028"],
  ["a no-break space", "\u00a0a@example.com"],
  ["a zero-width space", "a\u200b@example.com"],
  ["a soft hyphen in the domain", "a@exam\u00adple.com"],
  ["a direction override", "a\u202e@example.com"],
  ["a lone surrogate", "a\ud800@example.com"],
  ["a space before the @", "a @example.com"],
  ["a space after the @", "a@ example.com"],
  ["a leading dot", ".a@example.com"],
  ["a trailing dot", "a.@example.com"],
  ["two dots", "a..b@example.com"],
  ["an ellipsis that NFKC makes three dots", "a\u2026b@example.com"],
  ["a leading dot in the domain", "a@.example.com"],
  ["a trailing dot in the domain", "a@example.com."],
  ["two dots in the domain", "a@example..com"],
  ["an ideographic trailing dot", "a@example.com\u3002"],
  ["one label", "a@localhost"],
  ["an IPv4 address", "a@127.0.0.1"],
  ["a short IPv4 address", "a@127.1"],
  ["a hexadecimal IPv4 address", "a@0x7f.1"],
  ["full-width digits of an IPv4 address", "a@\uff11\uff12\uff17.0.0.1"],
  ["an IPv4 literal", "a@[127.0.0.1]"],
  ["an IPv6 literal", "a@[IPv6:::1]"],
  ["a numeric top level", "a@example.123"],
  ["an underscore in the domain", "a@exa_mple.com"],
  ["a leading hyphen", "a@-example.com"],
  ["a trailing hyphen", "a@example-.com"],
  ["a port", "a@example.com:25"],
  ["a slash in the domain", "a@example.com/x"],
  ["a full-width slash in the domain", "a@example.com\uff0fevil.example"],
  ["an account-of sign in the domain", "a@evil.ex\u2100.com"],
  ["a query in the domain", "a@example.com?x"],
  ["a fragment in the domain", "a@example.com#x"],
  ["a percent escape in the domain", "a@ex%61mple.com"],
  ["a full-width percent escape in the domain", "a@ex\uff0561mple.com"],
  ["punycode that decodes to nothing", "a@xn--a.com"],
  ["an accent in the local part", "zoë@example.com"],
  ["a dotless i in the local part", "m\u0131ke@example.com"],
  ["a capital dotted I in the local part", "M\u0130KE@example.com"],
  ["a Cyrillic a in the local part", "\u0430dmin@example.com"],
  ["a local part of 65", `${"a".repeat(65)}@example.com`],
  ["a label of 64", `a@${"b".repeat(64)}.com`],
  ["an address of 255", `${"a".repeat(64)}@${"b.".repeat(93)}com.`.slice(0, 255)],
  ["321 characters", `a@example.com${" ".repeat(308)}`],
  ["what NFKC makes long", `${"\ufdfa".repeat(20)}@example.com`],
];

describe("parseEmailAddress", () => {
  it.each([
    ["name@example.com", "name@example.com"],
    ["Name@Example.COM", "name@example.com"],
    [" \tname@example.com \t", "name@example.com"],
    ["first.last+tag@sub.example.co.uk", "first.last+tag@sub.example.co.uk"],
    ["o'brien@example.ie", "o'brien@example.ie"],
    ["!#$%&'*+/=?^_`{|}~-@example.com", "!#$%&'*+/=?^_`{|}~-@example.com"],
    ["1@1.example", "1@1.example"],
    ["a@MÜNCHEN.de", "a@xn--mnchen-3ya.de"],
    ["a@xn--mnchen-3ya.de", "a@xn--mnchen-3ya.de"],
    ["a@例え。テスト", "a@xn--r8jz45g.xn--zckzah"],
    [
      `${"a".repeat(64)}@${"b".repeat(63)}.com`,
      `${"a".repeat(64)}@${"b".repeat(63)}.com`,
    ],
  ])("C10 brings %s to its canonical form", (input, address) => {
    expect(parseEmailAddress(input)).toEqual({ ok: true, address });
  });

  it.each([
    ["a full-width @", "name\uff20example.com"],
    ["full-width letters", "\uff4e\uff41\uff4d\uff45@example.com"],
    ["a full-width domain", "name@\uff45xample.com"],
    ["a long s in the domain", "name@example.com".replace("x", "\uff58")],
    ["an ideographic full stop", "name@example\u3002com"],
  ])("C10 reads %s as the plain sign it stands for", (_what, input) => {
    expect(parseEmailAddress(input)).toEqual({ ok: true, address: "name@example.com" });
  });

  it("C10 gives the Kelvin sign and the letter k one canonical form", () => {
    expect(parseEmailAddress("mi\u212ae@\u212aiwi.example")).toEqual({
      ok: true,
      address: "mike@kiwi.example",
    });
  });

  it.each(hostile)("C10 refuses %s", (_what, input) => {
    const parsed = parseEmailAddress(input);
    expect(parsed.ok).toBe(false);
    if (!parsed.ok) expect(parsed.reason).toMatch(/^[A-Z].{10,80}\.$/);
  });

  it("C10 accepts an address of 254 and refuses one of 255", () => {
    const domain = `${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(57)}.com`;
    expect(parseEmailAddress(`${"a".repeat(64)}@${domain}`)).toMatchObject({ ok: true });
    expect(`${"a".repeat(64)}@${domain}`).toHaveLength(254);
    expect(parseEmailAddress(`${"a".repeat(64)}@d${domain}`)).toMatchObject({
      ok: false,
    });
  });

  it("C10 yields one plain lower-case address, or nothing, for any text", () => {
    const text = fc.string({ unit: "binary", maxLength: 30 });
    const nearly = fc.tuple(text, fc.constantFrom("@", "\uff20", ""), text);
    fc.assert(
      fc.property(nearly, ([left, at, right]) => {
        const parsed = parseEmailAddress(`${left}${at}${right}.com`);
        if (!parsed.ok) return;
        expect(parsed.address).toMatch(/^[!-?A-~]+@[a-z0-9.-]+$/);
        expect(parsed.address).toBe(parsed.address.toLowerCase());
        expect(parseEmailAddress(parsed.address)).toEqual(parsed);
      }),
      { numRuns: 2000 },
    );
  });

  it("C10 is idempotent on ordinary addresses in any case", () => {
    fc.assert(
      fc.property(fc.emailAddress(), (input) => {
        const once = parseEmailAddress(input.toUpperCase());
        if (!once.ok) return;
        expect(parseEmailAddress(once.address)).toEqual(once);
        expect(parseEmailAddress(input)).toEqual(once);
      }),
    );
  });
});

describe("emailAddress", () => {
  it("C10 hands on the canonical form", () => {
    expect(emailAddress.parse(" Name@Example.com ")).toBe("name@example.com");
  });

  it("C10 says why in a sentence", () => {
    const result = z.object({ email: emailAddress }).safeParse({ email: "a@b@c.com" });
    expect(result.error?.issues).toMatchObject([
      {
        path: ["email"],
        message: "Enter one email address only, without a name or brackets.",
      },
    ]);
  });

  it("C10 measures before it parses", () => {
    const result = emailAddress.safeParse(`${"a".repeat(320)}@example.com`);
    expect(result.error?.issues.map((issue) => issue.message)).toEqual([
      "That email address is too long.",
    ]);
  });

  it.each([
    ["an array", ["a@example.com"]],
    ["an object", { contains: "@" }],
    ["null", null],
    ["nothing", undefined],
    ["a number", 1],
  ])("C10 refuses %s", (_what, input) => {
    const result = z.object({ email: emailAddress }).safeParse({ email: input });
    expect(result.success).toBe(false);
    expect(result.error?.issues[0]?.message).toBe(
      "Enter an email address like name@example.com.",
    );
  });
});
