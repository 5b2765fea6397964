// The one error that is thrown on purpose, and the one table of what it means
// outside. `lib/http/api-route.ts` turns it into problem+json and
// `lib/http/form-action.ts` into form state; everything else is a bug.

const refusals = {
  invalid_request: { status: 400, title: "Some of what was sent is not valid." },
  unauthenticated: { status: 401, title: "Sign in to continue." },
  invalid_credentials: {
    status: 401,
    title: "That email and password do not match. Try again, or reset your password.",
  },
  invalid_code: { status: 401, title: "That code or link is wrong, used or expired." },
  invalid_passkey: {
    status: 401,
    title: "That passkey did not work. Try again, or sign in another way.",
  },
  step_up_required: { status: 403, title: "Confirm that it is you first." },
  forbidden: { status: 403, title: "You are not allowed to do that." },
  origin_refused: { status: 403, title: "This request did not come from our own pages." },
  not_found: { status: 404, title: "There is no such thing here." },
  method_not_allowed: { status: 405, title: "That cannot be done here." },
  conflict: { status: 409, title: "That cannot be done in the present state." },
  payload_too_large: { status: 413, title: "That is more than we accept at once." },
  unsupported_media_type: { status: 415, title: "Send the body as application/json." },
  rate_limited: { status: 429, title: "Too many attempts." },
  unavailable: { status: 503, title: "We cannot do that right now. Try again shortly." },
} as const satisfies Record<string, { status: number; title: string }>;

export type RefusalCode = keyof typeof refusals;
export type FieldError = { path: string; message: string };

type RefusalOptions = {
  /** A sentence for the person, in place of the table's. */
  detail?: string;
  fields?: FieldError[];
  /** Milliseconds until another try makes sense. */
  retryAfter?: number;
  /** Extension members for the problem document (RFC 9457 §3.2). */
  extra?: Record<string, string | string[]>;
  cause?: unknown;
};

export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly status: number;
  readonly detail: string;
  readonly fields: FieldError[];
  readonly retryAfter: number | undefined;
  readonly extra: Record<string, string | string[]>;

  constructor(code: RefusalCode, options: RefusalOptions = {}) {
    super(code, { cause: options.cause });
    this.name = "Refusal";
    this.code = code;
    this.status = refusals[code].status;
    this.detail = options.detail ?? refusals[code].title;
    this.fields = options.fields ?? [];
    this.retryAfter = options.retryAfter;
    this.extra = options.extra ?? {};
  }

  get title(): string {
    return refusals[this.code].title;
  }
}

export function invalid(path: string, message: string): Refusal {
  return new Refusal("invalid_request", { detail: message, fields: [{ path, message }] });
}

/** `wait` in milliseconds; the person is told in words, the client in a header. */
export function rateLimited(why: string, wait: number): Refusal {
  const detail = `${why} Try again in ${inWords(wait)}.`;
  return new Refusal("rate_limited", { detail, retryAfter: wait });
}

function inWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return seconds === 1 ? "1 second" : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? "1 minute" : `${minutes} minutes`;
}
