"use client";

import { useActionState } from "react";
import { FormMessage } from "@/components/form-message";
import { HiddenUsername } from "@/components/hidden-username";
import { PageTitle } from "@/components/page-title";
import { PasskeyConfirmation } from "@/components/passkey-confirmation";
import { SecondFactorCode } from "@/components/second-factor-code";
import { typeCode, useInstead } from "@/components/second-factor-words";
import { SubmitButton } from "@/components/submit-button";
import { Checkbox } from "@/components/ui/checkbox";
import { TextLink } from "@/components/ui/text-link";
import { type FormAction, type FormState, idle } from "@/lib/form-state";

type SecondFactorFormProps = {
  action: FormAction;
  appName: string;
  email: string;
  /** What is asked for, and what would do as well; the strongest first. */
  method: string;
  others: { name: string; href: string }[];
  /** Days that this browser can be trusted for; null where it cannot. */
  trustDays: number | null;
  supportAddress: string;
  next?: string;
};

export function SecondFactorForm(props: SecondFactorFormProps) {
  const [state, formAction] = useActionState(props.action, idle);
  const { method, others, email } = props;

  return (
    <div className="space-y-5">
      <PageTitle
        title="Confirm it is you to sign in"
        appName={props.appName}
        error={state.status === "error"}
      />
      <FormMessage state={state} fields={["code"]} />
      <p className="text-sm text-muted">
        Signing in as{" "}
        <strong className="font-medium wrap-anywhere text-ink">{email}</strong>.{" "}
        {typeCode[method] ?? "Your account asks for your passkey besides."}
      </p>
      {method === "passkey" ? (
        <PasskeyConfirmation
          optionsPath="/api/auth/second-factor/passkey/options"
          action={formAction}
          label="Use your passkey"
          tone="primary"
        >
          <Along {...props} state={state} />
        </PasskeyConfirmation>
      ) : (
        <form action={formAction} noValidate className="space-y-5">
          <Along {...props} state={state} />
          <SecondFactorCode method={method} error={state.fieldErrors?.code} />
          <SubmitButton className="w-full">Continue</SubmitButton>
        </form>
      )}
      <ul className="space-y-2 border-t border-line pt-5 text-sm">
        {others.map(({ name, href }) => (
          <li key={name}>
            <TextLink href={href}>{useInstead[name]}</TextLink>
          </li>
        ))}
        <li>
          <TextLink href="/login">Sign in as somebody else</TextLink>
        </li>
      </ul>
      <p className="text-sm text-muted">
        Lost them all? Write to{" "}
        <TextLink href={`mailto:${props.supportAddress}`}>
          {props.supportAddress}
        </TextLink>
        .
      </p>
    </div>
  );
}

/** The trust comes before the code, which sends the form by itself. */
function Along({
  method,
  next,
  email,
  trustDays,
  state,
}: SecondFactorFormProps & { state: FormState }) {
  return (
    <>
      <input type="hidden" name="method" value={method} />
      {next && <input type="hidden" name="next" value={next} />}
      <HiddenUsername email={email} />
      {trustDays !== null && (
        <Checkbox
          name="trust"
          label={`Trust this browser for ${trustDays} days`}
          defaultChecked={state.values?.trust !== undefined}
        />
      )}
    </>
  );
}
