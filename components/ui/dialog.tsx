// The browser's own modal dialog: focus inside, Esc and a click outside close
// it, focus returns to what opened it. `method="dialog"` closes it without
// JavaScript.

import type { ReactNode } from "react";
import { buttonClass } from "@/components/ui/button";

type DialogProps = {
  id: string;
  title: string;
  children?: ReactNode;
  /** What is asked for, as parts of the form that goes ahead. */
  fields?: ReactNode;
  /** What goes ahead: usually a form with one submit button. */
  confirm: ReactNode;
};

export function Dialog({ id, title, children, fields, confirm }: DialogProps) {
  return (
    <dialog
      id={id}
      aria-labelledby={`${id}-title`}
      aria-describedby={children ? `${id}-text` : undefined}
      className="m-auto w-[min(28rem,calc(100vw-2rem))] rounded-2xl border border-line bg-surface p-6 text-ink shadow-float backdrop:bg-black/50"
      // React's types do not know this attribute yet.
      {...{ closedby: "any" }}
    >
      <h2 id={`${id}-title`} className="text-lg font-semibold">
        {title}
      </h2>
      {children && (
        <div id={`${id}-text`} className="mt-2 text-sm text-muted">
          {children}
        </div>
      )}
      {fields && <div className="mt-4">{fields}</div>}
      <div className="mt-6 flex flex-wrap justify-end gap-3">
        <form method="dialog" className="grow sm:grow-0">
          <button type="submit" className={buttonClass("secondary", "w-full")}>
            Cancel
          </button>
        </form>
        {confirm}
      </div>
    </dialog>
  );
}
