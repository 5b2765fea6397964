"use client";

import { type ReactNode, useActionState, useEffect, useState } from "react";
import { FormMessage } from "@/components/form-message";
import { SubmitButton } from "@/components/submit-button";
import { type FormAction, type FormState, idle } from "@/lib/form-state";

type ResendFormProps = {
  action: FormAction;
  availableAt: string;
  /** Hidden fields. */
  children?: ReactNode;
};

/** A wait longer than this is a wrong clock; the server decides then. */
const longestWait = 10 * 60;

export function secondsLeft(availableAt: string, now: number): number {
  const left = Math.ceil((Date.parse(availableAt) - now) / 1000);
  return left > 0 && left <= longestWait ? left : 0;
}

export function describeWait(left: number): string {
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  return `You can ask for another mail in ${clock}.`;
}

export function ResendForm({ action, availableAt, children }: ResendFormProps) {
  const [state, formAction] = useActionState(action, idle);
  const until = state.values?.resendAvailableAt ?? availableAt;
  return (
    <ResendButton state={state} formAction={formAction} availableAt={until}>
      {children}
    </ResendButton>
  );
}

type ResendButtonProps = {
  state: FormState;
  formAction: (form: FormData) => void;
  availableAt: string;
  /** Hidden fields. */
  children?: ReactNode;
};

/** Without JavaScript there is no countdown, and the server alone refuses. */
export function ResendButton(props: ResendButtonProps) {
  const { state, formAction, availableAt, children } = props;
  const left = useCountdown(availableAt);

  return (
    <form action={formAction} className="space-y-3">
      {children}
      <FormMessage state={state} />
      <p role="status" className="text-sm text-success empty:hidden">
        {state.status === "done" && state.message}
      </p>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <SubmitButton tone="secondary" isHeld={left > 0}>
          Send again
        </SubmitButton>
        <span className="text-sm text-muted tabular-nums">
          {left > 0 ? describeWait(left) : "No mail? Look in the spam folder too."}
        </span>
      </div>
    </form>
  );
}

function useCountdown(availableAt: string): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const tick = () => setLeft(secondsLeft(availableAt, Date.now()));
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [availableAt]);
  return left;
}
