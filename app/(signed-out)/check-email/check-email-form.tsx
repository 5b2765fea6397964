"use client";

import { useActionState } from "react";
import { CodeInput } from "@/components/code-input";
import { FormMessage } from "@/components/form-message";
import { PageTitle } from "@/components/page-title";
import { ResendForm } from "@/components/resend-form";
import { SubmitButton } from "@/components/submit-button";
import { buttonClass } from "@/components/ui/button";
import { TextLink } from "@/components/ui/text-link";
import { type FormAction, idle } from "@/lib/form-state";

type CheckEmailFormProps = {
  action: FormAction;
  resendAction: FormAction;
  appName: string;
  email: string;
  awaited: "magic-link" | "registration";
  /** Where another address is typed. */
  backTo: "/login" | "/signup";
  mailLink?: { href: string; label: string };
  /** ISO time before which another mail would be refused. */
  resendAvailableAt: string;
};

export function CheckEmailForm(props: CheckEmailFormProps) {
  const [state, formAction] = useActionState(props.action, idle);
  const awaited = <input type="hidden" name="awaited" value={props.awaited} />;

  return (
    <div className="space-y-6">
      <PageTitle
        title="Check your email"
        appName={props.appName}
        error={state.status === "error"}
      />
      <FormMessage state={state} fields={["code"]} />
      <p className="text-sm text-muted">
        We sent a link and a six-digit code to{" "}
        <strong className="font-medium wrap-anywhere text-ink">{props.email}</strong>.
        Open the link, or type the code here.
      </p>
      <form action={formAction} noValidate className="space-y-5">
        {awaited}
        <CodeInput error={state.fieldErrors?.code} />
        <SubmitButton className="w-full">Continue</SubmitButton>
      </form>
      {props.mailLink && (
        <a
          href={props.mailLink.href}
          target="_blank"
          rel="noreferrer"
          className={buttonClass("secondary", "w-full")}
        >
          {props.mailLink.label}
          <span className="sr-only"> (opens in a new tab)</span>
        </a>
      )}
      <div className="space-y-3 border-t border-line pt-5">
        <ResendForm action={props.resendAction} availableAt={props.resendAvailableAt}>
          {awaited}
        </ResendForm>
        <p className="text-sm">
          <TextLink href={props.backTo}>Use another address</TextLink>
        </p>
      </div>
    </div>
  );
}
