// Who did what to whom, from where: append-only, and written in the transaction
// of what it records, so that neither is ever there without the other.
import { newId } from "@/lib/crypto";
import type { Connection } from "@/lib/db";
import { log } from "@/lib/log";

/** What is known of a request without believing anything it says. */
export type RequestFacts = {
  ip: string | null;
  userAgent: string | null;
  requestId: string | null;
};

export type AuditEvent = { userId?: string; sessionId?: string; actorId?: string } & (
  | { type: "registration_requested"; result: "success" }
  | { type: "registration_resent"; result: "success" }
  | { type: "address_verified"; result: "success" }
  | { type: "address_verified"; result: "failure"; reason: CodeFailure }
  | {
      type: "sign_in";
      result: "success";
      method: string;
      factors: string[];
      /** Why no second factor was asked for, though one is demanded. */
      reason?: "trusted_browser";
    }
  | { type: "second_factor_asked"; result: "success"; method: string }
  | {
      type: "second_factor";
      result: "failure";
      method: string;
      reason: SecondFactorFailure;
    }
  /** So many in a row that its owner is told: whoever tries knows the first one. */
  | { type: "second_factor_failures"; result: "success" }
  | { type: "second_factor_after_failures"; result: "success" }
  | { type: "two_factor_on" | "two_factor_off"; result: "success" }
  | { type: "totp_added" | "totp_removed"; result: "success" }
  | { type: "totp_added"; result: "failure"; reason: "wrong_code" | "expired" }
  | { type: "backup_codes_made" | "backup_code_used"; result: "success" }
  | { type: "browser_trusted" | "trust_removed"; result: "success" }
  | { type: "sign_in"; result: "failure"; method: string; reason: SignInFailure }
  | { type: "magic_link_requested"; result: "success" }
  | { type: "passkey_added" | "passkey_renamed" | "passkey_removed"; result: "success" }
  | { type: "passkey_added"; result: "failure"; reason: PasskeyFailure }
  | { type: "sign_out"; result: "success" }
  | { type: "session_ended"; result: "success"; reason: string }
  | { type: "refresh_reuse"; result: "failure"; reason: "superseded" | "other_device" }
  | { type: "user_agent_changed"; result: "success" }
  | { type: "new_device" | "sign_in_after_failures"; result: "success" }
  | { type: "password_blocked"; result: "success"; reason: "failures" | "not_me" }
  | { type: "password_changed" | "password_set" | "password_removed"; result: "success" }
  | { type: "reset_requested" | "password_reset"; result: "success" }
  | { type: "password_reset"; result: "failure"; reason: CodeFailure }
  | { type: "confirmation_requested"; result: "success"; method: string }
  | { type: "confirmation"; result: "success"; method: string; factors: string[] }
  | {
      type: "confirmation";
      result: "failure";
      method: string;
      reason: ConfirmationFailure;
    }
  | { type: "profile_changed"; result: "success" }
  | { type: "email_change_requested" | "email_changed"; result: "success" }
  | { type: "email_change_cancelled" | "email_restored"; result: "success" }
  | { type: "email_change"; result: "failure"; reason: CodeFailure }
  | { type: "not_me"; result: "success" }
  | { type: "not_me"; result: "failure"; reason: CodeFailure }
  | { type: "account_exported" | "account_deleted"; result: "success" }
);

export type CodeFailure =
  | "wrong"
  | "used"
  | "expired"
  | "replaced"
  | "other_browser"
  | "address_taken";
export type PasskeyFailure =
  /** No ceremony of this browser is open for it. */
  | "no_ceremony"
  | "not_verified"
  | "unknown_passkey"
  /** Somebody holds a copy of it, or it was set back. */
  | "counter"
  | "backup_eligibility"
  | "no_user_verification"
  | "already_registered"
  | "too_many";
export type SecondFactorFailure =
  | PasskeyFailure
  | "wrong_code"
  | "throttled"
  /** The account has no such factor, or had it when it was asked for. */
  | "not_offered"
  /** Too late, in another browser, or after the last try. */
  | "expired";
export type ConfirmationFailure =
  | PasskeyFailure
  | "wrong_password"
  | "no_password"
  | "wrong_code"
  | "throttled"
  | "not_enough";
export type SignInFailure =
  | CodeFailure
  | PasskeyFailure
  | "throttled"
  | "blocked"
  /** This way of signing in is switched off. */
  | "disabled"
  | "listed_password"
  | "unknown_account"
  | "no_password"
  | "wrong_password"
  | "banned"
  | "changed";

export async function writeEvent(
  connection: Connection,
  event: AuditEvent,
  request: RequestFacts,
) {
  const { type, result, userId, sessionId } = event;
  const reason = ("reason" in event && event.reason) || null;
  await connection.auditEvent.create({
    data: {
      id: newId(),
      type,
      result,
      reason,
      actorId: event.actorId ?? userId ?? null,
      userId: userId ?? null,
      sessionId: sessionId ?? null,
      method: "method" in event ? event.method : null,
      factors: "factors" in event ? event.factors : [],
      ip: request.ip,
      userAgent: request.userAgent,
      requestId: request.requestId,
    },
    select: { id: true },
  });
  log.info({
    event: type,
    result,
    reason,
    userId,
    sessionId,
    requestId: request.requestId,
  });
}
