// The product's drawn mark: a latchkey that stands as an L. A fork replaces the
// paths here and in app/icon.svg.

export function Mark({ className = "size-7" }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true">
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <g
        fill="none"
        strokeWidth="2.75"
        strokeLinecap="round"
        strokeLinejoin="round"
        className="stroke-on-accent"
      >
        <circle cx="12.5" cy="10.25" r="3.75" />
        <path d="M12.5 14v10.5h8M12.5 19.25h4.75" />
      </g>
    </svg>
  );
}
