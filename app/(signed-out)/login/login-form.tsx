"use client";

import { useActionState } from "react";
import { FormMessage } from "@/components/form-message";
import { PageTitle } from "@/components/page-title";
import { PasswordInput } from "@/components/password-input";
import { SubmitButton } from "@/components/submit-button";
import { Checkbox } from "@/components/ui/checkbox";
import { TextField } from "@/components/ui/text-field";
import { TextLink } from "@/components/ui/text-link";
import { type FormAction, idle } from "@/lib/form-state";

type LoginFormProps = {
  action: FormAction;
  appName: string;
  minPasswordLength: number;
  next?: string;
};

const resetLink = { words: "reset your password", href: "/forgot-password" };

export function LoginForm(props: LoginFormProps) {
  const { action, appName, minPasswordLength, next } = props;
  const [state, formAction] = useActionState(action, idle);
  const { fieldErrors, values } = state;
  const query = next ? `?next=${encodeURIComponent(next)}` : "";

  return (
    <form action={formAction} noValidate className="space-y-5">
      <PageTitle title="Sign in" appName={appName} error={state.status === "error"} />
      <FormMessage
        state={state}
        fields={["email", "password", "newPassword"]}
        link={resetLink}
      />
      {next && <input type="hidden" name="next" value={next} />}
      <TextField
        name="email"
        label="Email"
        type="email"
        autoComplete="username webauthn"
        autoCapitalize="none"
        spellCheck={false}
        defaultValue={values?.email}
        error={fieldErrors?.email}
      />
      <PasswordInput
        name="password"
        autoComplete="current-password webauthn"
        error={fieldErrors?.password}
      />
      {fieldErrors?.newPassword && (
        <PasswordInput
          name="newPassword"
          label="New password"
          autoComplete="new-password"
          hint={`At least ${minPasswordLength} characters. A sentence works well.`}
          minLength={minPasswordLength}
          error={fieldErrors.newPassword}
        />
      )}
      <Checkbox
        name="remember"
        label="Keep me signed in"
        defaultChecked={values ? values.remember === "on" : true}
      />
      <SubmitButton className="w-full">Sign in</SubmitButton>
      <p className="flex flex-wrap justify-center gap-x-6 gap-y-2 text-sm text-muted">
        <TextLink href="/forgot-password">Forgot password?</TextLink>
        <span>
          New here? <TextLink href={`/signup${query}`}>Create account</TextLink>
        </span>
      </p>
    </form>
  );
}
