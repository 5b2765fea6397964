// Who may call which server action, and with what a call of it looks real.
import type { Fields } from "./actions";
import { type Audience, assertion, attestation } from "./authorisation";

type ActionRule = { audience: Audience; fields?: Fields };

const link: ActionRule = { audience: "public", fields: { token: "x" } };

export const actions: Record<string, ActionRule> = {
  addPasskeyAction: { audience: "private" },
  cancelEmailAction: link,
  cancelTotpAction: { audience: "private" },
  chooseThemeAction: { audience: "public", fields: { theme: "dark" } },
  confirmEmailAction: link,
  cancelPendingAction: { audience: "private" },
  changeEmailAction: { audience: "private", fields: { email: "new@example.com" } },
  changeNameAction: { audience: "private", fields: { name: "Mallory" } },
  changePasswordAction: {
    audience: "private",
    fields: { currentPassword: "x", newPassword: "a long enough sentence" },
  },
  confirmAction: { audience: "private", fields: { password: "x" } },
  confirmTotpAction: { audience: "private", fields: { code: "000000" } },
  confirmByCodeAction: { audience: "private", fields: { code: "000000" } },
  declineOfferAction: { audience: "private", fields: { answer: "never" } },
  deleteAccountAction: { audience: "private", fields: { phrase: "delete my account" } },
  exportAction: { audience: "private" },
  sendCodeAction: { audience: "private" },
  endIdleAction: { audience: "private" },
  endOthersAction: { audience: "private" },
  endSessionAction: { audience: "private", fields: { sessionId: ":id" } },
  finishPasskeyAction: {
    audience: "private",
    fields: { response: JSON.stringify(attestation) },
  },
  loginAction: { audience: "public", fields: { email: "", password: "" } },
  makeCodesAction: { audience: "private", fields: { making: "codes" } },
  readCancelLinkAction: link,
  readConfirmLinkAction: link,
  readMagicLinkAction: link,
  readNotMeLinkAction: link,
  readResetLinkAction: link,
  redeemMagicLinkAction: link,
  removePasskeyAction: { audience: "private", fields: { passkeyId: ":passkey" } },
  removePasswordAction: { audience: "private" },
  removeTotpAction: { audience: "private" },
  removeTrustAction: { audience: "private", fields: { browserId: ":trusted" } },
  renamePasskeyAction: {
    audience: "private",
    fields: { passkeyId: ":passkey", name: "Not yours" },
  },
  renewLinkAction: link,
  renewMagicLinkAction: link,
  requestResetAction: { audience: "public", fields: { email: "" } },
  resendAction: { audience: "public" },
  resetByCodeAction: {
    audience: "public",
    fields: { email: "nobody@example.com", code: "000000", password: "x" },
  },
  resetByLinkAction: { audience: "public", fields: { token: "x", password: "x" } },
  savePasskeyAction: {
    audience: "private",
    fields: { response: JSON.stringify(attestation) },
  },
  secondFactorAction: {
    audience: "public",
    fields: { method: "totp", code: "000000" },
  },
  secureAccountAction: link,
  setUpTotpAction: { audience: "private" },
  signInWithPasskeyAction: {
    audience: "public",
    fields: { response: JSON.stringify(assertion) },
  },
  signOutAction: { audience: "public" },
  signUpAction: { audience: "public", fields: { email: "", password: "", name: "" } },
  turnOffAction: { audience: "private" },
  verifyCodeAction: { audience: "public", fields: { code: "000000" } },
  verifyLinkAction: link,
};
