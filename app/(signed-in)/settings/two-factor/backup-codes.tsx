"use client";

import { useEffect } from "react";
import { CopyButton } from "@/components/copy-button";
import { SettingsSection } from "@/components/settings-section";
import { Button, buttonClass } from "@/components/ui/button";

type BackupCodesProps = { codes: readonly string[]; appName: string };

/** They are nowhere else: a page that is loaded again does not have them. */
export function BackupCodes({ codes, appName }: BackupCodesProps) {
  useEffect(() => {
    // Going back must not show them again, though the browser has kept the page.
    const show = ({ persisted }: PageTransitionEvent) => persisted && location.reload();
    addEventListener("pageshow", show);
    return () => removeEventListener("pageshow", show);
  }, []);
  const text = `${appName}: backup codes\nEach works once.\n\n${codes.join("\n")}\n`;
  return (
    <SettingsSection
      title="Your backup codes"
      lead="Each code works once. Store them away from this device: they let you in when your phone or your passkey is gone. They are shown now and never again."
    >
      <ol className="grid list-none gap-x-6 gap-y-2 rounded-xl bg-raised p-4 font-mono sm:grid-cols-2">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <div className="flex flex-wrap items-center gap-2 print:hidden">
        <CopyButton text={text} label="Copy" />
        <a
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}
          download="backup-codes.txt"
          className={buttonClass("secondary")}
        >
          Download
        </a>
        <span className="[@media(scripting:none)]:hidden">
          <Button tone="secondary" onClick={() => window.print()}>
            Print
          </Button>
        </span>
      </div>
      <p className="border-t border-line pt-4 print:hidden">
        {/* A page of its own: the codes are gone with this one. */}
        <a href="/settings/two-factor" className={buttonClass("primary")}>
          I have saved these
        </a>
      </p>
    </SettingsSection>
  );
}
