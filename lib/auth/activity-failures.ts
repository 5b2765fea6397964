// Why something failed, as its event reads to the person whose account it is.
import type {
  CodeFailure,
  ConfirmationFailure,
  PasskeyFailure,
  SecondFactorFailure,
  SignInFailure,
} from "@/lib/audit";

export const passkeyFailures = {
  no_ceremony: "A passkey was refused, because it answered too late",
  not_verified: "A passkey was refused, because its answer could not be verified",
  unknown_passkey: "A passkey was refused, because your account has none like it",
  counter: "A passkey was refused, because a copy of it may exist",
  backup_eligibility:
    "A passkey was refused, because it did not describe itself as before",
  no_user_verification:
    "A passkey was refused, because it did not ask for your fingerprint, face or screen lock",
  already_registered: "A passkey was not added, because it is registered already",
  too_many: "A passkey was not added, because your account has as many as it can",
} satisfies Record<PasskeyFailure, string>;

const signInLinkFailures = {
  wrong: "A wrong sign-in code or link was tried",
  used: "A sign-in code or link was tried that had been used before",
  expired: "A sign-in code or link was tried that had expired",
  replaced: "A sign-in code or link was tried that a newer mail had replaced",
  other_browser:
    "A sign-in code or link was tried in another browser than the one that asked for it",
  address_taken: "A sign-in failed",
} satisfies Record<CodeFailure, string>;

export const signInFailures = {
  ...signInLinkFailures,
  ...passkeyFailures,
  throttled: "A sign-in was refused after too many wrong passwords",
  blocked: "A sign-in was refused, because your password is blocked until a reset",
  disabled: "A sign-in was refused, because this way of signing in is switched off",
  listed_password: "A sign-in was held back until you choose a safer password",
  unknown_account: "A sign-in failed",
  no_password: "A password was tried, but your account has none",
  wrong_password: "A wrong password was tried",
  banned: "A sign-in was refused, because your account is suspended",
  changed: "A sign-in was refused, because your account had just changed",
} satisfies Record<SignInFailure, string>;

export const secondFactorFailures = {
  ...passkeyFailures,
  wrong_code: "A wrong code was typed as the second factor of a sign-in",
  throttled: "A second factor was refused after too many wrong ones",
  not_offered: "A second factor was tried that your account does not have",
  expired: "A second factor came too late, or in another browser",
} satisfies Record<SecondFactorFailure, string>;

export const confirmationFailures = {
  ...passkeyFailures,
  wrong_password: "A wrong password was tried to confirm that it is you",
  no_password:
    "A password was tried to confirm that it is you, but your account has none",
  wrong_code: "A wrong code was tried to confirm that it is you",
  throttled: "A confirmation was refused after too many wrong ones",
  not_enough: "A confirmation was refused, because it needs a second factor",
} satisfies Record<ConfirmationFailure, string>;

export const codeFailures = {
  wrong: "the link or code was wrong",
  used: "the link or code had been used before",
  expired: "the link or code had expired",
  replaced: "a newer mail had replaced the link or code",
  other_browser: "the code was typed in a browser that had not asked for it",
  address_taken: "the address has an account already",
} satisfies Record<CodeFailure, string>;
