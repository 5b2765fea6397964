// Why a code or link was refused, in words that say what to do next.
import type { CodeFailure } from "@/lib/audit";
import type { VerificationResult } from "@/lib/auth/registration/verify";
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

export function refuseSecret(reason: CodeFailure): Refusal {
  return new Refusal("invalid_code", { detail: sentences[reason], extra: { reason } });
}

export function refuseCode(refused: Refused): Refusal {
  if (refused.status === "refused") return refuseSecret(refused.reason);
  return invalid(
    "password",
    "This is not the browser you signed up with. Enter the password you chose, or a new one.",
  );
}
