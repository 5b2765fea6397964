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
  /** For a page that is more than one form. */
  isWide?: boolean;
  children: ReactNode;
};

export function SignedOutShell(props: SignedOutShellProps) {
  const { appName, themeToggle, isWide, children } = props;
  return (
    <div className="flex min-h-dvh flex-col">
      <SkipLink />
      <SiteHeader appName={appName} />
      <main
        id="main"
        tabIndex={-1}
        className={`mx-auto w-full flex-1 px-4 pt-4 pb-12 outline-none sm:px-6 sm:pt-12 ${isWide ? "max-w-5xl" : "max-w-md"}`}
      >
        {children}
      </main>
      <SiteFooter appName={appName} themeToggle={themeToggle} />
    </div>
  );
}
