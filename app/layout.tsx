import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import "./globals.css";
import { appName } from "@/lib/brand";
import { drawnHeaders, readTheme } from "@/lib/http/cookies";

// Titles are written by the pages themselves (`components/page-title.tsx`).
export function generateMetadata(): Metadata {
  return { applicationName: appName(), robots: { index: false } };
}

export const viewport: Viewport = { width: "device-width", initialScale: 1 };

// Reading the request makes every page dynamic, which a nonce needs.
export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = readTheme(await drawnHeaders());
  return (
    <html lang="en" data-theme={theme === "system" ? undefined : theme}>
      <body>{children}</body>
    </html>
  );
}
