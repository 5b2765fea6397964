// What our mails say. Each tells why it came and what to do if it was not you;
// none carries a link that acts by being opened (mail scanners open all of them).

import type { Block, MailContent } from "@/lib/mail/render";

type Device = { browser: string | null; os: string | null };

export function verifyEmail(of: {
  link: string;
  code: string;
  hours: number;
}): MailContent {
  const until = of.hours === 1 ? "1 hour" : `${of.hours} hours`;
  return {
    subject: "Confirm your email address",
    preheader: `Open the link or enter the code within ${until}.`,
    blocks: [
      paragraph(
        "Somebody, probably you, created an account with this email address. " +
          "Confirm that it is yours to finish.",
      ),
      link("Confirm email address", of.link),
      paragraph("Or enter this code in the browser where you signed up:"),
      { kind: "code", value: of.code },
      small(`The link and the code work once, within ${until}. Give them to nobody.`),
      small("If it was not you, ignore this mail. Without it there is no account."),
    ],
  };
}

// Answers a registration for an address that has an account: the page says the
// same as for a new one, only the owner learns the difference.
export function accountExists(of: { loginLink: string }): MailContent {
  return {
    subject: "You already have an account",
    preheader: "Somebody tried to sign up with your email address.",
    blocks: [
      paragraph(
        "Somebody, probably you, tried to create an account with this email address. " +
          "You already have one, so nothing was changed. Sign in instead.",
      ),
      link("Sign in", of.loginLink),
      small("If you have forgotten your password, write to the address below."),
      small(
        "If it was not you, there is nothing to do. Whoever it was did not learn " +
          "that you have an account.",
      ),
    ],
  };
}

export function sessionReuse(
  of: Device & { ip: string | null; at: Date; devicesLink: string },
): MailContent {
  return {
    subject: "We signed out one of your devices",
    preheader: "Its sign-in was used twice, which can mean that it was copied.",
    blocks: [
      paragraph(
        "One of your devices sent a sign-in token that had already been replaced. " +
          "That can mean that somebody copied it, so we ended that session. " +
          "You can sign in again there.",
      ),
      facts([
        ["Signed-out device", deviceName(of)],
        ["IP address", of.ip ?? "Unknown"],
        ["Time", timeInUtc(of.at)],
      ]),
      link("Review your devices", of.devicesLink),
      small(
        "If you see a device there that is not yours, sign it out and write to the " +
          "address below. If you restored this device from a backup, that may be why.",
      ),
    ],
  };
}

export function sessionsLimit(
  of: Device & { lastSeenAt: Date; max: number; devicesLink: string },
): MailContent {
  return {
    subject: "Your longest unused device was signed out",
    preheader: `You can be signed in on ${of.max} devices at a time.`,
    blocks: [
      paragraph(
        `You signed in on one more device. As you can be signed in on ${of.max} at a ` +
          "time, we signed out the one that was unused for longest.",
      ),
      facts([
        ["Signed-out device", deviceName(of)],
        ["Last used", timeInUtc(of.lastSeenAt)],
      ]),
      link("Review your devices", of.devicesLink),
      small(
        "If you did not just sign in, somebody else did: sign that device out and " +
          "write to the address below.",
      ),
    ],
  };
}

function paragraph(text: string): Block {
  return { kind: "paragraph", text };
}

function small(text: string): Block {
  return { kind: "small", text };
}

function link(label: string, href: string): Block {
  return { kind: "link", label, href };
}

function facts(pairs: Array<[label: string, value: string]>): Block {
  return { kind: "facts", facts: pairs.map(([label, value]) => ({ label, value })) };
}

function deviceName({ browser, os }: Device): string {
  if (browser && os) return `${browser} on ${os}`;
  return browser ?? os ?? "Unknown device";
}

/** The reader's zone is unknown, and words for months differ between readers. */
function timeInUtc(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
