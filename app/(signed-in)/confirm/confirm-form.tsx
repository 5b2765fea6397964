"use client";

import { type ReactNode, useActionState } from "react";
import { CodeInput } from "@/components/code-input";
import { FormMessage } from "@/components/form-message";
import { HiddenUsername } from "@/components/hidden-username";
import { NoFactor } from "@/components/no-factor";
import { PageTitle } from "@/components/page-title";
import { PasskeyConfirmation } from "@/components/passkey-confirmation";
import { PasswordInput } from "@/components/password-input";
import { SecondFactorCode } from "@/components/second-factor-code";
import { typeCode, useInstead } from "@/components/second-factor-words";
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
  /** What cannot be undone, in its own words. */
  destructive?: { warning: string; label: string };
  /** Which second factor is typed, and by which other one it can be replaced. */
  codeMethod?: string;
  otherCode?: { name: string; href: string };
  /** A password can be chosen by mail. */
  mayReset: boolean;
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
      {props.methods.length === 0 && <NoFactor />}
      {has("passkey") && (
        <PasskeyConfirmation
          optionsPath="/api/auth/step-up/passkey/options"
          action={formAction}
          label={props.destructive?.label ?? "Use your passkey"}
          tone={props.destructive ? "danger" : "primary"}
        >
          <Waiting {...props} />
        </PasskeyConfirmation>
      )}
      {has("password") && (
        <form action={formAction} noValidate className="space-y-5">
          {has("passkey") && <Or>Or use your password.</Or>}
          <Waiting {...props} />
          <PasswordInput
            name="password"
            autoComplete="current-password"
            error={state.fieldErrors?.password}
          />
          <Continue {...props} isSecond={has("passkey")} />
        </form>
      )}
      {props.codeMethod && has(props.codeMethod) && (
        <form action={formAction} noValidate className="space-y-5">
          {has("passkey") && <Or>No passkey at hand? {typeCode[props.codeMethod]}</Or>}
          <Waiting {...props} />
          <input type="hidden" name="method" value={props.codeMethod} />
          <SecondFactorCode
            method={props.codeMethod}
            error={state.fieldErrors?.code}
            isDestructive={props.destructive !== undefined}
          />
          <Continue {...props} isSecond={has("passkey")} />
          {props.otherCode && (
            <p className="text-sm">
              <TextLink href={props.otherCode.href}>
                {useInstead[props.otherCode.name]}
              </TextLink>
            </p>
          )}
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
      {has("passkey") && methods.length === 1 && props.mayReset && (
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

function Or({ children }: { children: ReactNode }) {
  return <p className="border-t border-line pt-5 text-sm text-muted">{children}</p>;
}

const sentences: Record<string, (email: string) => string> = {
  passkey: () => "Use your passkey to go on.",
  password: () => "Enter your password to go on.",
  email_code: (email) => `We mail a six-digit code to ${email}.`,
};

function why(props: ConfirmFormProps): string {
  const { destructive, methods, codeMethod = "", email } = props;
  const [strongest = ""] = methods;
  const what =
    destructive?.warning ?? "You are about to change something that guards your account.";
  const how = sentences[strongest]?.(email) ?? typeCode[codeMethod] ?? "";
  return `${what} ${how}`;
}

/** What goes on after the confirmation, and whose password is asked for. */
function Waiting({ form, next, email }: ConfirmFormProps) {
  return (
    <>
      {form && <input type="hidden" name="form" value={form} />}
      {next && <input type="hidden" name="next" value={next} />}
      <HiddenUsername email={email} />
    </>
  );
}

type ContinueProps = Pick<ConfirmFormProps, "destructive"> & {
  /** Something stronger stands above it. */
  isSecond?: boolean;
};

function Continue({ destructive, isSecond }: ContinueProps) {
  const tone = destructive ? "danger" : "primary";
  return (
    <SubmitButton tone={isSecond ? "secondary" : tone} className="w-full">
      {destructive?.label ?? "Continue"}
    </SubmitButton>
  );
}
