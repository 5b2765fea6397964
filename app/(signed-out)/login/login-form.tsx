"use client";

import { useActionState, useRef } from "react";
import { FormMessage } from "@/components/form-message";
import { PageTitle } from "@/components/page-title";
import { PasskeySignIn } from "@/components/passkey-sign-in";
import { PasswordInput } from "@/components/password-input";
import { SubmitButton } from "@/components/submit-button";
import { Badge } from "@/components/ui/badge";
import { Checkbox } from "@/components/ui/checkbox";
import { MailIcon } from "@/components/ui/icon";
import { TextField } from "@/components/ui/text-field";
import { type FormAction, type FormState, idle } from "@/lib/form-state";

type LoginFormProps = {
  /** Of the form, for its two buttons. */
  action: FormAction;
  passkeyAction: FormAction;
  appName: string;
  minPasswordLength: number;
  /** Milliseconds. */
  renewPasskeyAfter: number;
  /** How this browser signed in before, if it did. */
  lastMethod: string | null;
  next?: string;
};

const resetLink = { words: "reset your password", href: "/forgot-password" };

export function LoginForm(props: LoginFormProps) {
  const { appName, minPasswordLength, lastMethod, next } = props;
  const [typed, formAction] = useActionState(props.action, idle);
  const [passkey, passkeyAction] = useActionState(props.passkeyAction, idle);
  const form = useRef<HTMLFormElement>(null);
  const { fieldErrors, values } = typed;
  const state = newest(typed, passkey);

  return (
    <form ref={form} action={formAction} noValidate className="space-y-5">
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
          error={fieldErrors.newPassword}
        />
      )}
      <Checkbox
        name="remember"
        label="Keep me signed in"
        defaultChecked={values ? values.remember === "on" : true}
      />
      <Method name="password" last={lastMethod}>
        <SubmitButton className="w-full" describedBy={idOf("password", lastMethod)}>
          Sign in
        </SubmitButton>
      </Method>
      <div className="space-y-3 border-t border-line pt-5">
        <Method name="passkey" last={lastMethod}>
          <PasskeySignIn
            form={form}
            action={passkeyAction}
            state={state}
            renewAfter={props.renewPasskeyAfter}
            describedBy={idOf("passkey", lastMethod)}
          />
        </Method>
        <Method name="magic_link" last={lastMethod}>
          <SubmitButton
            tone="secondary"
            className="w-full"
            name="intent"
            value="link"
            describedBy={idOf("magic_link", lastMethod)}
          >
            <span className="inline-flex h-5 items-center gap-2 align-top">
              <MailIcon />
              Email me a sign-in link
            </span>
          </SubmitButton>
        </Method>
      </div>
    </form>
  );
}

function newest(a: FormState, b: FormState): FormState {
  return (b.at ?? 0) > (a.at ?? 0) ? b : a;
}

type MethodProps = { name: string; last: string | null; children: React.ReactNode };

/** Outside of the button, whose name stays the same for everybody. */
function Method({ name, last, children }: MethodProps) {
  return (
    <div className="relative">
      {children}
      {name === last && (
        <span id={idOf(name, last)} className="absolute -top-3.5 right-2">
          <Badge tone="accent">Last used</Badge>
        </span>
      )}
    </div>
  );
}

function idOf(name: string, last: string | null): string | undefined {
  return name === last ? "last-used" : undefined;
}
