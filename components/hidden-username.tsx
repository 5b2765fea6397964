/** Whose secret is asked for, where a password manager looks (Chromium form styles). */
export function HiddenUsername({ email }: { email: string }) {
  return (
    <input
      hidden
      readOnly
      type="text"
      name="username"
      autoComplete="username"
      value={email}
    />
  );
}
