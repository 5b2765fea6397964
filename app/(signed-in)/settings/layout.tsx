import type { ReactNode } from "react";
import { NavLink } from "@/components/nav-link";
import { type FirstFactor, isEnabled } from "@/lib/auth/policy";
import { getSession } from "@/lib/http/current-session";

const pages: { path: string; label: string; of?: FirstFactor }[] = [
  { path: "/settings/profile", label: "Profile" },
  { path: "/settings/security", label: "Security" },
  { path: "/settings/passkeys", label: "Passkeys", of: "passkey" },
  { path: "/settings/two-factor", label: "Two-factor" },
  { path: "/settings/devices", label: "Your devices" },
  { path: "/settings/activity", label: "Activity" },
];

// The frame only: each page asks for its user itself.
export default async function SettingsLayout({ children }: { children: ReactNode }) {
  if (!(await getSession())) return children;
  return (
    <div className="gap-10 md:grid md:grid-cols-[11rem_1fr]">
      <nav
        aria-label="Settings"
        className="-mx-2 mb-6 flex flex-wrap gap-x-1 md:mx-0 md:mb-0 md:flex-col md:gap-y-1"
      >
        {pages.filter(isOpen).map(({ path, label }) => (
          <NavLink key={path} href={path}>
            {label}
          </NavLink>
        ))}
      </nav>
      <div className="min-w-0">{children}</div>
    </div>
  );
}

function isOpen({ of }: { of?: FirstFactor }): boolean {
  return of === undefined || isEnabled(of);
}
