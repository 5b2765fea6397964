"use client";

import { useActionState } from "react";
import { FormMessage } from "@/components/form-message";
import { NewPasswordInput } from "@/components/new-password-input";
import { PageTitle } from "@/components/page-title";
import { SubmitButton } from "@/components/submit-button";
import { KeyIcon, MailIcon } from "@/components/ui/icon";
import { TextField } from "@/components/ui/text-field";
import { TextLink } from "@/components/ui/text-link";
import { useHasPasskeys } from "@/components/use-passkeys";
import { type FormAction, idle } from "@/lib/form-state";

type SignupFormProps = {
  action: FormAction;
  appName: string;
  takesPassword: boolean;
  takesPasskey: boolean;
  takesLink: boolean;
  minPasswordLength: number;
  next?: string;
};

export function SignupForm(props: SignupFormProps) {
  const { action, appName, takesPassword, takesLink, minPasswordLength, next } = props;
  const [state, formAction] = useActionState(action, idle);
  const { fieldErrors, values } = state;
  // Without passwords the form's own button does it.
  const offersPasskey = takesPassword && props.takesPasskey;
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
      <input type="hidden" name="remember" value="on" />
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
      {takesPassword && (
        <NewPasswordInput
          name="password"
          minLength={minPasswordLength}
          error={fieldErrors?.password}
        />
      )}
      <SubmitButton className="w-full">Create account</SubmitButton>
      {(offersPasskey || takesLink) && (
        <div className="space-y-3 border-t border-line pt-5">
          {takesPassword && <p className="text-sm text-muted">Or without a password:</p>}
          {offersPasskey && <PasskeySignUp />}
          {takesLink && (
            <SubmitButton tone="secondary" className="w-full" name="intent" value="link">
              <MailIcon />
              Email me a sign-in link
            </SubmitButton>
          )}
        </div>
      )}
      <p className="text-center text-sm text-muted">
        Already have an account? <TextLink href={`/login${query}`}>Sign in</TextLink>
      </p>
    </form>
  );
}

/** The passkey itself is made once the address is confirmed. */
function PasskeySignUp() {
  if (!useHasPasskeys()) return null;
  return (
    <SubmitButton
      tone="secondary"
      className="w-full [@media(scripting:none)]:hidden"
      name="intent"
      value="passkey"
    >
      <KeyIcon />
      Sign up with a passkey
    </SubmitButton>
  );
}
