"use client";

// Feedback, not judgement: it says what is missing and never shows an error.
// The visible line follows every key; the spoken one waits for a pause.

import { type RefObject, useEffect, useState } from "react";
import { CheckIcon } from "@/components/ui/icon";

type PasswordLengthProps = {
  input: RefObject<HTMLInputElement | null>;
  minLength: number;
};

const pause = 900;

/** Counts code points, as the server does: an emoji is not two characters. */
export function countCharacters(text: string): number {
  return Array.from(text).length;
}

export function describeLength(length: number, minLength: number): string {
  if (length === 0) return "";
  const missing = minLength - length;
  if (missing <= 0) return `${length} characters. Long enough.`;
  return `${missing} more ${missing === 1 ? "character" : "characters"} to go.`;
}

export function PasswordLength({ input, minLength }: PasswordLengthProps) {
  const [length, setLength] = useState(0);
  const [spoken, setSpoken] = useState("");
  const text = describeLength(length, minLength);

  useEffect(() => {
    const field = input.current;
    const count = () => setLength(countCharacters(field?.value ?? ""));
    const clear = () => setLength(0);
    count();
    field?.addEventListener("input", count);
    field?.form?.addEventListener("reset", clear);
    return () => {
      field?.removeEventListener("input", count);
      field?.form?.removeEventListener("reset", clear);
    };
  }, [input]);

  useEffect(() => {
    const timer = setTimeout(() => setSpoken(text), pause);
    return () => clearTimeout(timer);
  }, [text]);

  return (
    <>
      <p
        aria-hidden="true"
        className={`flex items-center gap-1.5 text-sm empty:hidden ${length >= minLength ? "text-success" : "text-muted"}`}
      >
        {length >= minLength && <CheckIcon className="size-4" />}
        {text}
      </p>
      <p role="status" className="sr-only">
        {text && spoken}
      </p>
    </>
  );
}
