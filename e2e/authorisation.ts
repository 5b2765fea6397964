// Who may reach what: every page, route and action of the build, with what each
// kind of visitor is to get. `authorisation.spec.ts` holds it against the build.
import type { Fields } from "./actions";

/** `private`: nothing without a session; `public`: the same for everybody. */
type Audience = "private" | "public";

export const pages: Record<string, Audience> = {
  "/": "public",
  "/check-email": "public",
  "/dashboard": "private",
  "/email/cancel": "public",
  "/email/confirm": "public",
  "/forgot-password": "public",
  "/login": "public",
  "/not-me": "public",
  "/reset-password": "public",
  "/settings/activity": "private",
  "/settings/devices": "private",
  "/settings/profile": "private",
  "/settings/security": "private",
  "/confirm": "private",
  "/signup": "public",
  "/verify-email": "public",
};

type Route = { methods: string; audience: Audience; body?: Fields };

/** `:id` stands for a session of somebody else. */
export const routes: Record<string, Route> = {
  "/.well-known/change-password": { methods: "GET, HEAD, OPTIONS", audience: "public" },
  "/.well-known/jwks.json": { methods: "GET, HEAD, OPTIONS", audience: "public" },
  "/api/[...path]": { methods: "", audience: "public" },
  "/api/account": {
    methods: "DELETE, GET, HEAD, OPTIONS, PATCH",
    audience: "private",
    body: { name: "Somebody Else" },
  },
  "/api/account/activity": { methods: "GET, HEAD, OPTIONS", audience: "private" },
  "/api/account/email": {
    methods: "OPTIONS, POST",
    audience: "private",
    body: { email: "nobody@example.com" },
  },
  // By the token of a mail, whoever brings it.
  "/api/account/email/cancel": {
    methods: "OPTIONS, POST",
    audience: "public",
    body: { token: "x" },
  },
  "/api/account/email/confirm": {
    methods: "OPTIONS, POST",
    audience: "public",
    body: { token: "x" },
  },
  "/api/account/export": { methods: "GET, HEAD, OPTIONS", audience: "private" },
  // Too short for anybody: whoever may ask keeps the password he has.
  "/api/account/password": {
    methods: "DELETE, OPTIONS, POST",
    audience: "private",
    body: { newPassword: "short" },
  },
  "/api/account/sessions": { methods: "DELETE, GET, HEAD, OPTIONS", audience: "private" },
  "/api/account/sessions/[id]": { methods: "DELETE, OPTIONS", audience: "private" },
  "/api/auth/login": {
    methods: "OPTIONS, POST",
    audience: "public",
    body: { email: "nobody@example.com", password: "not a password of anybody" },
  },
  "/api/auth/logout": { methods: "OPTIONS, POST", audience: "public" },
  "/api/auth/not-me": {
    methods: "OPTIONS, POST",
    audience: "public",
    body: { token: "x" },
  },
  "/api/auth/password/forgot": {
    methods: "OPTIONS, POST",
    audience: "public",
    body: { email: "nobody@example.com" },
  },
  "/api/auth/password/reset": {
    methods: "OPTIONS, POST",
    audience: "public",
    body: { token: "x", password: "a password of nobody at all" },
  },
  "/api/auth/refresh": { methods: "OPTIONS, POST", audience: "public", body: {} },
  "/api/auth/register": { methods: "OPTIONS, POST", audience: "public", body: {} },
  "/api/auth/session": { methods: "GET, HEAD, OPTIONS", audience: "public" },
  "/api/auth/step-up": {
    methods: "OPTIONS, POST",
    audience: "private",
    body: { method: "password", password: "not a password of anybody" },
  },
  "/api/auth/verify-email": {
    methods: "OPTIONS, POST",
    audience: "public",
    body: { token: "x" },
  },
  "/api/health/live": { methods: "GET, HEAD, OPTIONS", audience: "public" },
  "/api/health/ready": { methods: "GET, HEAD, OPTIONS", audience: "public" },
  "/icon.svg": { methods: "GET, HEAD", audience: "public" },
};

export type ActionRule = { audience: Audience; fields?: Fields };

const link: ActionRule = { audience: "public", fields: { token: "x" } };

export const actions: Record<string, ActionRule> = {
  cancelEmailAction: link,
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
  confirmByCodeAction: { audience: "private", fields: { code: "000000" } },
  deleteAccountAction: { audience: "private", fields: { phrase: "delete my account" } },
  exportAction: { audience: "private" },
  sendCodeAction: { audience: "private" },
  endOthersAction: { audience: "private" },
  endSessionAction: { audience: "private", fields: { sessionId: ":id" } },
  loginAction: { audience: "public", fields: { email: "", password: "" } },
  readCancelLinkAction: link,
  readConfirmLinkAction: link,
  readNotMeLinkAction: link,
  readResetLinkAction: link,
  renewLinkAction: link,
  requestResetAction: { audience: "public", fields: { email: "" } },
  resendAction: { audience: "public" },
  resetByCodeAction: {
    audience: "public",
    fields: { email: "nobody@example.com", code: "000000", password: "x" },
  },
  resetByLinkAction: { audience: "public", fields: { token: "x", password: "x" } },
  secureAccountAction: link,
  signOutAction: { audience: "public" },
  signUpAction: { audience: "public", fields: { email: "", password: "", name: "" } },
  verifyCodeAction: { audience: "public", fields: { code: "000000" } },
  verifyLinkAction: link,
};
