import type { ReactNode } from "react";
import { NavLink } from "@/components/nav-link";
import { SiteFooter } from "@/components/site-footer";
import { SiteHeader } from "@/components/site-header";
import { SkipLink } from "@/components/skip-link";
import type { ThemeToggleProps } from "@/components/theme-toggle";
import { UserMenu, type UserMenuProps } from "@/components/user-menu";

type SignedInShellProps = UserMenuProps & {
  appName: string;
  themeToggle: ThemeToggleProps;
  children: ReactNode;
};

export function SignedInShell(props: SignedInShellProps) {
  const { appName, user, signOutAction, themeToggle, children } = props;
  return (
    <div className="flex min-h-dvh flex-col">
      <SkipLink />
      <SiteHeader appName={appName} homeHref="/dashboard">
        <nav aria-label="Main" className="flex flex-wrap">
          <NavLink href="/dashboard">Dashboard</NavLink>
          <NavLink href="/settings/profile" section="/settings/">
            Settings
          </NavLink>
        </nav>
        <UserMenu user={user} signOutAction={signOutAction} />
      </SiteHeader>
      <main
        id="main"
        tabIndex={-1}
        className="mx-auto w-full max-w-5xl flex-1 px-4 py-8 outline-none sm:px-6 sm:py-12"
      >
        {children}
      </main>
      <SiteFooter appName={appName} themeToggle={themeToggle} />
    </div>
  );
}
