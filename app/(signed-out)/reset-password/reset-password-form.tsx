"use client";

// With the link's token a new password is all there is to type. Without one, be
// it that no script can read it, the code from the mail does the same.

import { useActionState } from "react";
import { MailedLink } from "@/components/mailed-link";
import { PageTitle } from "@/components/page-title";
import { buttonClass } from "@/components/ui/button";
import { TextField } from "@/components/ui/text-field";
import { TextLink } from "@/components/ui/text-link";
import { type FormAction, idle } from "@/lib/form-state";
import { CodeForm, NewPassword } from "./code-form";
import { PasswordChanged } from "./password-changed";

const title = "Choose a new password";

type ResetPasswordFormProps = {
  readAction: FormAction;
  action: FormAction;
  codeAction: FormAction;
  appName: string;
  minPasswordLength: number;
};

export function ResetPasswordForm(props: ResetPasswordFormProps) {
  const { appName, minPasswordLength, readAction, action, codeAction } = props;
  return (
    <MailedLink
      title={title}
      appName={appName}
      readAction={readAction}
      action={action}
      button="Change password"
      fields={["password"]}
      ask={({ email = "" }, state) => (
        <>
          <p className="text-sm text-muted">
            For the account of{" "}
            <strong className="font-medium wrap-anywhere text-ink">{email}</strong>. Every
            device will be signed out.
          </p>
          <NewPassword
            username={email}
            minLength={minPasswordLength}
            error={state.fieldErrors?.password}
          />
        </>
      )}
      waysOn={() => <WaysOn />}
      withoutToken={
        <ByCode
          action={codeAction}
          appName={appName}
          minPasswordLength={minPasswordLength}
        />
      }
      done={(state) => <PasswordChanged title={title} appName={appName} state={state} />}
    />
  );
}

type ByCodeProps = { action: FormAction; appName: string; minPasswordLength: number };

function ByCode({ action, appName, minPasswordLength }: ByCodeProps) {
  const [state, formAction] = useActionState(action, idle);
  if (state.status === "done") {
    return <PasswordChanged title={title} appName={appName} state={state} />;
  }
  return (
    <div className="space-y-5">
      <PageTitle title={title} appName={appName} error={state.status === "error"} />
      <CodeForm
        state={state}
        formAction={formAction}
        minPasswordLength={minPasswordLength}
      >
        <p className="text-sm text-muted">
          Type the code from the mail in the browser where you asked for it.
        </p>
        <TextField
          name="email"
          label="Email"
          type="email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          defaultValue={state.values?.email}
          error={state.fieldErrors?.email}
        />
      </CodeForm>
      <p className="text-sm text-muted">
        No mail? <TextLink href="/forgot-password">Ask for one</TextLink>
      </p>
    </div>
  );
}

function WaysOn() {
  return (
    <>
      <a href="/forgot-password" className={buttonClass("primary", "w-full")}>
        Send a new link
      </a>
      <p className="text-sm">
        <TextLink href="/login">Sign in</TextLink>
      </p>
    </>
  );
}
