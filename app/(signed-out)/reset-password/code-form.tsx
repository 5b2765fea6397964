"use client";

import type { ReactNode } from "react";
import { CodeInput } from "@/components/code-input";
import { FormMessage } from "@/components/form-message";
import { HiddenUsername } from "@/components/hidden-username";
import { NewPasswordInput } from "@/components/new-password-input";
import { SubmitButton } from "@/components/submit-button";
import type { FormState } from "@/lib/form-state";

type CodeFormProps = {
  state: FormState;
  formAction: (form: FormData) => void;
  minPasswordLength: number;
  /** Says or asks whose code it is. */
  children: ReactNode;
};

/** A new password with the code from the mail. */
export function CodeForm(props: CodeFormProps) {
  const { state, formAction, minPasswordLength, children } = props;
  return (
    <form action={formAction} noValidate className="space-y-5">
      <FormMessage state={state} fields={["email", "code", "password"]} />
      {children}
      <CodeInput waitsForButton error={state.fieldErrors?.code} />
      <NewPassword minLength={minPasswordLength} error={state.fieldErrors?.password} />
      <SubmitButton className="w-full">Change password</SubmitButton>
    </form>
  );
}

type NewPasswordProps = { username?: string; minLength: number; error?: string };

/** `username` is for password managers, where no field has it. */
export function NewPassword({ username, minLength, error }: NewPasswordProps) {
  return (
    <>
      {username !== undefined && <Username value={username} />}
      <NewPasswordInput
        name="password"
        label="New password"
        minLength={minLength}
        error={error}
      />
    </>
  );
}

function Username({ value }: { value: string }) {
  return <HiddenUsername email={value} />;
}
