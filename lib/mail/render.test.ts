import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Block, renderMail } from "@/lib/mail/render";

const brand = {
  appName: "Latchkey",
  appUrl: "https://app.example",
  supportAddress: "support@example.com",
};
const href = "https://app.example/verify-email#token=abc.def-_";

function render(blocks: Block[], more: { subject?: string; preheader?: string } = {}) {
  return renderMail({ subject: "Hello", preheader: "Soon", ...more, blocks }, brand);
}

/** Without its tags, as a mail program shows it. */
function visible(html: string): string {
  return html.replace(/<style>.*<\/style>/s, "").replace(/<[^>]*>/g, " ");
}

describe("the text part", () => {
  it("has the link on a line of its own", () => {
    const { text } = render([{ kind: "link", label: "Confirm", href }]);
    expect(text.split("\n")).toContain(href);
    expect(text).toContain(`Confirm:\n${href}\n`);
  });

  it("has the code on a line of its own", () => {
    const { text } = render([{ kind: "code", value: "042195" }]);
    expect(text.split("\n")).toContain("042195");
  });

  it("has one line a fact, and an empty line between blocks", () => {
    const { text } = render([
      { kind: "paragraph", text: "First." },
      {
        kind: "facts",
        facts: [
          { label: "Device", value: "Chrome 140 on macOS" },
          { label: "Time", value: "2026-01-02 03:04 UTC" },
        ],
      },
      { kind: "small", text: "Last." },
    ]);
    expect(text).toBe(
      "First.\n\nDevice: Chrome 140 on macOS\nTime: 2026-01-02 03:04 UTC\n\nLast.\n\n" +
        "-- \nLatchkey (app.example). Questions? support@example.com\n",
    );
  });

  it("holds no HTML and leaves the signs of a sentence alone", () => {
    const { text } = render([{ kind: "paragraph", text: 'Tom & Jerry\'s "<3"' }]);
    expect(text).toContain('Tom & Jerry\'s "<3"');
  });
});

describe("the HTML part", () => {
  it("is one document in English that suits light and dark", () => {
    const { html } = render([{ kind: "paragraph", text: "Text." }]);
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(html).toContain('<meta name="color-scheme" content="light dark">');
    expect(html).toContain("@media (prefers-color-scheme: dark)");
    expect(html).toContain("<title>Hello</title>");
    expect(html).toContain('<table role="presentation"');
  });

  it("hides the preheader and shows the name and the support address", () => {
    const { html } = render([]);
    expect(html).toMatch(/<div style="display:none[^"]*">Soon<\/div>/);
    expect(visible(html)).toContain("Latchkey");
    expect(visible(html)).toContain("Questions? support@example.com");
  });

  it("shows the link as a button and as an address to copy", () => {
    const { html } = render([{ kind: "link", label: "Confirm", href }]);
    expect(html).toMatch(new RegExp(`<a class="button" href="${href}"[^>]*>Confirm</a>`));
    expect(visible(html)).toContain(`Or copy this address: ${href}`);
  });

  it("shows the code without anything between its digits", () => {
    expect(visible(render([{ kind: "code", value: "042195" }]).html)).toContain(
      " 042195 ",
    );
  });

  it("names each fact in a row header", () => {
    const { html } = render([
      { kind: "facts", facts: [{ label: "Device", value: "Firefox 143" }] },
    ]);
    expect(html).toMatch(
      /<th [^>]*scope="row"[^>]*>Device<\/th><td [^>]*>Firefox 143<\/td>/,
    );
  });

  it("styles every visible element inline and loads nothing", () => {
    const { html } = render([
      { kind: "paragraph", text: "a" },
      { kind: "small", text: "b" },
      { kind: "link", label: "c", href },
      { kind: "code", value: "123456" },
      { kind: "facts", facts: [{ label: "d", value: "e" }] },
    ]);
    for (const [tag] of html.matchAll(/<(?:p|a|th|div|body)\b[^>]*>/g)) {
      expect(tag).toContain('style="');
    }
    expect(html).not.toMatch(/<(?:img|script|link|iframe)|url\(|@import/);
  });
});

describe("what strangers write", () => {
  const hostile = `</p><script>alert("1")</script><a href='https://evil.example'>&\u202egnp`;
  const everywhere: Block[] = [
    { kind: "paragraph", text: hostile },
    { kind: "small", text: hostile },
    { kind: "link", label: hostile, href },
    { kind: "facts", facts: [{ label: hostile, value: hostile }] },
  ];

  it("K08 is inert in the HTML part", () => {
    const { html } = render(everywhere, { subject: hostile, preheader: hostile });
    expect(html).not.toMatch(/<script|<a href='|alert\("/);
    expect(html).not.toContain("\u202e");
    expect(html).toContain("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;");
    expect(html).toContain("&lt;a href=&#39;https://evil.example&#39;&gt;&amp;gnp");
  });

  it("K08 is inert in the brand as well", () => {
    const { html } = renderMail(
      { subject: "a", preheader: "b", blocks: [] },
      { ...brand, appName: "<b>Acme</b>", supportAddress: "<i>@example.com" },
    );
    expect(html).not.toMatch(/<b>|<i>/);
  });

  it("K08 cannot add a line to the text part", () => {
    const value = "Chrome\r\n\r\nYour account is locked:\nhttps://evil.example";
    const { text } = render([{ kind: "facts", facts: [{ label: "Device", value }] }]);
    expect(text).toContain(
      "Device: Chrome Your account is locked: https://evil.example\n",
    );
    expect(text.split("\n")).not.toContain("https://evil.example");
  });

  it.each(["\r\n", "\n", "\r", "\u2028", "\u0085", "\u0000", "\v"])(
    "K08 cannot begin a header from the subject with %j",
    (separator) => {
      const { subject } = render([], {
        subject: `Hello${separator}Bcc: evil@example.com`,
      });
      expect(subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      expect(subject).toMatch(/^Hello ?Bcc: evil@example\.com$/);
    },
  );

  it("K08 cannot make a mail long", () => {
    const long = "x".repeat(100_000);
    const { subject, text } = render([{ kind: "paragraph", text: long }], {
      subject: long,
    });
    expect(subject).toHaveLength(120);
    expect(text.length).toBeLessThan(1200);
  });

  it("K08 adds no tag, whatever the text", () => {
    const tagsOf = (html: string) => html.match(/<[^>]*>/g);
    const plain = tagsOf(render([{ kind: "paragraph", text: "a" }]).html);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(tagsOf(render([{ kind: "paragraph", text }]).html)).toEqual(plain);
      }),
    );
  });
});

describe("links and codes", () => {
  it.each([
    "https://evil.example/verify-email#token=x",
    "https://app.example.evil.example/",
    "https://app.example@evil.example/",
    "https://user:word@app.example/",
    "http://app.example/",
    "https://app.example:8443/",
    "javascript:alert(1)",
    "data:text/html,x",
    "blob:https://app.example/x",
    "mailto:a@example.com",
    "/verify-email",
    "",
  ])("C09 makes no mail with the link %j", (given) => {
    expect(() => render([{ kind: "link", label: "Go", href: given }])).toThrow();
  });

  it("does not put the token of a refused link into the error", () => {
    const given = "https://evil.example/verify-email#token=secret";
    expect(() => render([{ kind: "link", label: "Go", href: given }])).toThrow(
      "A mail may link to https://app.example only, got https://evil.example",
    );
  });

  it("links over plain http in development", () => {
    const local = { ...brand, appUrl: "http://localhost:3000" };
    const block: Block = {
      kind: "link",
      label: "Go",
      href: "http://localhost:3000/a?b=1&c=2",
    };
    const { text, html } = renderMail(
      { subject: "a", preheader: "b", blocks: [block] },
      local,
    );
    expect(text).toContain("\nhttp://localhost:3000/a?b=1&c=2\n");
    expect(html).toContain('href="http://localhost:3000/a?b=1&amp;c=2"');
  });

  it.each(["12345", "1234567", "12 456", "12345x", "", "<b>1</b>"])(
    "makes no mail with the code %j",
    (value) => {
      expect(() => render([{ kind: "code", value }])).toThrow(
        "A code in a mail must be six digits",
      );
    },
  );
});
