"use client";

import { CodeInput } from "@/components/code-input";
import { SettingsSection } from "@/components/settings-section";
import { SubmitButton } from "@/components/submit-button";
import { TextField } from "@/components/ui/text-field";
import type { FormState } from "@/lib/form-state";

type EmailSectionProps = {
  email: string;
  /** Waits for its confirmation. */
  pendingEmail: string | null;
  moved: FormState;
  confirmed: FormState;
  emailAction: (form: FormData) => void;
  confirmAction: (form: FormData) => void;
  cancelAction: (form: FormData) => void;
};

export function EmailSection(props: EmailSectionProps) {
  const { email, pendingEmail, moved, confirmed } = props;
  return (
    <SettingsSection
      title="Email"
      lead={
        <>
          You sign in with{" "}
          <strong className="font-medium wrap-anywhere text-ink">{email}</strong>.
        </>
      }
    >
      {pendingEmail ? (
        <>
          <p className="text-sm">
            Confirm <strong className="font-medium wrap-anywhere">{pendingEmail}</strong>:
            open the link in the mail we sent there, or type its code. You stay signed in
            here; other devices are signed out.
          </p>
          <form action={props.confirmAction} noValidate className="space-y-4">
            <CodeInput error={confirmed.fieldErrors?.code} />
            <SubmitButton>Confirm new email</SubmitButton>
          </form>
          <form action={props.cancelAction}>
            <SubmitButton tone="secondary">Cancel the change</SubmitButton>
          </form>
        </>
      ) : (
        <form
          action={props.emailAction}
          noValidate
          className="flex flex-wrap items-end gap-x-4 gap-y-3"
        >
          <div className="min-w-0 flex-1 basis-52">
            <TextField
              name="email"
              label="New email"
              type="email"
              autoComplete="email"
              autoCapitalize="none"
              spellCheck={false}
              defaultValue={moved.values?.email}
              error={moved.fieldErrors?.email}
            />
          </div>
          <SubmitButton tone="secondary">Change email</SubmitButton>
        </form>
      )}
    </SettingsSection>
  );
}
