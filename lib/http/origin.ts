// Who may change something. Next lets a missing Origin through and checks route
// handlers not at all; we take exactly our own origin and nothing else.
import { env } from "@/lib/env";
import { readCookies } from "@/lib/http/cookies";

/** A program of its own: it has no cookies a foreign page could use. */
export function isNativeClient(headers: Headers): boolean {
  return (
    headers.get("x-client") === "native" &&
    headers.get("origin") === null &&
    headers.get("sec-fetch-site") === null &&
    !readCookies(headers).hasAny
  );
}

export function isOwnOrigin(headers: Headers): boolean {
  const site = headers.get("sec-fetch-site");
  return (
    headers.get("origin") === env().appUrl && (site === null || site === "same-origin")
  );
}
