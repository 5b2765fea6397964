// In place of a button that could do nothing.

export function NoPasskeys() {
  return (
    <p className="text-sm text-muted">
      This browser cannot create passkeys. Open this page in an up-to-date browser, on a
      phone or computer with a screen lock or with a security key.
    </p>
  );
}

/** Beside the button, which is hidden then. */
export function NoScript() {
  return (
    <p className="text-sm text-muted [@media(scripting:enabled)]:hidden">
      Your browser creates a passkey by JavaScript, which is off. Turn it on for this
      page, or go on signing in as before.
    </p>
  );
}
