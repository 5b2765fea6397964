// What the mails about sign-in links and passkeys say, to the person who gets them.
import { describe, expect, it } from "vitest";
import { newAccountLink, signInLink } from "@/lib/mail/templates/magic-link";
import { passkeyAdded, passkeyRemoved } from "@/lib/mail/templates/passkey";
import { askedLink, device, event, mails, passkey, render } from "@/tests/mails";

function textOf(name: string): string {
  const mail = mails[name];
  if (!mail) throw new Error(`no mail ${name}`);
  return render(mail).text;
}

const evil = "<img src=x>\r\nhttps://evil.example\u202e";

describe("a sign-in link", () => {
  const links = [
    ["signInLink", signInLink],
    ["newAccountLink", newAccountLink],
  ] as const;

  it.each(links)(
    "C05 %s names the browser that asked, from where and when",
    (_name, write) => {
      const { text, html } = render(write(askedLink));
      expect(text).toContain(
        "\nAsked from: Chrome 140 on Windows\nPlace: Lisbon, Portugal\n" +
          "IP address: 192.0.2.7\nTime: 2026-03-04 05:06 UTC\n",
      );
      expect(html).toContain(">Chrome 140 on Windows</td>");
    },
  );

  it.each(links)("C05 %s names a browser that says nothing of itself", (_name, write) => {
    const nobody = { browser: null, os: null, ip: null, location: null };
    const asked = { ...askedLink.asked, device: nobody };
    const { text } = render(write({ ...askedLink, asked }));
    expect(text).toContain("\nAsked from: Unknown device\nIP address: Unknown\nTime:");
  });

  it.each(links)(
    "K08 %s shows a hostile browser as plain text on one line",
    (_name, write) => {
      const location = `"><a href="https://evil.example">Lisbon</a>\n123456`;
      const asked = {
        ...askedLink.asked,
        device: { ...device, browser: evil, location },
      };
      const { text, html } = render(write({ ...askedLink, asked }));
      expect(html).not.toMatch(/<img|href="https:\/\/evil/);
      expect(text).not.toMatch(/^https:\/\/evil/m);
      // Whoever copies the code, by hand or by program, finds one.
      expect(text.match(/^\d{6}$/gm)).toEqual([askedLink.code]);
    },
  );

  it("B09 to an address without an account says that it makes one, without a password", () => {
    expect(mails.newAccountLink?.subject).toBe("Create your account");
    const text = textOf("newAccountLink");
    expect(text).toContain("There is no account with it yet");
    expect(text).toContain("without a password");
    expect(text).toContain("\nCreate account:\n");
  });

  it("C05 to an account asks for nothing but a click or a code", () => {
    expect(mails.signInLink?.subject).toBe("Your sign-in link");
    expect(textOf("signInLink")).toContain("\nSign in:\n");
    expect(textOf("signInLink")).not.toMatch(/password|create/i);
  });
});

describe("a notice about a passkey", () => {
  const notices = [
    ["passkeyAdded", passkeyAdded],
    ["passkeyRemoved", passkeyRemoved],
  ] as const;

  it.each(notices)(
    "M07 %s names it, and who did it, from where and when",
    (_name, write) => {
      const { text, html } = render(write(passkey));
      expect(text).toContain(
        "\nPasskey: iCloud Keychain\nDevice: Chrome 140 on Windows\n" +
          "Place: Lisbon, Portugal\nIP address: 192.0.2.7\nTime: 2026-03-04 05:06 UTC\n",
      );
      expect(html).toContain(">iCloud Keychain</td>");
    },
  );

  it.each(notices)("M07 %s has a word for one without a name", (_name, write) => {
    expect(render(write(event)).text).toContain("\nPasskey: Passkey\n");
  });

  it.each(notices)(
    "K08 %s shows a hostile name as plain text on one line",
    (_name, write) => {
      const about = `${evil}\n123456\n"><a href="https://evil.example">`;
      const mail = write({ ...passkey, about });
      const { text, html } = render(mail);
      expect(html).not.toMatch(/<img|href="https:\/\/evil/);
      expect(text).toMatch(/^Passkey: <img src=x> https:\/\/evil\.example/m);
      expect(text).not.toMatch(/^https:\/\/evil|^\d{6}$/m);
      expect(mail.subject + mail.preheader).not.toContain("evil");
    },
  );

  it("M07 E13 says what the passkey does now, or does no more", () => {
    expect(textOf("passkeyAdded")).toContain(
      "signs in to your account, without a password",
    );
    expect(textOf("passkeyAdded")).toContain(
      "removes the passkey and accepts no password",
    );
    expect(textOf("passkeyRemoved")).toContain("no longer signs in to your account");
    expect(textOf("passkeyRemoved")).toContain("signed in with it were signed out");
  });
});
