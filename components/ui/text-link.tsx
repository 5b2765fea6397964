// A plain anchor: signed-out pages stay without the router's link, and every
// link works before and without JavaScript.

import type { ComponentProps } from "react";

export function TextLink({ className = "", ...rest }: ComponentProps<"a">) {
  return (
    <a
      className={`rounded-sm font-medium text-accent underline decoration-accent/40 underline-offset-4 hover:decoration-accent ${className}`}
      {...rest}
    />
  );
}
