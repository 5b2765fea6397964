"use client";

import { describeEnded, Outcome } from "@/components/outcome";
import { buttonClass } from "@/components/ui/button";
import type { FormState } from "@/lib/form-state";

type PasswordChangedProps = { title: string; appName: string; state: FormState };

/** The mailbox proves nothing but itself: nobody is signed in by a reset. */
export function PasswordChanged({ title, appName, state }: PasswordChangedProps) {
  return (
    <Outcome
      title={title}
      appName={appName}
      message={
        <>
          <p className="font-medium">Your password is changed.</p>
          <p>{describeEnded(Number(state.values?.ended ?? 0))}</p>
        </>
      }
    >
      <a href="/login" className={buttonClass("primary", "w-full")}>
        Sign in
      </a>
    </Outcome>
  );
}
