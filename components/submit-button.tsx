"use client";

import type { MouseEvent, ReactNode } from "react";
import { useFormStatus } from "react-dom";
import { Button, type ButtonTone } from "@/components/ui/button";
import { Spinner } from "@/components/ui/spinner";

type SubmitButtonProps = {
  tone?: ButtonTone;
  className?: string;
  /** Pressing does nothing for now, as during a countdown. */
  isHeld?: boolean;
  /** Id of what the button is about, where its label alone does not say. */
  describedBy?: string;
  /** Tells the button of a form that has several; its own one has no `intent`. */
  name?: string;
  value?: string;
  children: ReactNode;
};

/**
 * Never `disabled`: that would drop focus. While the form is on its way the
 * label stays and another press, by mouse or by Enter, sends nothing.
 */
export function SubmitButton(props: SubmitButtonProps) {
  const { tone, className = "", isHeld, describedBy, name, value, children } = props;
  const { pending, data } = useFormStatus();
  const isBusy = pending && (data.get(name ?? "intent") ?? undefined) === value;
  const isInert = pending || isHeld;

  function holdBack(event: MouseEvent) {
    if (isInert) event.preventDefault();
  }

  return (
    <Button
      type="submit"
      name={name}
      value={value}
      tone={tone}
      // The spinner stands in the padding, so that the label never moves.
      className={`px-8 ${className}`}
      aria-describedby={describedBy}
      aria-disabled={isInert || undefined}
      aria-busy={isBusy || undefined}
      onClick={holdBack}
    >
      <span className="relative inline-flex items-center gap-2">
        {children}
        {isBusy && (
          <Spinner className="absolute inset-y-0 left-full my-auto ml-2 size-4" />
        )}
      </span>
    </Button>
  );
}
