import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeNewPassword } from "@/lib/auth/password-policy";

const context = {
  email: "ada.lovelace@analytical.example",
  name: "Ada Lovelace",
  appName: "Latchkey",
};

function judge(password: string, more: Partial<typeof context> = {}): string | null {
  return judgeNewPassword(password, { ...context, ...more });
}

describe("words that everybody knows of us", () => {
  const site =
    "This password is little more than the name of this site. Add other words.";
  const mail = "This password is little more than your email address. Add other words.";
  const person = "This password is little more than your name. Add other words.";

  it.each([
    ["the site twice", "latchkeylatchkey", site],
    ["the site and a year", "Latchkey2026!!!", site],
    ["the site, padded with a row", "latchkey1234567", site],
    ["the site, padded with a long row", "Latchkey1234567890", site],
    ["the site, padded with one sign", "latchkeyxxxxxxxxxxxx", site],
    ["the site, padded with a common word", "latchkeypassword", site],
    ["the site in between", "12latchkey3latchkey4", site],
    ["the address", "ada.lovelace@analytical.example", mail],
    ["the address in capitals", "ADA.LOVELACE@ANALYTICAL.EXAMPLE", mail],
    ["the address and a bit", "ada.lovelace@analytical.example1!", mail],
    ["the local part, padded", "ada.lovelace123456789", mail],
    ["the local part without its dot", "countessada2026", mail],
    ["the domain twice", "analyticalanalytical", mail],
    ["name and site", "LatchkeyLovelace1815", site],
  ])("A04 refuses %s", (_what, password, sentence) => {
    const email = password.startsWith("countess")
      ? "countess.ada@example.com"
      : context.email;
    expect(judge(password, { email })).toBe(sentence);
  });

  it("A04 refuses the person's name, padded", () => {
    expect(judge("Ada Lovelace 1815", { email: "countess@example.com" })).toBe(person);
  });

  it("A04 reads names in any script and either spelling", () => {
    const name = "Zoe\u0308 Müller-Lüdenscheidt";
    expect(judge("zoë müller-lüdenscheidt", { name })).toBe(person);
    expect(judge("MÜLLERLÜDENSCHEIDT1", { name })).toBe(person);
  });

  it("A04 takes the site's name as it is configured", () => {
    expect(judge("Acme Portal 2026", { appName: "Acme Portal" })).toBe(site);
    expect(judge("acmeportal12345", { appName: "Acme Portal" })).toBe(site);
  });

  it.each([
    "my latchkey is under the mat",
    "lovelace wrote the first program",
    "analytical engines never sleep",
  ])("A04 accepts %j, where enough is left", (password) => {
    expect(judge(password)).toBeNull();
  });

  it("A04 does not count words of three letters", () => {
    expect(
      judge("ann and bob go home", { email: "ann@example.com", name: "Ann" }),
    ).toBeNull();
  });

  it("A04 does without an address or a name", () => {
    expect(judgeNewPassword("correct horse battery", { appName: "Latchkey" })).toBeNull();
    expect(judgeNewPassword("latchkeylatchkey", { appName: "" })).toBeNull();
  });

  it("A04 refuses any local part that is padded with a row of digits", () => {
    const local = fc.stringMatching(/^[a-z]{6,15}$/);
    fc.assert(
      fc.property(local, (word) => {
        const password = `${word}123456789`.slice(0, Math.max(15, word.length));
        expect(judge(password, { email: `${word}@example.com` })).not.toBeNull();
      }),
    );
  });

  it("returns null or a sentence for any text, and never throws", () => {
    const text = fc.string({ unit: "binary", maxLength: 300 });
    fc.assert(
      fc.property(text, text, text, (password, name, email) => {
        const verdict = judgeNewPassword(password, { name, email, appName: "Latchkey" });
        if (verdict !== null) expect(verdict).toMatch(/^[A-Z].*\.$/);
      }),
    );
  });
});
