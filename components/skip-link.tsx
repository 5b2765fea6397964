/** First in tab order; shown only while it has focus. */
export function SkipLink() {
  return (
    <a
      href="#main"
      className="absolute top-3 left-3 z-10 rounded-lg bg-accent px-4 py-2.5 text-sm font-medium text-on-accent not-focus:sr-only"
    >
      Skip to content
    </a>
  );
}
