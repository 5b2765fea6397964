// Turns the structure of a mail into its subject, text part and HTML part. All
// text is made printable and escaped here, so that a template cannot forget it,
// and a link leads to our own origin or the mail is not made.

import { printable } from "@/lib/printable";

type Fact = { label: string; value: string };

export type Block =
  | { kind: "paragraph"; text: string }
  | { kind: "small"; text: string }
  | { kind: "link"; label: string; href: string }
  | { kind: "code"; value: string }
  | { kind: "facts"; facts: Fact[] };

/** `preheader` is what the list of mails shows beside the subject. */
export type MailContent = { subject: string; preheader: string; blocks: Block[] };
type Brand = { appName: string; appUrl: string; supportAddress: string };
type RenderedMail = { subject: string; text: string; html: string };

const maxSubject = 120;
const maxText = 1000;
const maxValue = 120;

// Classes carry the dark colours only: clients that drop <style> show the
// inlined light ones.
const darkStyle = `
@media (prefers-color-scheme: dark) {
  .page { background-color: #111113 !important; }
  .card { background-color: #1c1c1f !important; border-color: #323238 !important; }
  .strong { color: #f4f4f5 !important; }
  .quiet { color: #a1a1aa !important; }
  .button { background-color: #f4f4f5 !important; color: #18181b !important; }
}`.trim();

const font =
  "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Arial,sans-serif;";
const style = {
  page: "margin:0;padding:32px 12px;background-color:#f4f4f5;",
  card: "max-width:520px;background-color:#ffffff;border:1px solid #e4e4e7;border-radius:12px;",
  hidden: "display:none;max-height:0;overflow:hidden;",
  name: `${font}margin:0 0 24px;font-size:16px;font-weight:600;color:#18181b;`,
  paragraph: `${font}margin:0 0 16px;font-size:16px;line-height:24px;color:#18181b;`,
  small: `${font}margin:0 0 12px;font-size:13px;line-height:20px;color:#71717a;`,
  address: `${font}margin:0 0 20px;font-size:13px;line-height:20px;color:#71717a;word-break:break-all;`,
  button: `${font}display:inline-block;padding:12px 20px;border-radius:8px;background-color:#18181b;color:#ffffff;font-size:16px;font-weight:600;text-decoration:none;`,
  code: "margin:0 0 20px;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:30px;line-height:40px;letter-spacing:6px;font-weight:600;color:#18181b;",
  label: `${font}padding:4px 16px 4px 0;font-size:14px;line-height:20px;color:#71717a;text-align:left;vertical-align:top;font-weight:400;`,
  value: `${font}padding:4px 0;font-size:14px;line-height:20px;color:#18181b;word-break:break-word;`,
};

export function renderMail(mail: MailContent, brand: Brand): RenderedMail {
  return {
    // printable() leaves no line break, so a subject cannot begin a new header.
    subject: printable(mail.subject, maxSubject),
    text: renderText(mail, brand),
    html: renderHtml(mail, brand),
  };
}

function renderText(mail: MailContent, brand: Brand): string {
  const blocks = mail.blocks.map((block) => textOf(block, brand));
  return `${[...blocks, `-- \n${footer(brand)}`].join("\n\n")}\n`;
}

// The link and the code stand alone on their lines: people copy them, and tests
// find them there.
function textOf(block: Block, brand: Brand): string {
  switch (block.kind) {
    case "paragraph":
    case "small":
      return printable(block.text, maxText);
    case "link":
      return `${printable(block.label, maxValue)}:\n${ownLink(block.href, brand)}`;
    case "code":
      return sixDigits(block.value);
    case "facts":
      return block.facts.map(printableFact).map(factLine).join("\n");
  }
}

function renderHtml(mail: MailContent, brand: Brand): string {
  const blocks = mail.blocks.map((block) => htmlOf(block, brand)).join("\n");
  const title = escapeHtml(printable(mail.subject, maxSubject));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${title}</title>
<style>:root { color-scheme: light dark; }
${darkStyle}</style>
</head>
<body class="page" style="${style.page}">
<div style="${style.hidden}">${escapeHtml(printable(mail.preheader, maxText))}</div>
<table role="presentation" class="card" align="center" width="100%" cellpadding="0" cellspacing="0" style="${style.card}">
<tr><td style="padding:32px;">
<p class="strong" style="${style.name}">${escapeHtml(printable(brand.appName, maxValue))}</p>
${blocks}
<p class="quiet" style="${style.small}">${escapeHtml(footer(brand))}</p>
</td></tr>
</table>
</body>
</html>
`;
}

function htmlOf(block: Block, brand: Brand): string {
  switch (block.kind) {
    case "paragraph":
      return `<p class="strong" style="${style.paragraph}">${escapeHtml(printable(block.text, maxText))}</p>`;
    case "small":
      return `<p class="quiet" style="${style.small}">${escapeHtml(printable(block.text, maxText))}</p>`;
    case "link":
      return linkHtml(printable(block.label, maxValue), ownLink(block.href, brand));
    case "code":
      return `<p class="strong" style="${style.code}">${sixDigits(block.value)}</p>`;
    case "facts":
      return factsHtml(block.facts.map(printableFact));
  }
}

function linkHtml(label: string, href: string): string {
  return `<p style="margin:0 0 12px;"><a class="button" href="${escapeHtml(href)}" style="${style.button}">${escapeHtml(label)}</a></p>
<p class="quiet" style="${style.address}">Or copy this address: ${escapeHtml(href)}</p>`;
}

function factsHtml(facts: Fact[]): string {
  const lines = facts.map(
    ({ label, value }) =>
      `<tr><th class="quiet" scope="row" style="${style.label}">${escapeHtml(label)}</th><td class="strong" style="${style.value}">${escapeHtml(value)}</td></tr>`,
  );
  return `<table cellpadding="0" cellspacing="0" style="margin:0 0 20px;">${lines.join("")}</table>`;
}

function printableFact({ label, value }: Fact): Fact {
  return { label: printable(label, maxValue), value: printable(value, maxValue) };
}

function factLine({ label, value }: Fact): string {
  return `${label}: ${value}`;
}

function footer({ appName, appUrl, supportAddress }: Brand): string {
  const host = new URL(appUrl).host;
  return printable(`${appName} (${host}). Questions? ${supportAddress}`, maxText);
}

// A mail with our name on it must not carry anybody else's link, whatever a
// caller was talked into (a forged Host, a `next` from a form).
function ownLink(href: string, { appUrl }: Brand): string {
  const url = new URL(href);
  const expected = new URL(appUrl).origin;
  if (!/^https?:$/.test(url.protocol) || url.origin !== expected || url.username) {
    throw new Error(`A mail may link to ${expected} only, got ${url.origin}`);
  }
  return url.href;
}

function sixDigits(value: string): string {
  if (!/^\d{6}$/.test(value)) throw new Error("A code in a mail must be six digits");
  return value;
}

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => entities[sign] ?? "");
}
