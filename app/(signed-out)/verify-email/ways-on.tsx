"use client";

// Where a link that no longer works leads: to a new one while there is anything
// to renew, and else to the two ways in.

import { useActionState } from "react";
import { FormMessage } from "@/components/form-message";
import { SubmitButton } from "@/components/submit-button";
import { Alert } from "@/components/ui/alert";
import { TextLink } from "@/components/ui/text-link";
import { type FormAction, idle } from "@/lib/form-state";

type WaysOnProps = { reason?: string; token: string; action: FormAction };

export function WaysOn({ reason, token, action }: WaysOnProps) {
  const [state, formAction] = useActionState(action, idle);
  const isRenewable = reason === "expired" || reason === "replaced";
  const isDone = state.status === "done";

  return (
    <div className="space-y-5">
      <FormMessage state={state} />
      <div role="status" className="empty:hidden">
        {isDone && <Alert tone="success">{state.message}</Alert>}
      </div>
      {isRenewable && !isDone && (
        <form action={formAction}>
          <input type="hidden" name="token" value={token} />
          <SubmitButton className="w-full">Send a new link</SubmitButton>
        </form>
      )}
      <p className="flex flex-wrap gap-x-6 gap-y-2 text-sm">
        <TextLink href="/signup">Sign up again</TextLink>
        <TextLink href="/login">Sign in</TextLink>
      </p>
    </div>
  );
}
