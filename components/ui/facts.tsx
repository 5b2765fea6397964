import type { ReactNode } from "react";

/**
 * Below one another where narrow, else side by side with dots between them. The
 * dot that would begin a line falls outside the box and is cut off.
 */
export function Facts({ children }: { children: ReactNode }) {
  return (
    <p className="overflow-hidden text-muted">
      <span className="flex flex-col sm:-ml-4 sm:flex-row sm:flex-wrap sm:*:relative sm:*:pl-4 sm:*:before:absolute sm:*:before:left-1.5 sm:*:before:content-['·']">
        {children}
      </span>
    </p>
  );
}
