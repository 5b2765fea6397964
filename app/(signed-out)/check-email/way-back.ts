// Where the mail that a browser waits for is asked for once more.
import { isMagicLink } from "@/lib/auth/magic-link/request";

export type Awaited = "magic-link" | "registration";

export function originOf(awaited: Awaited): "/login" | "/signup" {
  return awaited === "magic-link" ? "/login" : "/signup";
}

/**
 * With the reason, for whoever waited for one that no longer counts. The cookie ends
 * with the mail's time: then only the form may still know which it was.
 */
export function askAgainPath(
  pending: string | null,
  awaited: Awaited = "magic-link",
): string {
  if (!pending) return awaited === "magic-link" ? "/login?reason=late" : "/signup";
  const origin = originOf(isMagicLink(pending) ? "magic-link" : "registration");
  return `${origin}?reason=mail_ended`;
}
