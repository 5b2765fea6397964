// One parser between what people type and every address we store or send to.
// What it returns is the only spelling of that mailbox we know (RFC 5321 §4.1.2
// dot-atom @ ASCII domain, lower-cased). It does not check that mail arrives.

import { domainToASCII } from "node:url";
import { z } from "zod";

type ParsedAddress = { ok: true; address: string } | { ok: false; reason: string };

const reasons = {
  shape: "Enter an email address like name@example.com.",
  several: "Enter one email address only, without a name or brackets.",
  long: "That email address is too long.",
  invisible: "That email address has characters that cannot be seen. Type it again.",
  local: "Before the @ use letters without accents, digits, dots and hyphens.",
  domain: "The part after the @ is not a domain name like example.com.",
};

/** Longer than any address, so that a paste with spaces around it still fits. */
const maxInput = 320;

// RFC 5321 §4.5.3.1; 254 is the path limit of 256 without its angle brackets.
const maxAddress = 254;
const maxLocal = 64;

const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
// What begins a second address, a display name, a group or a quoted local part.
// Mailers have delivered such strings to somebody else (GHSA-5jpx-9hw9-2fx4,
// CVE-2025-13033).
const listSyntax = /[,;:<>()"\\[\]]/;
const dotAtom = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
const domainLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

export function parseEmailAddress(input: string): ParsedAddress {
  if (input.length > maxInput) return refuse("long");

  const typed = input.replace(/^[ \t]+|[ \t]+$/g, "");
  if (invisible.test(typed)) return refuse("invisible");

  // NFKC first: afterwards a look-alike @ is an @ and is counted as one
  // (GHSA-7rqj-j65f-68wh).
  const text = typed.normalize("NFKC");
  if (listSyntax.test(text)) return refuse("several");

  const parts = text.split("@");
  if (parts.length > 2) return refuse("several");
  const [local, domain] = parts;
  if (!local || !domain || /\s/.test(text)) return refuse("shape");

  return joinParts(local, domain);
}

function joinParts(local: string, domain: string): ParsedAddress {
  if (local.length > maxLocal) return refuse("long");
  if (!dotAtom.test(local)) return refuse("local");

  const asciiDomain = canonicalDomain(domain);
  if (!asciiDomain) return refuse("domain");

  // Only ASCII is lower-cased: "İ".toLowerCase() is two characters, and "K"
  // (Kelvin) becomes a plain k; neither can still be here.
  const address = `${local.toLowerCase()}@${asciiDomain}`;
  if (address.length > maxAddress) return refuse("long");
  return { ok: true, address };
}

function canonicalDomain(domain: string): string | null {
  // domainToASCII is the parser of URLs: it decodes %61, reads 0x7f.1 as
  // 127.0.0.1 and takes underscores, so it is asked last and checked after.
  if (/[^a-z0-9.\-\u0080-\u{10ffff}]/iu.test(domain)) return null;

  const ascii = domainToASCII(domain);
  const labels = ascii.split(".");
  if (labels.length < 2 || !labels.every((label) => domainLabel.test(label))) return null;
  // An IPv4 literal, or a name that no registry can hold (RFC 3696 §2).
  if (/^\d+$/.test(labels.at(-1) ?? "")) return null;

  return ascii;
}

function refuse(why: keyof typeof reasons): ParsedAddress {
  return { ok: false, reason: reasons[why] };
}

/** For the schemas of routes and actions: a typed string in, the canonical one out. */
export const emailAddress = z
  .string({ error: reasons.shape })
  .max(maxInput, { error: reasons.long })
  .transform((input, context) => {
    const parsed = parseEmailAddress(input);
    if (parsed.ok) return parsed.address;

    context.addIssue({ code: "custom", message: parsed.reason });
    return z.NEVER;
  });
