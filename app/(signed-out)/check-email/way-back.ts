// Where the mail that a browser waits for is asked for once more.
import { isMagicLink } from "@/lib/auth/magic-link/request";

export function originOf(pending: string | null): "/login" | "/signup" {
  return isMagicLink(pending) ? "/login" : "/signup";
}

/** With the reason, for whoever waited for one that no longer counts. */
export function askAgainPath(pending: string | null): string {
  const origin = originOf(pending);
  return pending ? `${origin}?reason=mail_ended` : origin;
}
