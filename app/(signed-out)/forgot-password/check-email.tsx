"use client";

import { useEffect, useRef } from "react";
import { ResendButton } from "@/components/resend-form";
import { buttonClass } from "@/components/ui/button";
import { TextLink } from "@/components/ui/text-link";
import type { FormState } from "@/lib/form-state";
import { CodeForm } from "../reset-password/code-form";

type Send = (form: FormData) => void;

type CheckEmailProps = {
  email: string;
  asked: FormState;
  ask: Send;
  changed: FormState;
  change: Send;
  minPasswordLength: number;
};

/** The address is typed once: this form, and "Send again", carry it along. */
export function CheckEmail(props: CheckEmailProps) {
  const { email, asked, ask, changed, change, minPasswordLength } = props;
  const { mailHref, mailLabel, resendAvailableAt = "" } = asked.values ?? {};
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    heading.current?.focus();
  }, []);

  return (
    <div className="space-y-6">
      <div className="space-y-1.5">
        <h2 ref={heading} tabIndex={-1} className="font-semibold">
          Check your email
        </h2>
        <p className="text-sm text-muted">
          If there is an account for{" "}
          <strong className="font-medium wrap-anywhere text-ink">{email}</strong>, a mail
          with a link and a six-digit code is on its way. Open the link, or type the code
          here.
        </p>
      </div>
      {mailHref && (
        <a
          href={mailHref}
          target="_blank"
          rel="noreferrer"
          className={buttonClass("secondary", "w-full")}
        >
          {mailLabel}
          <span className="sr-only"> (opens in a new tab)</span>
        </a>
      )}
      <CodeForm state={changed} formAction={change} minPasswordLength={minPasswordLength}>
        <input
          hidden
          readOnly
          type="text"
          name="email"
          autoComplete="username"
          value={email}
        />
      </CodeForm>
      <div className="space-y-3 border-t border-line pt-5">
        <ResendButton state={asked} formAction={ask} availableAt={resendAvailableAt}>
          <input type="hidden" name="email" value={email} />
          <input type="hidden" name="again" value="1" />
        </ResendButton>
        <p className="text-sm">
          <TextLink href="/forgot-password">Use another address</TextLink>
        </p>
      </div>
    </div>
  );
}
