// A label, its control, a hint and an error. The hint and the error stay out
// of the label, so that the control's name is the word the screen shows.

import type { ReactNode } from "react";
import { WarningIcon } from "@/components/ui/icon";

export type FieldText = { id: string; hint?: ReactNode; error?: string };

/** What a control needs so that its hint and error are read with it. */
export function describedControl({ id, hint, error }: FieldText) {
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean);
  return {
    id,
    "aria-invalid": error ? true : undefined,
    "aria-describedby": describedBy.length > 0 ? describedBy.join(" ") : undefined,
  };
}

type FieldProps = FieldText & { label: string; children: ReactNode };

export function Field({ id, label, hint, error, children }: FieldProps) {
  return (
    <div className="space-y-1.5">
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
      </label>
      {children}
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="flex gap-1.5 text-sm text-danger">
          <WarningIcon className="mt-0.5 size-4" />
          <span>{error}</span>
        </p>
      )}
    </div>
  );
}
