"use client";

import type { ReactNode } from "react";
import { CodeInput } from "@/components/code-input";
import { CopyButton } from "@/components/copy-button";
import { SettingsSection } from "@/components/settings-section";
import { SubmitButton } from "@/components/submit-button";

type SetUpTotpProps = {
  secret: string;
  otpauthUri: string;
  qrCode: ReactNode;
  /** An app that is there works until this one has answered. */
  isReplacing: boolean;
  error?: string;
  /** Receives `code`. */
  confirmAction: (form: FormData) => void;
  cancelAction: (form: FormData) => void;
};

export function SetUpTotp(props: SetUpTotpProps) {
  const { secret, otpauthUri, qrCode, isReplacing, error } = props;
  return (
    <SettingsSection
      title="Set up your authenticator app"
      lead={
        isReplacing
          ? "Your present app and codes work until the new one has shown its first code."
          : "Any app that shows six-digit codes will do. Nothing changes before its first code."
      }
    >
      <div className="flex flex-wrap gap-x-8 gap-y-5">
        {qrCode}
        <div className="min-w-0 flex-1 basis-60 space-y-4 text-sm">
          <p>Scan this with the app, or type the key into it:</p>
          <p className="font-mono text-base wrap-anywhere">{inFours(secret)}</p>
          <CopyButton text={secret} label="Copy the key" />
          <p>
            <a
              href={otpauthUri}
              className="rounded-sm text-accent underline underline-offset-4"
            >
              Open in an app on this device
            </a>
          </p>
        </div>
      </div>
      <div className="space-y-4 border-t border-line pt-5">
        <form action={props.confirmAction} noValidate className="max-w-md space-y-5">
          <CodeInput hint="The six digits that the app shows now." error={error} />
          <SubmitButton>Turn on</SubmitButton>
        </form>
        <form action={props.cancelAction}>
          <SubmitButton tone="secondary">Cancel</SubmitButton>
        </form>
      </div>
    </SettingsSection>
  );
}

/** As people read a long word to each other. */
function inFours(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(" ") ?? secret;
}
