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

type LoginFormProps = { action: FormAction; appName: string; next?: string };

export function LoginForm({ action, appName, next }: LoginFormProps) {
  const [state, formAction] = useActionState(action, idle);
  const { fieldErrors, values } = state;
  const query = next ? `?next=${encodeURIComponent(next)}` : "";

  return (
    <form action={formAction} noValidate className="space-y-5">
      <PageTitle title="Sign in" appName={appName} error={state.status === "error"} />
      <FormMessage state={state} fields={["email", "password"]} />
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
      <Checkbox
        name="remember"
        label="Keep me signed in"
        defaultChecked={values ? values.remember === "on" : true}
      />
      <SubmitButton className="w-full">Sign in</SubmitButton>
      <p className="text-center text-sm text-muted">
        New here? <TextLink href={`/signup${query}`}>Create account</TextLink>
      </p>
    </form>
  );
}
