import { describe, expect, it } from "vitest";
import { type MailContent, renderMail } from "@/lib/mail/render";
import {
  accountExists,
  sessionReuse,
  sessionsLimit,
  verifyEmail,
} from "@/lib/mail/templates";

const origin = "https://app.example";
const devicesLink = `${origin}/settings/devices`;
const at = new Date("2026-03-04T05:06:07.089Z");

function render(mail: MailContent) {
  return renderMail(mail, {
    appName: "Latchkey",
    appUrl: origin,
    supportAddress: "support@example.com",
  });
}

const verification = { link: `${origin}/verify-email#token=a.b`, code: "042195" };
const reuse = { browser: "Chrome 140", os: "Windows", ip: "192.0.2.7", at, devicesLink };
const limit = { browser: "Safari 18", os: "macOS", lastSeenAt: at, max: 10, devicesLink };

const mails: Array<[string, MailContent]> = [
  ["verifyEmail", verifyEmail({ ...verification, hours: 24 })],
  ["accountExists", accountExists({ loginLink: `${origin}/login` })],
  ["sessionReuse", sessionReuse(reuse)],
  ["sessionsLimit", sessionsLimit(limit)],
];

describe("every mail", () => {
  it.each(mails)("%s is short, calm and complete", (_name, mail) => {
    const { subject, text, html } = render(mail);
    expect(subject).toMatch(/^[A-Z][^!]{10,60}$/);
    expect(mail.preheader).toMatch(/^[A-Z].{20,90}\.$/);
    expect(text).not.toMatch(/!|undefined|null|\[object|Invalid/);
    expect(text.length).toBeLessThan(900);
    expect(html).toContain(`<title>${subject}</title>`);
  });

  it.each(mails)("%s says what to do if it was not you", (_name, mail) => {
    expect(render(mail).text).toMatch(
      /if it was not you|not yours|did not just sign in/i,
    );
  });

  it.each(mails)("%s has exactly one link, alone on its line", (_name, mail) => {
    const { text, html } = render(mail);
    expect(text.match(/https?:\/\/\S+/g)).toHaveLength(1);
    expect(text.split("\n").filter((line) => /^https:\/\/\S+$/.test(line))).toHaveLength(
      1,
    );
    expect(html.match(/ href="/g)).toHaveLength(1);
  });

  it.each(mails)("%s says the same in both parts", (_name, mail) => {
    const { text, html } = render(mail);
    for (const block of mail.blocks) {
      if (block.kind !== "paragraph" && block.kind !== "small") continue;
      expect(text).toContain(block.text);
      expect(html).toContain(block.text);
    }
  });
});

describe("verifyEmail", () => {
  const { text, html } = render(verifyEmail({ ...verification, hours: 24 }));

  it("carries the link and the code, each on a line of its own", () => {
    expect(text.split("\n")).toContain(verification.link);
    expect(text.split("\n")).toContain("042195");
    expect(text.match(/^\d{6}$/gm)).toEqual(["042195"]);
  });

  it("carries both in the HTML part", () => {
    expect(html).toContain(`href="${verification.link}"`);
    expect(html).toMatch(/>042195<\/p>/);
  });

  it("keeps code and link out of subject and preheader, which lock screens show", () => {
    const { subject, preheader } = verifyEmail({ ...verification, hours: 24 });
    expect(subject + preheader).not.toMatch(/042195|https/);
  });

  it.each([
    [24, "within 24 hours"],
    [1, "within 1 hour."],
  ])("C03 says how long %d hours are", (hours, words) => {
    const mail = verifyEmail({ ...verification, hours });
    expect(mail.preheader).toContain(words);
    expect(render(mail).text).toContain(words);
  });

  it("says that nothing happens without it", () => {
    expect(text).toContain("If it was not you, ignore this mail.");
  });
});

describe("accountExists", () => {
  const { subject, text, html } = render(accountExists({ loginLink: `${origin}/login` }));

  it("C4 tells the owner that there is an account already, and where to sign in", () => {
    expect(subject).toBe("You already have an account");
    expect(text).toContain("nothing was changed");
    expect(text.split("\n")).toContain(`${origin}/login`);
    expect(html).toContain(`href="${origin}/login"`);
  });

  it("carries no code", () => {
    expect(text).not.toMatch(/\d{6}/);
  });
});

describe("sessionReuse", () => {
  const { text, html } = render(sessionReuse(reuse));

  it("M07 names device, address and time with its zone", () => {
    expect(text).toContain("Signed-out device: Chrome 140 on Windows\n");
    expect(text).toContain("IP address: 192.0.2.7\n");
    expect(text).toContain("Time: 2026-03-04 05:06 UTC\n");
  });

  it("M07 names them in the HTML part", () => {
    for (const value of ["Chrome 140 on Windows", "192.0.2.7", "2026-03-04 05:06 UTC"]) {
      expect(html).toContain(`>${value}</td>`);
    }
  });

  it("says what we did and leads to the list of devices", () => {
    expect(text).toContain("so we ended that session");
    expect(text.split("\n")).toContain(devicesLink);
  });

  it.each([
    [{ browser: "Firefox 143", os: null }, "Firefox 143"],
    [{ browser: null, os: "Linux" }, "Linux"],
    [{ browser: null, os: null }, "Unknown device"],
  ])("names what it knows of %j", (device, name) => {
    const mail = sessionReuse({ ...reuse, ...device, ip: null });
    expect(render(mail).text).toContain(
      `Signed-out device: ${name}\nIP address: Unknown\n`,
    );
  });

  it("K08 shows a hostile device as plain text on one line", () => {
    const browser = "<img src=x>\r\nhttps://evil.example\u202e";
    const mail = render(sessionReuse({ ...reuse, browser }));
    expect(mail.html).toContain("&lt;img src=x&gt; https://evil.example on Windows");
    expect(mail.html).not.toContain("<img");
    expect(mail.text).toContain("device: <img src=x> https://evil.example on Windows\n");
  });
});

describe("sessionsLimit", () => {
  const { text, html } = render(sessionsLimit(limit));

  it("names the limit, the device and when it was last used", () => {
    expect(text).toContain("signed in on 10 at a time");
    expect(text).toContain("Signed-out device: Safari 18 on macOS\n");
    expect(text).toContain("Last used: 2026-03-04 05:06 UTC\n");
    expect(html).toContain(">Safari 18 on macOS</td>");
    expect(html).toContain(">2026-03-04 05:06 UTC</td>");
  });

  it("leads to the list of devices", () => {
    expect(text.split("\n")).toContain(devicesLink);
    expect(html).toContain(`href="${devicesLink}"`);
  });

  it("takes the limit from its caller", () => {
    const mail = sessionsLimit({ ...limit, max: 3 });
    expect(mail.preheader).toBe("You can be signed in on 3 devices at a time.");
  });
});
