"use client";

import { useActionState } from "react";
import { CodeInput } from "@/components/code-input";
import { FormMessage } from "@/components/form-message";
import { PageTitle } from "@/components/page-title";
import { PasswordInput } from "@/components/password-input";
import { SubmitButton } from "@/components/submit-button";
import { TextLink } from "@/components/ui/text-link";
import { type FormAction, idle } from "@/lib/form-state";

type ConfirmFormProps = {
  action: FormAction;
  sendCodeAction: FormAction;
  appName: string;
  email: string;
  /** The strongest that the account has. */
  method: string;
  /** A mailed code is on its way. */
  hasCode: boolean;
  isDestructive: boolean;
  /** The interrupted form, by its id. */
  form?: string;
  next?: string;
  backTo: string;
};

export function ConfirmForm(props: ConfirmFormProps) {
  const [state, formAction] = useActionState(props.action, idle);
  const [sent, sendAction] = useActionState(props.sendCodeAction, idle);
  const failed = [sent, state].find(({ status }) => status === "error") ?? idle;
  const asksCode = props.hasCode || sent.status === "done";
  // It was confirmed; what comes next was refused, and is mended where it began.
  const method = state.reason === "act" ? null : props.method;

  return (
    <div className="space-y-5">
      <PageTitle
        title="Confirm it is you"
        appName={props.appName}
        error={failed.status === "error"}
      />
      <FormMessage state={failed} fields={["password", "code"]} />
      <p role="status" className="text-sm text-success empty:hidden">
        {sent.status === "done" && sent.message}
      </p>
      {method !== null && <p className="text-sm text-muted">{why(props)}</p>}
      {method === "password" && (
        <form action={formAction} noValidate className="space-y-5">
          <Waiting {...props} />
          <PasswordInput
            name="password"
            autoComplete="current-password"
            error={state.fieldErrors?.password}
          />
          <Continue {...props} />
        </form>
      )}
      {method === "email_code" && asksCode && (
        <form action={formAction} noValidate className="space-y-5">
          <Waiting {...props} />
          <CodeInput error={state.fieldErrors?.code} />
          <Continue {...props} />
        </form>
      )}
      {method === "email_code" && (
        <form action={sendAction}>
          <SubmitButton tone={asksCode ? "secondary" : "primary"} className="w-full">
            {asksCode ? "Send again" : "Email me a code"}
          </SubmitButton>
        </form>
      )}
      <p className="text-sm">
        <TextLink href={props.backTo}>Go back</TextLink>
      </p>
    </div>
  );
}

function why({ isDestructive, method, email }: ConfirmFormProps): string {
  const what = isDestructive
    ? "You are about to delete your account and everything in it. This cannot be undone."
    : "You are about to change something that guards your account.";
  if (method === "password") return `${what} Enter your password to go on.`;
  if (method !== "email_code")
    return `${what} Sign out and in again with your second factor to go on.`;
  return `${what} We mail a six-digit code to ${email}.`;
}

/** What goes on after the confirmation, and whose password is asked for. */
function Waiting({ form, next, email }: ConfirmFormProps) {
  return (
    <>
      {form && <input type="hidden" name="form" value={form} />}
      {next && <input type="hidden" name="next" value={next} />}
      <input
        hidden
        readOnly
        type="text"
        name="username"
        autoComplete="username"
        value={email}
      />
    </>
  );
}

function Continue({ isDestructive }: ConfirmFormProps) {
  return (
    <SubmitButton tone={isDestructive ? "danger" : "primary"} className="w-full">
      {isDestructive ? "Delete my account" : "Continue"}
    </SubmitButton>
  );
}
