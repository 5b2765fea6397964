// Why a code or link was refused, in words that say what to do next.
import type { CodeFailure } from "@/lib/audit";
import type { LinkState } from "@/lib/auth/mailed-link";
import type { VerificationResult } from "@/lib/auth/registration/verify";
import type { ChallengePurpose } from "@/lib/crypto";
import { invalid, Refusal } from "@/lib/errors";

type Refused = Exclude<VerificationResult, { status: "finished" }>;

const sentences: Record<CodeFailure, string> = {
  wrong: "That code or link is wrong. Check it, or ask for a new mail.",
  used: "This link has been used. If that was you, sign in.",
  expired: "This link or code has expired. Ask for a new mail.",
  replaced: "A newer mail has replaced this one. Use the newest.",
  other_browser:
    "Type the code in the browser you signed up with, or open the link in the mail.",
  address_taken: "This address has an account already. Sign in instead.",
};

type Words = Partial<Record<CodeFailure, string>>;

/** Where another sentence fits the mail better. */
const ofPurpose: Partial<Record<ChallengePurpose, Words>> = {
  reset: {
    used: "This link has been used: the password was changed with it. If that was you, sign in.",
    replaced: "Your account was changed after this mail. Ask for a new one.",
  },
  "magic-link": {
    used: "This link has been used. If you are not signed in, ask for a new one.",
    expired: "This link or code has expired. Ask for a new one.",
    replaced: "A newer mail has replaced this one, or your account was changed since.",
    other_browser:
      "This link counts in the browser that asked for it. Type its code there, or ask for a new one here.",
  },
  "not-me": {
    wrong: "This link is wrong. Open it from the mail once more, or copy all of it.",
    used: "This link has been used: your account was secured with it.",
    expired: "This link has expired.",
  },
  "email-change": {
    used: "This link has been used.",
    expired: "This link or code has expired. Ask for the change again.",
    replaced: "This change was cancelled, or a newer one has replaced it.",
  },
  "email-cancel": {
    wrong: "This link is wrong. Open it from the mail once more, or copy all of it.",
    used: "This link has been used.",
    expired: "This link has expired.",
  },
};

export function refuseSecret(reason: CodeFailure, purpose?: ChallengePurpose): Refusal {
  const detail = (purpose && ofPurpose[purpose]?.[reason]) ?? sentences[reason];
  return new Refusal("invalid_code", { detail, extra: { reason } });
}

/** What an open link is about; throws for one that no longer works. */
export function openLink<About>(
  link: LinkState<About>,
  purpose: ChallengePurpose,
): About {
  if (link.state === "open") return link.about;
  throw refuseSecret(link.state === "unknown" ? "wrong" : link.state, purpose);
}

export function refuseCode(refused: Refused): Refusal {
  if (refused.status === "refused") return refuseSecret(refused.reason);
  return invalid(
    "password",
    "This is not the browser you signed up with. Enter the password you chose, or a new one.",
  );
}
