"use client";

import { useActionState } from "react";
import { CodeInput } from "@/components/code-input";
import { FormMessage } from "@/components/form-message";
import { PageTitle } from "@/components/page-title";
import { PasskeyConfirmation } from "@/components/passkey-confirmation";
import { PasswordInput } from "@/components/password-input";
import { SubmitButton } from "@/components/submit-button";
import { TextLink } from "@/components/ui/text-link";
import { type FormAction, idle } from "@/lib/form-state";

type ConfirmFormProps = {
  action: FormAction;
  sendCodeAction: FormAction;
  appName: string;
  email: string;
  /** Each would do; the strongest comes first. */
  methods: string[];
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
  const methods = state.reason === "act" ? [] : props.methods;
  const has = (method: string) => methods.includes(method);

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
      {methods.length > 0 && <p className="text-sm text-muted">{why(props)}</p>}
      {has("passkey") && (
        <PasskeyConfirmation
          action={formAction}
          label={props.isDestructive ? deletion : "Use your passkey"}
          tone={props.isDestructive ? "danger" : "primary"}
        >
          <Waiting {...props} />
        </PasskeyConfirmation>
      )}
      {has("password") && (
        <form action={formAction} noValidate className="space-y-5">
          {has("passkey") && (
            <p className="border-t border-line pt-5 text-sm text-muted">
              Or use your password.
            </p>
          )}
          <Waiting {...props} />
          <PasswordInput
            name="password"
            autoComplete="current-password"
            error={state.fieldErrors?.password}
          />
          <Continue {...props} isSecond={has("passkey")} />
        </form>
      )}
      {has("email_code") && asksCode && (
        <form action={formAction} noValidate className="space-y-5">
          <Waiting {...props} />
          <CodeInput error={state.fieldErrors?.code} />
          <Continue {...props} />
        </form>
      )}
      {has("email_code") && (
        <form action={sendAction}>
          <SubmitButton tone={asksCode ? "secondary" : "primary"} className="w-full">
            {asksCode ? "Send again" : "Email me a code"}
          </SubmitButton>
        </form>
      )}
      {has("passkey") && !has("password") && (
        <p className="text-sm text-muted">
          No passkey at hand?{" "}
          <TextLink href="/forgot-password">Choose a password</TextLink> by mail, and sign
          in with it.
        </p>
      )}
      <p className="text-sm">
        <TextLink href={props.backTo}>Go back</TextLink>
      </p>
    </div>
  );
}

const deletion = "Delete my account";

const sentences: Record<string, (email: string) => string> = {
  passkey: () => "Use your passkey to go on.",
  password: () => "Enter your password to go on.",
  email_code: (email) => `We mail a six-digit code to ${email}.`,
};

function why({ isDestructive, methods: [strongest = ""], email }: ConfirmFormProps) {
  const what = isDestructive
    ? "You are about to delete your account and everything in it. This cannot be undone."
    : "You are about to change something that guards your account.";
  const how =
    sentences[strongest]?.(email) ??
    "Sign out and in again with your second factor to go on.";
  return `${what} ${how}`;
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

type ContinueProps = Pick<ConfirmFormProps, "isDestructive"> & {
  /** Something stronger stands above it. */
  isSecond?: boolean;
};

function Continue({ isDestructive, isSecond }: ContinueProps) {
  const tone = isDestructive ? "danger" : "primary";
  return (
    <SubmitButton tone={isSecond ? "secondary" : tone} className="w-full">
      {isDestructive ? deletion : "Continue"}
    </SubmitButton>
  );
}
