"use client";

// A password with a button that shows it. It is masked again on submit, so that
// password managers and people looking on see dots. Without JavaScript the
// button is absent.

import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { describedControl, Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { useHydrated } from "@/components/use-hydrated";

type PasswordInputProps = {
  name: string;
  id?: string;
  label?: string;
  autoComplete: string;
  hint?: ReactNode;
  error?: string;
  ref?: RefObject<HTMLInputElement | null>;
};

export function PasswordInput(props: PasswordInputProps) {
  const { name, id = name, label = "Password", autoComplete, hint, error } = props;
  const own = useRef<HTMLInputElement>(null);
  const input = props.ref ?? own;
  const [isShown, setShown] = useState(false);
  const isHydrated = useHydrated();

  useEffect(() => {
    const form = input.current?.form;
    const mask = () => setShown(false);
    form?.addEventListener("submit", mask);
    return () => form?.removeEventListener("submit", mask);
  }, [input]);

  function toggle() {
    const field = input.current;
    const { selectionStart = null, selectionEnd = null } = field ?? {};
    flushSync(() => setShown(!isShown));
    // A change of type moves the caret; Safari focuses whatever gets a range.
    if (document.activeElement === field) {
      field?.setSelectionRange(selectionStart, selectionEnd);
    }
  }

  return (
    <Field id={id} label={label} hint={hint} error={error}>
      <div className="relative">
        <Input
          {...describedControl({ id, hint, error })}
          ref={input}
          type={isShown ? "text" : "password"}
          name={name}
          autoComplete={autoComplete}
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          className="pr-18"
        />
        {isHydrated && (
          <button
            type="button"
            aria-pressed={isShown}
            aria-controls={id}
            onMouseDown={(event) => event.preventDefault()}
            onClick={toggle}
            className="absolute inset-y-1 right-1 cursor-pointer rounded-md px-3 text-sm font-medium text-muted hover:bg-raised hover:text-ink"
          >
            {isShown ? "Hide" : "Show"}
            <span className="sr-only"> password</span>
          </button>
        )}
      </div>
    </Field>
  );
}
