/** To whoever has second factors that are all switched off. */
export function NoFactor() {
  return (
    <p className="text-muted">
      Your account asks for a second factor, and this site no longer takes the one you
      have. The people who run it can help you.
    </p>
  );
}
