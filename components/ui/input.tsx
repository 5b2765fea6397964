import type { ComponentProps } from "react";

// 16 px text: iOS zooms into anything smaller on focus.
export const controlLook =
  "block h-10 w-full min-w-0 rounded-lg border border-line-strong bg-surface px-3 text-base text-ink aria-invalid:border-danger aria-invalid:ring-1 aria-invalid:ring-danger";

export function Input({ className = "", ...rest }: ComponentProps<"input">) {
  return <input className={`${controlLook} ${className}`} {...rest} />;
}
