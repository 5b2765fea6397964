// The frame of every signed-out page. It stays apart from the signed-in frame,
// whose navigation would otherwise ship its script here.

import type { ReactNode } from "react";
import { SiteFooter } from "@/components/site-footer";
import { SiteHeader } from "@/components/site-header";
import { SkipLink } from "@/components/skip-link";
import type { ThemeToggleProps } from "@/components/theme-toggle";

type SignedOutShellProps = {
  appName: string;
  themeToggle: ThemeToggleProps;
  children: ReactNode;
};

export function SignedOutShell({ appName, themeToggle, children }: SignedOutShellProps) {
  return (
    <div className="flex min-h-dvh flex-col">
      <SkipLink />
      <SiteHeader appName={appName} />
      <main
        id="main"
        tabIndex={-1}
        className="mx-auto w-full max-w-md flex-1 px-4 pt-4 pb-12 outline-none sm:px-6 sm:pt-12"
      >
        {children}
      </main>
      <SiteFooter appName={appName} themeToggle={themeToggle} />
    </div>
  );
}
