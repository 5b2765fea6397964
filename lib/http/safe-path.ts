// One parser for every place we are asked to go back to. What it returns is a
// path and query of our own origin, in the form a browser would normalise it
// to, so that nothing changes its meaning later. It does not check that a page
// exists there or that the person may see it.

import { z } from "zod";

const ownOrigin = "http://origin.invalid";
const maxLength = 2000;

// Going back to these would answer JSON, or ask somebody who is signed in to
// sign in once more.
const noDestination = new Set([
  "api",
  "_next",
  ".well-known",
  "dev",
  "login",
  "signup",
  "check-email",
  "verify-email",
  "magic-link",
  "second-factor",
  "forgot-password",
  "reset-password",
  "not-me",
  "email",
]);

// Browsers read a backslash as a slash and drop tabs and newlines before they
// look for "//" (WHATWG URL §4.4), so neither may be anywhere.
const rewritten = /[\\\p{Cc}]/u;

// An escaped slash, backslash, percent or control in the path is nothing we
// write, and the next proxy or router may decode it once more than we did.
const doubtfulEscape = /%(?![0-9a-f]{2})|%(?:2f|5c|25|[01][0-9a-f]|7f)/i;

export function safePath(input: unknown): string | null {
  if (typeof input !== "string" || input.length > maxLength) return null;
  if (!/^\/(?!\/)/.test(input) || rewritten.test(input)) return null;

  const url = new URL(input, ownOrigin);
  if (url.origin !== ownOrigin || !isPlainPath(url.pathname)) return null;

  const path = url.pathname + url.search;
  return path.length > maxLength ? null : path;
}

function isPlainPath(pathname: string): boolean {
  // "/.//evil.example" passes the check above and becomes "//evil.example".
  if (pathname.startsWith("//") || doubtfulEscape.test(pathname)) return false;

  const firstSegment = decodePath(pathname)?.split("/")[1];
  return firstSegment !== undefined && !noDestination.has(firstSegment.toLowerCase());
}

function decodePath(pathname: string): string | null {
  try {
    return decodeURIComponent(pathname);
  } catch {
    // Escapes that are not UTF-8 name no page of ours.
    return null;
  }
}

/** For forms and queries: an unsafe or missing `next` is no error, only absent. */
export const nextPath = z
  .unknown()
  .transform((input) => safePath(input) ?? undefined)
  .optional();
