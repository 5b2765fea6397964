"use client";

import { SettingsSection } from "@/components/settings-section";
import { SubmitButton } from "@/components/submit-button";
import { TextField } from "@/components/ui/text-field";

type DeleteAccountProps = { action: (form: FormData) => void; error?: string };

export function DeleteAccount({ action, error }: DeleteAccountProps) {
  return (
    <SettingsSection title="Delete your account" tone="danger">
      <div className="space-y-2 text-sm text-muted">
        <p>
          At once and for good: your name and email, your password, and all your devices,
          which are signed out. We keep the record of security events, with the IP
          addresses and browsers they came from, but without your name and email.
        </p>
        <p>
          Signing up again with the same email begins a new account with nothing in it.
        </p>
      </div>
      <form action={action} noValidate className="space-y-4">
        <TextField
          name="phrase"
          label='Type "delete my account" to go on'
          autoCapitalize="none"
          spellCheck={false}
          error={error}
        />
        <SubmitButton tone="danger">Delete account</SubmitButton>
      </form>
    </SettingsSection>
  );
}
