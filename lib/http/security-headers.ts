// Headers of every answer, errors and files included; pages add a policy with
// a nonce of their own.
import { env } from "@/lib/env";

const fixed: [string, string][] = [
  ["X-Content-Type-Options", "nosniff"],
  // `no-referrer` would make our own forms send `Origin: null`.
  ["Referrer-Policy", "same-origin"],
  ["Cross-Origin-Opener-Policy", "same-origin"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
  ["X-Frame-Options", "DENY"],
  [
    "Permissions-Policy",
    "camera=(), geolocation=(), microphone=(), payment=(), usb=(), publickey-credentials-get=(self)",
  ],
  [
    "Content-Security-Policy",
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  ],
];

const twoYears = 63_072_000;

export function securityHeaders(): [string, string][] {
  if (!env().isHttps) return fixed;
  const hsts = `max-age=${twoYears}; includeSubDomains`;
  return [...fixed, ["Strict-Transport-Security", hsts]];
}

/** For pages: scripts only with this answer's nonce, forms only to ourselves. */
export function pagePolicy(nonce: string): string {
  const isDevelopment = !env().isProduction;
  return [
    "default-src 'self'",
    // Next's development client evaluates source maps and injects styles.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    `style-src 'self' ${isDevelopment ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
