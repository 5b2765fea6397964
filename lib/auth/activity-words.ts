// How each event reads to the person whose account it is. Every list is closed:
// a new event, reason or ending does not compile until somebody has said how it
// reads. No sentence tells a word that the person could not know already.
import type { AuditEvent } from "@/lib/audit";
import {
  codeFailures,
  confirmationFailures,
  passkeyFailures,
  secondFactorFailures,
  signInFailures,
} from "@/lib/auth/activity-failures";
import type { EndReason } from "@/lib/auth/session";

export const activityKinds = ["sign-ins", "sessions", "changes"] as const;
export type ActivityKind = (typeof activityKinds)[number];

/** The columns of an event that its sentence depends on. */
export type EventRow = {
  type: string;
  result: string;
  reason: string | null;
  method: string | null;
  /** The device of its session, which need not be where it came from. */
  subject: string | null;
};

type Sentence = string | ((event: EventRow) => string);
type Entry = { kind: ActivityKind; sentence: Sentence };
type Type = AuditEvent["type"];

const endings = {
  signed_out: "Signed out",
  signed_out_elsewhere: "Signed out another device",
  replaced: "Signed in again in the same browser, which ended its earlier session",
  session_limit: "The device that was not used for longest was signed out to make room",
  reuse: "A device was signed out, because its sign-in was used twice",
  unbound: "A session was ended, because it came from another browser",
  idle: "A session ended after a long time without use",
  expired: "A session came to its end",
  security: "A device was signed out to keep your account safe",
} satisfies Record<EndReason, string>;

/** Words of a reason; rows of an older or newer version may have others. */
const by =
  (words: Record<string, string>, otherwise: string): Sentence =>
  ({ reason }) =>
    words[reason ?? ""] ?? otherwise;

const unlessFailed =
  (success: Sentence, failure: Sentence): Sentence =>
  (event) =>
    read(event.result === "success" ? success : failure, event);

const signedIn: Sentence = ({ method, reason }) =>
  `Signed in${method ? (means[method] ?? "") : ""}${reason === "trusted_browser" ? ", in a trusted browser" : ""}`;

const asked: Sentence = ({ method }) =>
  `A second factor was asked for after a sign-in${method ? (means[method] ?? "") : ""}`;

const means: Record<string, string> = {
  password: " with your password",
  passkey: " with a passkey",
  magic_link: " with a sign-in link",
  email: " by confirming your email address",
};

const failed =
  (act: string): Sentence =>
  ({ reason }) => {
    const words: Record<string, string> = codeFailures;
    return `${act} failed: ${words[reason ?? ""] ?? codeFailures.wrong}`;
  };

/** Names the device that is out: most often another one has put it there. */
function ended(event: EventRow): string {
  const words = read(by(endings, "A session was ended"), event);
  const isHere = event.reason === "replaced" || event.reason === "signed_out";
  return event.subject && !isHere ? `${words}: ${event.subject}` : words;
}

const signIns = (sentence: Sentence): Entry => ({ kind: "sign-ins", sentence });
const sessions = (sentence: Sentence): Entry => ({ kind: "sessions", sentence });
const changes = (sentence: Sentence): Entry => ({ kind: "changes", sentence });

const entries = {
  registration_requested: changes("Somebody asked for an account with your address"),
  registration_resent: changes("Somebody asked for another mail to confirm your address"),
  address_verified: changes(
    unlessFailed(
      "Email address confirmed and account created",
      failed("Confirming your email address"),
    ),
  ),
  sign_in: signIns(unlessFailed(signedIn, by(signInFailures, "A sign-in failed"))),
  second_factor_asked: signIns(asked),
  second_factor: signIns(by(secondFactorFailures, "A second factor was refused")),
  second_factor_failures: signIns(
    "That was the tenth wrong code in a row, so we sent you a mail",
  ),
  second_factor_after_failures: signIns(
    "That was after several wrong codes, so we sent you a mail",
  ),
  two_factor_on: changes("Two-factor authentication turned on"),
  two_factor_off: changes("Two-factor authentication turned off"),
  totp_added: changes(
    unlessFailed(
      "Authenticator app set up",
      by(
        {
          wrong_code: "A wrong code was typed to set up an authenticator app",
          expired: "A code to set up an authenticator app came too late",
        },
        "An authenticator app was not set up",
      ),
    ),
  ),
  totp_removed: changes("Authenticator app removed"),
  backup_codes_made: changes("New backup codes made"),
  backup_code_used: signIns("A backup code was used"),
  browser_trusted: changes("You chose to trust this browser"),
  trust_removed: changes("A browser is no longer trusted"),
  magic_link_requested: signIns("Somebody asked for a sign-in link by mail"),
  passkey_added: changes(
    unlessFailed("Passkey added", by(passkeyFailures, "A passkey was not added")),
  ),
  passkey_renamed: changes("Passkey renamed"),
  passkey_removed: changes("Passkey removed"),
  sign_out: sessions("Signed out"),
  session_ended: sessions(ended),
  refresh_reuse: sessions(
    by(
      {
        superseded: "The sign-in of one of your devices was used twice",
        other_device: "The sign-in of one of your devices was used in another browser",
      },
      "The sign-in of one of your devices was used twice",
    ),
  ),
  user_agent_changed: sessions("This device began to describe itself differently"),
  new_device: signIns("This browser was new to your account, so we sent you a mail"),
  sign_in_after_failures: signIns(
    "That was after several wrong passwords, so we sent you a mail",
  ),
  password_blocked: changes(
    by(
      {
        failures: "Your password was blocked after too many wrong ones",
        not_me: "All access was blocked by you: This wasn't me",
      },
      "Your password was blocked until a reset",
    ),
  ),
  password_changed: changes("Password changed"),
  password_set: changes("Password set"),
  password_removed: changes("Password removed"),
  reset_requested: changes("Somebody asked to reset your password"),
  password_reset: changes(
    unlessFailed("Password reset by mail", failed("Resetting your password")),
  ),
  confirmation_requested: signIns("A code was asked for to confirm that it is you"),
  confirmation: signIns(
    unlessFailed(
      "Confirmed that it is you",
      by(confirmationFailures, "A confirmation failed"),
    ),
  ),
  profile_changed: changes("Profile changed"),
  email_change_requested: changes("A new email address was asked for"),
  email_changed: changes("Email address changed"),
  email_change_cancelled: changes("The change of your email address was cancelled"),
  email_restored: changes("Your earlier email address was restored"),
  email_change: changes(failed("Changing your email address")),
  not_me: changes(
    unlessFailed(
      "You told us that something wasn't you",
      failed("Telling us that something wasn't you"),
    ),
  ),
  account_exported: changes("A copy of your data was downloaded"),
  account_deleted: changes("Account deleted"),
} satisfies Record<Type, Entry>;

const table = Object.entries<Entry>(entries);

/** The types of a kind, or all that can be told of. */
export function typesOf(kind: ActivityKind | null): string[] {
  return table
    .filter(([, entry]) => kind === null || entry.kind === kind)
    .map(([type]) => type);
}

function read(sentence: Sentence, event: EventRow): string {
  return typeof sentence === "string" ? sentence : sentence(event);
}

export function tell(event: EventRow): { kind: ActivityKind; sentence: string } {
  const { kind, sentence } = entries[event.type as Type];
  return { kind, sentence: read(sentence, event) };
}
