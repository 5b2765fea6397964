"use client";

// One native field for the six-digit code: paste, autofill from mail or SMS and
// screen readers work as in any other. No `maxlength`: it would cut a pasted
// "123 456". The server strips spaces and dashes.

import { type FormEvent, type ReactNode, useRef } from "react";
import { useFormStatus } from "react-dom";
import { TextField } from "@/components/ui/text-field";

type CodeInputProps = {
  label?: string;
  hint?: ReactNode;
  error?: string;
  /** There is more to fill in, or to think about: only the button sends. */
  waitsForButton?: boolean;
};

const codeLength = 6;

export function CodeInput(props: CodeInputProps) {
  const { label = "Code", hint, error, waitsForButton } = props;
  const sent = useRef("");
  const { pending } = useFormStatus();

  // Once for each code: an edit that comes back to it waits for the button.
  function submitWhenComplete(event: FormEvent<HTMLInputElement>) {
    const digits = event.currentTarget.value.replace(/[\s-]/g, "");
    if (pending || !/^\d+$/.test(digits) || digits.length !== codeLength) return;
    if (digits === sent.current) return;
    sent.current = digits;
    event.currentTarget.form?.requestSubmit();
  }

  return (
    <TextField
      name="code"
      label={label}
      hint={hint}
      error={error}
      type="text"
      inputMode="numeric"
      autoComplete="one-time-code"
      autoCapitalize="none"
      spellCheck={false}
      className="font-mono text-lg tracking-widest"
      onInput={waitsForButton ? undefined : submitWhenComplete}
    />
  );
}
