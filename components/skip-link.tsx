/** First in tab order; shown only while it has focus. */
export function SkipLink() {
  return (
    <a
      href="#main"
      className="sr-only z-10 rounded-lg bg-accent px-4 py-2.5 text-sm font-medium text-on-accent focus:not-sr-only focus:absolute focus:top-3 focus:left-3"
    >
      Skip to content
    </a>
  );
}
