// Who may reach what: every page and route of the build, with what each kind of
// visitor is to get; `action-rules.ts` has the actions. `authorisation.spec.ts` holds
// both against the build.
/** `private`: nothing without a session; `public`: the same for everybody. */
export type Audience = "private" | "public";

export const pages: Record<string, Audience> = {
  "/": "public",
  "/check-email": "public",
  "/dashboard": "private",
  "/email/cancel": "public",
  "/email/confirm": "public",
  "/forgot-password": "public",
  "/login": "public",
  "/magic-link": "public",
  "/not-me": "public",
  "/reset-password": "public",
  "/second-factor": "public",
  "/settings/activity": "private",
  "/settings/devices": "private",
  "/settings/passkeys": "private",
  "/settings/profile": "private",
  "/settings/security": "private",
  "/settings/two-factor": "private",
  "/confirm": "private",
  "/signup": "public",
  "/verify-email": "public",
};

type Route = { methods: string; audience: Audience; body?: object };

const bytes = "AAAA";
const credential = {
  id: bytes,
  rawId: bytes,
  type: "public-key",
  clientExtensionResults: {},
};
const signed = { clientDataJSON: bytes, authenticatorData: bytes, signature: bytes };
/** Of the right shape, and nobody's. */
export const assertion = { ...credential, response: signed };
export const attestation = {
  ...credential,
  response: { clientDataJSON: bytes, attestationObject: bytes },
};

/** An id in a path, `:id` or `:passkey` is of something of somebody else. */
export const routes: Record<string, Route> = {
  "/.well-known/change-password": { methods: "GET, HEAD, OPTIONS", audience: "public" },
  "/.well-known/jwks.json": { methods: "GET, HEAD, OPTIONS", audience: "public" },
  "/.well-known/passkey-endpoints": { methods: "GET, HEAD, OPTIONS", audience: "public" },
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
  "/api/account/backup-codes": {
    methods: "GET, HEAD, OPTIONS, POST",
    audience: "private",
    body: {},
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
  "/api/account/passkeys": {
    methods: "GET, HEAD, OPTIONS, POST",
    audience: "private",
    body: { response: attestation },
  },
  "/api/account/passkeys/[id]": {
    methods: "DELETE, OPTIONS, PATCH",
    audience: "private",
    body: { name: "Not yours" },
  },
  "/api/account/passkeys/options": {
    methods: "OPTIONS, POST",
    audience: "private",
    body: {},
  },
  // Too short for anybody: whoever may ask keeps the password he has.
  "/api/account/password": {
    methods: "DELETE, OPTIONS, POST",
    audience: "private",
    body: { newPassword: "short" },
  },
  "/api/account/sessions": { methods: "DELETE, GET, HEAD, OPTIONS", audience: "private" },
  "/api/account/sessions/[id]": { methods: "DELETE, OPTIONS", audience: "private" },
  "/api/account/totp": {
    methods: "DELETE, OPTIONS, POST",
    audience: "private",
    body: {},
  },
  "/api/account/totp/confirm": {
    methods: "OPTIONS, POST",
    audience: "private",
    body: { code: "000000" },
  },
  "/api/account/trusted-devices": { methods: "GET, HEAD, OPTIONS", audience: "private" },
  "/api/account/trusted-devices/[id]": {
    methods: "DELETE, OPTIONS",
    audience: "private",
  },
  "/api/account/two-factor": {
    methods: "DELETE, OPTIONS, POST",
    audience: "private",
    body: {},
  },
  "/api/auth/login": {
    methods: "OPTIONS, POST",
    audience: "public",
    body: { email: "nobody@example.com", password: "not a password of anybody" },
  },
  "/api/auth/logout": { methods: "OPTIONS, POST", audience: "public" },
  "/api/auth/magic-link": {
    methods: "OPTIONS, POST",
    audience: "public",
    body: { email: "nobody@example.com" },
  },
  "/api/auth/magic-link/verify": {
    methods: "OPTIONS, POST",
    audience: "public",
    body: { token: "x" },
  },
  "/api/auth/not-me": {
    methods: "OPTIONS, POST",
    audience: "public",
    body: { token: "x" },
  },
  "/api/auth/passkey/options": { methods: "OPTIONS, POST", audience: "public", body: {} },
  "/api/auth/passkey/verify": {
    methods: "OPTIONS, POST",
    audience: "public",
    body: { response: assertion },
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
  // By the handle of a sign-in that waits for it, and 401 to everybody else.
  "/api/auth/second-factor": {
    methods: "OPTIONS, POST",
    audience: "private",
    body: { method: "totp", code: "000000" },
  },
  "/api/auth/second-factor/passkey/options": {
    methods: "OPTIONS, POST",
    audience: "private",
    body: {},
  },
  "/api/auth/second-factor/passkey/verify": {
    methods: "OPTIONS, POST",
    audience: "private",
    body: { response: assertion },
  },
  "/api/auth/session": { methods: "GET, HEAD, OPTIONS", audience: "public" },
  "/api/auth/step-up": {
    methods: "OPTIONS, POST",
    audience: "private",
    body: { method: "password", password: "not a password of anybody" },
  },
  "/api/auth/step-up/passkey/options": {
    methods: "OPTIONS, POST",
    audience: "private",
    body: {},
  },
  "/api/auth/step-up/passkey/verify": {
    methods: "OPTIONS, POST",
    audience: "private",
    body: { response: assertion },
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
