import type { ReactNode } from "react";
import { Mark } from "@/components/mark";

type SiteHeaderProps = { appName: string; homeHref?: string; children?: ReactNode };

/** The mark and the name; signed-in pages put their navigation beside them. */
export function SiteHeader({ appName, homeHref = "/", children }: SiteHeaderProps) {
  return (
    <header className={children ? "border-b border-line bg-surface" : undefined}>
      <div className="mx-auto flex min-h-16 max-w-5xl flex-wrap items-center gap-x-2 gap-y-1 sm:gap-x-6 px-4 py-2 sm:px-6">
        <a
          href={homeHref}
          className="flex min-h-10 items-center gap-2.5 rounded-md font-semibold tracking-tight"
        >
          <Mark />
          {/* Beside a navigation a narrow screen has room for the mark alone. */}
          <span className={children ? "max-sm:sr-only" : undefined}>{appName}</span>
        </a>
        {children}
      </div>
    </header>
  );
}
