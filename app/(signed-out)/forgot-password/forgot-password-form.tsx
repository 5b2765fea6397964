"use client";

// First the address, then the code; the same words whoever has an account. Both
// forms' states live here, so that without script each answer finds its step.

import { useActionState } from "react";
import { FormMessage } from "@/components/form-message";
import { PageTitle } from "@/components/page-title";
import { SubmitButton } from "@/components/submit-button";
import { TextField } from "@/components/ui/text-field";
import { TextLink } from "@/components/ui/text-link";
import { type FormAction, type FormState, idle } from "@/lib/form-state";
import { PasswordChanged } from "../reset-password/password-changed";
import { CheckEmail } from "./check-email";

const title = "Reset your password";

type ForgotPasswordFormProps = {
  action: FormAction;
  codeAction: FormAction;
  appName: string;
  minPasswordLength: number;
};

export function ForgotPasswordForm(props: ForgotPasswordFormProps) {
  const { appName, minPasswordLength } = props;
  const [asked, ask] = useActionState(props.action, idle);
  const [changed, change] = useActionState(props.codeAction, idle);

  if (changed.status === "done") {
    return <PasswordChanged title={title} appName={appName} state={changed} />;
  }
  const hasAsked = asked.status === "done" || asked.values?.again !== undefined;
  const email = hasAsked ? asked.values?.email : changed.values?.email;
  const hasFailed = [asked, changed].some(({ status }) => status === "error");
  return (
    <>
      <PageTitle title={title} appName={appName} error={hasFailed} />
      {email === undefined ? (
        <AskForm state={asked} formAction={ask} />
      ) : (
        <CheckEmail
          email={email}
          asked={asked}
          ask={ask}
          changed={changed}
          change={change}
          minPasswordLength={minPasswordLength}
        />
      )}
    </>
  );
}

type AskFormProps = { state: FormState; formAction: (form: FormData) => void };

function AskForm({ state, formAction }: AskFormProps) {
  return (
    <form action={formAction} noValidate className="space-y-5">
      <FormMessage state={state} fields={["email"]} />
      <TextField
        name="email"
        label="Email"
        hint="We send you a link with which you choose a new password."
        type="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        defaultValue={state.values?.email}
        error={state.fieldErrors?.email}
      />
      <SubmitButton className="w-full">Send the mail</SubmitButton>
      <p className="text-center text-sm text-muted">
        Remembered it? <TextLink href="/login">Sign in</TextLink>
      </p>
    </form>
  );
}
