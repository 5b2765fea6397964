"use client";

// The summary above a form. It interrupts, takes focus with every answer, and
// links each faulty field.

import { useEffect, useRef } from "react";
import { Alert } from "@/components/ui/alert";
import type { FormState } from "@/lib/form-state";

type FormMessageProps = {
  state: FormState;
  /** Ids of fields on the page; an error of any other field is shown unlinked. */
  fields?: readonly string[];
  /** Words of the message that lead somewhere. */
  link?: { words: string; href: string };
};

const linkClass = "rounded-sm underline underline-offset-4";

export function FormMessage({ state, fields = [], link }: FormMessageProps) {
  const box = useRef<HTMLDivElement>(null);
  const failedAt = state.status === "error" ? (state.at ?? 0) : null;

  useEffect(() => {
    if (failedAt !== null) box.current?.focus();
  }, [failedAt]);

  if (failedAt === null) return null;
  const fieldErrors = Object.entries(state.fieldErrors ?? {});
  return (
    <Alert ref={box} tone="danger" role="alert" tabIndex={-1}>
      <p className="font-medium">
        <Message text={state.message ?? "There is a problem."} link={link} />
      </p>
      {fieldErrors.length > 0 && (
        <ul className="mt-1 space-y-1">
          {fieldErrors.map(([field, text]) => (
            <li key={field}>
              {fields.includes(field) ? (
                <a href={`#${field}`} className={linkClass}>
                  {text}
                </a>
              ) : (
                text
              )}
            </li>
          ))}
        </ul>
      )}
    </Alert>
  );
}

type MessageProps = { text: string; link: FormMessageProps["link"] };

function Message({ text, link }: MessageProps) {
  const at = link ? text.indexOf(link.words) : -1;
  if (!link || at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <a href={link.href} className={linkClass}>
        {link.words}
      </a>
      {text.slice(at + link.words.length)}
    </>
  );
}
