// Why somebody finds themselves at the sign-in page, in words. The reason comes
// from the address bar and so can be anything: only known ones have a text.

const texts = new Map([
  ["idle", "You were signed out because this browser was not used for a while."],
  ["expired", "Your session has reached its end. Sign in again to go on."],
  ["signed_out_elsewhere", "This browser was signed out from another device."],
  ["session_limit", "This browser was signed out because you signed in on many others."],
  ["reuse", "We signed this browser out because its session was used in two places."],
  ["security", "You were signed out because something about your account changed."],
  ["unbound", "You were signed out because this browser lost its cookies."],
  ["deleted", "Your account and everything in it is deleted."],
  [
    "mail_ended",
    "Your last mail no longer counts: it has expired, or a newer one has replaced it. Ask for another.",
  ],
  ["late", "This browser waits for no mail any more. Ask for a new one."],
  ["second_factor_over", "That sign-in was not finished in time. Begin again."],
  ["second_factor_spent", "That was one wrong code too many. Sign in again."],
  ["ended", "You were signed out. Sign in again to go on."],
]);

export function endingText(reason: unknown): string | null {
  return typeof reason === "string" ? (texts.get(reason) ?? null) : null;
}
