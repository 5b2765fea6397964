import type { ReactNode } from "react";
import { chooseThemeAction } from "@/app/theme-action";
import { SignedOutShell } from "@/components/signed-out-shell";
import { appName } from "@/lib/brand";
import { drawnHeaders, readTheme } from "@/lib/http/cookies";

export default async function SignedOutLayout({ children }: { children: ReactNode }) {
  const theme = readTheme(await drawnHeaders());
  return (
    <SignedOutShell
      appName={appName()}
      themeToggle={{ theme, action: chooseThemeAction }}
    >
      {children}
    </SignedOutShell>
  );
}
