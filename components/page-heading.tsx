import type { ReactNode } from "react";

type PageHeadingProps = { children: ReactNode; lead?: ReactNode };

/** The one <h1>. It can take focus when what had it has gone. */
export function PageHeading({ children, lead }: PageHeadingProps) {
  return (
    <div className="mb-6 space-y-1.5">
      <h1 tabIndex={-1} className="text-2xl font-semibold tracking-tight text-balance">
        {children}
      </h1>
      {lead && <p className="text-sm text-muted">{lead}</p>}
    </div>
  );
}
