"use client";

import { useRef } from "react";
import { PasswordInput } from "@/components/password-input";
import { PasswordLength } from "@/components/password-length";

type NewPasswordInputProps = {
  name: string;
  label?: string;
  minLength: number;
  error?: string;
};

/** Says the rule before anything is typed, and then what is missing. */
export function NewPasswordInput({ minLength, ...rest }: NewPasswordInputProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="space-y-1.5">
      <PasswordInput
        {...rest}
        ref={input}
        autoComplete="new-password"
        hint={`At least ${minLength} characters. A sentence works well.`}
      />
      <PasswordLength input={input} minLength={minLength} />
    </div>
  );
}
