"use client";

// Knows the current path, which a layout does not. `prefetch={false}`: a
// prefetch is a signed-in request nobody made.

import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";

export function NavLink({ href, children }: { href: string; children: ReactNode }) {
  const isCurrent = usePathname() === href;
  return (
    <Link
      href={href}
      prefetch={false}
      aria-current={isCurrent ? "page" : undefined}
      className="inline-flex min-h-10 items-center rounded-lg px-2 sm:px-3 text-sm font-medium text-muted hover:bg-raised hover:text-ink aria-[current=page]:bg-raised aria-[current=page]:text-ink"
    >
      {children}
    </Link>
  );
}
