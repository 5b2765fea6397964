"use client";

import { useActionState } from "react";
import { FormMessage } from "@/components/form-message";
import { PageTitle } from "@/components/page-title";
import { PasswordInput } from "@/components/password-input";
import { SubmitButton } from "@/components/submit-button";
import { TextField } from "@/components/ui/text-field";
import { TextLink } from "@/components/ui/text-link";
import { type FormAction, idle } from "@/lib/form-state";

type SignupFormProps = {
  action: FormAction;
  appName: string;
  minPasswordLength: number;
  next?: string;
};

export function SignupForm(props: SignupFormProps) {
  const { action, appName, minPasswordLength, next } = props;
  const [state, formAction] = useActionState(action, idle);
  const { fieldErrors, values } = state;
  const query = next ? `?next=${encodeURIComponent(next)}` : "";

  return (
    <form action={formAction} noValidate className="space-y-5">
      <PageTitle
        title="Create your account"
        appName={appName}
        error={state.status === "error"}
      />
      <FormMessage state={state} fields={["name", "email", "password"]} />
      {next && <input type="hidden" name="next" value={next} />}
      <TextField
        name="name"
        label="Name"
        hint="Optional."
        autoComplete="name"
        defaultValue={values?.name}
        error={fieldErrors?.name}
      />
      <TextField
        name="email"
        label="Email"
        type="email"
        // The address is what password managers must keep beside the password.
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        defaultValue={values?.email}
        error={fieldErrors?.email}
      />
      <PasswordInput
        name="password"
        autoComplete="new-password"
        hint={`At least ${minPasswordLength} characters. A sentence works well.`}
        minLength={minPasswordLength}
        error={fieldErrors?.password}
      />
      <SubmitButton className="w-full">Create account</SubmitButton>
      <p className="text-center text-sm text-muted">
        Already have an account? <TextLink href={`/login${query}`}>Sign in</TextLink>
      </p>
    </form>
  );
}
