import type { ReactNode } from "react";
import { chooseThemeAction } from "@/app/theme-action";
import { SessionKeeper } from "@/components/session-keeper";
import { SignedInShell } from "@/components/signed-in-shell";
import { appName } from "@/lib/brand";
import { config } from "@/lib/config";
import { drawnHeaders, readTheme } from "@/lib/http/cookies";
import { getSession } from "@/lib/http/current-session";
import { signOutAction } from "./sign-out-action";

// The frame only. Layouts are not made again on every navigation, so each page
// asks for its user itself; whoever has none gets no frame either.
export default async function SignedInLayout({ children }: { children: ReactNode }) {
  const session = await getSession();
  if (!session) return children;
  const { name, email, accessExpiresAt } = session;
  const theme = readTheme(await drawnHeaders());
  return (
    <SignedInShell
      appName={appName()}
      user={{ name, email }}
      signOutAction={signOutAction}
      themeToggle={{ theme, action: chooseThemeAction }}
    >
      <SessionKeeper
        renewAt={accessExpiresAt.getTime() - config.accessToken.renewBefore}
      />
      {children}
    </SignedInShell>
  );
}
