// What every mail has to be, whatever it is about.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { emailChanged } from "@/lib/mail/templates/email-change";
import { passwordChanged } from "@/lib/mail/templates/password";
import { newDevice, sessionReuse } from "@/lib/mail/templates/session";
import { device, event, mails, origin, render } from "@/tests/mails";

const all = Object.entries(mails);
const withoutLink = ["confirmationCode", "emailConfirmed", "accountDeleted"];
const withCode = [
  "verifyEmail",
  "signInLink",
  "newAccountLink",
  "resetPassword",
  "confirmNewEmail",
  "confirmationCode",
];
const withNotMe = [
  "passwordChanged",
  "passwordReset",
  "passwordRemoved",
  "passkeyAdded",
  "passkeyRemoved",
  "emailChanged",
  "newDevice",
  "signInAfterFailures",
  "sessionReuse",
  "twoFactorOn",
  "twoFactorOff",
  "totpAdded",
  "totpRemoved",
  "backupCodesMade",
  "backupCodeUsed",
  "secondFactorFailures",
  "secondFactorAfterFailures",
];

describe("every mail", () => {
  it("is on trial here: whoever writes another one puts it on the list", () => {
    const folder = import.meta.dirname;
    const written = readdirSync(folder)
      .filter((file) => !file.endsWith(".test.ts"))
      .flatMap((file) => [
        ...readFileSync(path.join(folder, file), "utf8").matchAll(
          /^export function (\w+)\((?:(?!^}).)*?\): MailContent \{$/gms,
        ),
      ])
      .map(([, name]) => name)
      // What several of them are made of.
      .filter((name) => name !== "linkOrCode");
    expect(written.length).toBeGreaterThan(30);
    // The same mail with other words, where a link did it.
    const twice = ["passwordReset"];
    expect(Object.keys(mails).sort()).toEqual([...written, ...twice].sort());
  });

  it.each(all)("%s is short, calm and complete", (_name, mail) => {
    const { subject, text, html } = render(mail);
    expect(subject).toMatch(/^[A-Z][^!]{10,60}$/);
    expect(mail.preheader).toMatch(/^[A-Z].{20,90}\.$/);
    expect(text).not.toMatch(/!|undefined|null|\[object|Invalid|NaN/);
    expect(text.length).toBeLessThan(900);
    expect(html).toContain(`<title>${subject}</title>`);
  });

  it.each(all)("%s says what to do if it was not you", (_name, mail) => {
    expect(render(mail).text).toMatch(/if it was not you|did not just sign in/i);
  });

  it.each(all)("F8 %s has at most one link, alone on its line", (name, mail) => {
    const { text, html } = render(mail);
    const links = withoutLink.includes(name) ? 0 : 1;
    expect(text.match(/https?:\/\/\S+/g) ?? []).toHaveLength(links);
    expect(text.match(/^https:\/\/app\.example\/\S+$/gm) ?? []).toHaveLength(links);
    expect(html.match(/ href="/g) ?? []).toHaveLength(links);
  });

  it.each(all)("%s has its code, if any, alone on its line", (name, mail) => {
    const { text, html } = render(mail);
    const codes = withCode.includes(name) ? ["042195"] : [];
    expect(text.match(/\b\d{6}\b/g) ?? []).toEqual(codes);
    expect(text.match(/^\d{6}$/gm) ?? []).toEqual(codes);
    expect(html.match(/>\d{6}<\/p>/g) ?? []).toHaveLength(codes.length);
  });

  it.each(all)(
    "C08 %s keeps code and link out of what lock screens show",
    (_name, mail) => {
      expect(mail.subject + mail.preheader).not.toMatch(/042195|http|token/);
    },
  );

  it.each(all)("C08 %s carries a secret in the fragment alone", (_name, mail) => {
    const [link] = render(mail).text.match(/https:\/\/\S+/) ?? [];
    if (!link) return;
    const { pathname, search, hash } = new URL(link);
    expect(search).toBe("");
    expect(pathname).toMatch(/^\/[a-z/-]+$/);
    expect(["", "#token=a.b"]).toContain(hash);
  });

  it.each(all)("%s says the same in both parts", (_name, mail) => {
    const { text, html } = render(mail);
    const shown = html.replaceAll("&#39;", "'");
    for (const block of mail.blocks) {
      if (block.kind !== "paragraph" && block.kind !== "small") continue;
      expect(text).toContain(block.text);
      expect(shown).toContain(block.text);
    }
  });

  it("has a subject of its own, but for the two that must look alike", () => {
    const subjects = all.map(([, { subject }]) => subject);
    const twice = subjects.filter((subject, at) => subjects.indexOf(subject) !== at);
    expect(twice).toEqual([
      "Your account has a new password",
      "You already have an account",
    ]);
  });
});

describe("a notice of what happened", () => {
  it.each(withNotMe)(
    "M07 %s leads to 'This wasn't me', and says for how long",
    (name) => {
      const mail = mails[name];
      if (!mail) throw new Error(`no mail ${name}`);
      const { text, html } = render(mail);
      expect(text).toContain(`This wasn't me:\n${origin}/not-me#token=a.b\n`);
      expect(html).toContain(`href="${origin}/not-me#token=a.b"`);
      expect(text).toContain("If it was not you, open the link within 72 hours.");
      expect(text).toContain("accepts no password until you choose a new one");
    },
  );

  const notices = [
    ["newDevice", newDevice, "Device"],
    ["sessionReuse", sessionReuse, "Signed-out device"],
    ["passwordChanged", passwordChanged, "Device"],
    ["emailChanged", emailChanged, "Device"],
  ] as const;

  it.each(notices)(
    "M07 %s names device, place, address and time with its zone",
    (_name, write, label) => {
      const { text, html } = render(write(event));
      expect(text).toContain(
        `\n${label}: Chrome 140 on Windows\nPlace: Lisbon, Portugal\n` +
          "IP address: 192.0.2.7\nTime: 2026-03-04 05:06 UTC\n",
      );
      for (const value of [
        "Chrome 140 on Windows",
        "Lisbon, Portugal",
        "192.0.2.7",
        "2026-03-04 05:06 UTC",
      ]) {
        expect(html).toContain(`>${value}</td>`);
      }
    },
  );

  it.each(notices)(
    "%s names what is known of a device, and no place it does not know",
    (_name, write, label) => {
      const names = [
        [{ browser: "Firefox 143", os: null }, "Firefox 143"],
        [{ browser: null, os: "Linux" }, "Linux"],
        [{ browser: null, os: null }, "Unknown device"],
      ] as const;
      for (const [known, name] of names) {
        const mail = write({ ...event, device: { ...known, ip: null, location: null } });
        expect(render(mail).text).toContain(
          `${label}: ${name}\nIP address: Unknown\nTime:`,
        );
      }
    },
  );

  it.each(notices)("%s names the time alone where no session did it", (_name, write) => {
    const { text } = render(write({ ...event, device: null }));
    expect(text).toContain("\n\nTime: 2026-03-04 05:06 UTC\n");
    expect(text).not.toMatch(/device:|IP address:|Place:/i);
  });

  it.each(notices)(
    "K08 %s shows a hostile device as plain text on one line",
    (_name, write) => {
      const browser = "<img src=x>\r\nhttps://evil.example\u202e";
      const location = `"><a href="https://evil.example">Lisbon</a>\n`;
      const mail = render(write({ ...event, device: { ...device, browser, location } }));
      expect(mail.html).toContain("&lt;img src=x&gt; https://evil.example on Windows");
      expect(mail.html).not.toMatch(/<img|href="https:\/\/evil/);
      expect(mail.text).toContain("evice: <img src=x> https://evil.example on Windows\n");
      expect(mail.text).not.toMatch(/^https:\/\/evil/m);
    },
  );
});
