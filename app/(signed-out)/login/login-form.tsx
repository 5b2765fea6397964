"use client";

import { type ReactElement, useActionState, useRef } from "react";
import { FormMessage } from "@/components/form-message";
import { PageTitle } from "@/components/page-title";
import { PasskeySignIn } from "@/components/passkey-sign-in";
import { PasswordInput } from "@/components/password-input";
import { SubmitButton } from "@/components/submit-button";
import { Checkbox } from "@/components/ui/checkbox";
import { TextField } from "@/components/ui/text-field";
import { type FormAction, idle } from "@/lib/form-state";

type LoginFormProps = {
  /** Of the form, for its two buttons. */
  action: FormAction;
  passkeyAction: FormAction;
  appName: string;
  newPasswordHint: string;
  /** In a refusal. */
  resetLink?: { words: string; href: string };
  /** Milliseconds. */
  renewPasskeyAfter: number;
  takesPassword: boolean;
  takesPasskey: boolean;
  /** The button for a sign-in link, where there are any. */
  link: ReactElement | false;
  /** At the way by which this browser signed in before; its id is `last-used`. */
  badges: Record<string, ReactElement | undefined>;
  next?: string;
};

/** Outside of the buttons, whose names stay the same for everybody. */
const badgeId = "last-used";

export function LoginForm(props: LoginFormProps) {
  const { appName, takesPassword, link, badges, next } = props;
  const [typed, formAction] = useActionState(props.action, idle);
  const [passkey, passkeyAction] = useActionState(props.passkeyAction, idle);
  const form = useRef<HTMLFormElement>(null);
  const { fieldErrors, values } = typed;
  const state = (passkey.at ?? 0) > (typed.at ?? 0) ? passkey : typed;

  return (
    <form ref={form} action={formAction} noValidate className="space-y-5">
      <PageTitle title="Sign in" appName={appName} error={state.status === "error"} />
      <FormMessage
        state={state}
        fields={["email", "password", "newPassword"]}
        link={props.resetLink}
      />
      {next && <input type="hidden" name="next" value={next} />}
      {(takesPassword || link) && (
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
      )}
      {takesPassword && (
        <PasswordInput
          name="password"
          autoComplete="current-password webauthn"
          error={fieldErrors?.password}
        />
      )}
      {fieldErrors?.newPassword && (
        <PasswordInput
          name="newPassword"
          label="New password"
          autoComplete="new-password"
          hint={props.newPasswordHint}
          error={fieldErrors.newPassword}
        />
      )}
      <Checkbox
        name="remember"
        label="Keep me signed in"
        defaultChecked={values ? values.remember === "on" : true}
      />
      {takesPassword && (
        <div className="relative">
          <SubmitButton className="w-full" describedBy={badges.password && badgeId}>
            Sign in
          </SubmitButton>
          {badges.password}
        </div>
      )}
      <div className="space-y-3 border-t border-line pt-5 empty:hidden">
        {props.takesPasskey && (
          <div className="relative">
            <PasskeySignIn
              form={form}
              action={passkeyAction}
              state={state}
              renewAfter={props.renewPasskeyAfter}
              describedBy={badges.passkey && badgeId}
            />
            {badges.passkey}
          </div>
        )}
        {link}
      </div>
    </form>
  );
}
