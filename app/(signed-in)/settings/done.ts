// What a settings form has done, in words: at once beside the form, or after a
// confirmation on the page that the address bar then names. Only known words of
// it have a text.
import type { Done } from "@/lib/http/confirmation";

const texts = {
  password: (others) => `Your password is changed. ${describe(others)}`,
  email: () =>
    "We sent a mail to the new address. Nothing changes before you confirm it.",
  confirmed: (others) => `Your email is changed. ${describe(others)}`,
  export: () => "Your data is being downloaded.",
  password_removed: (others) => `Your password is removed. ${describe(others)}`,
  totp_removed: (others) => `Your authenticator app is removed. ${describe(others)}`,
  two_factor_off: (others) => `Two-factor authentication is off. ${describe(others)}`,
  renamed: () => "Your passkey has its new name.",
  removed: (others) => `The passkey is removed. ${describeUsers(others)}`,
} satisfies Record<string, (others: number) => string>;

type What = keyof typeof texts;

function describe(others: number): string {
  if (others === 0) return "You were signed in nowhere else.";
  return others === 1
    ? "We signed out your one other device."
    : `We signed out your ${others} other devices.`;
}

function describeUsers(ended: number): string {
  if (ended === 0) return "No other device was signed in with it.";
  return ended === 1
    ? "We signed out the one device that was signed in with it."
    : `We signed out the ${ended} devices that were signed in with it.`;
}

export function done(path: string, what: What, others = 0): Required<Done> {
  const query = new URLSearchParams({ done: what, others: String(others) });
  return { message: texts[what](others), landing: `${path}?${query}` };
}

type Query = Record<string, string | string[] | undefined>;

/** Null for a page that was opened by itself. */
export function doneText({ done: what, others }: Query): string | null {
  if (typeof what !== "string" || !Object.hasOwn(texts, what)) return null;
  const count = Number(others);
  return texts[what as What](Number.isSafeInteger(count) && count > 0 ? count : 0);
}
