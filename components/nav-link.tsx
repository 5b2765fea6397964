"use client";

// Knows the current path, which a layout does not. `prefetch={false}`: a
// prefetch is a signed-in request nobody made.

import Link from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";

type NavLinkProps = {
  href: string;
  /** What lies below counts as current too. */
  section?: string;
  children: ReactNode;
};

export function NavLink({ href, section, children }: NavLinkProps) {
  const path = usePathname();
  const isCurrent = path === href || (section !== undefined && path.startsWith(section));
  return (
    <Link
      href={href}
      prefetch={false}
      aria-current={isCurrent ? (section ? "true" : "page") : undefined}
      className="inline-flex min-h-10 items-center rounded-lg px-2 sm:px-3 text-sm font-medium text-muted hover:bg-raised hover:text-ink aria-[current]:bg-raised aria-[current]:text-ink"
    >
      {children}
    </Link>
  );
}
