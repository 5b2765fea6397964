// A boxed message. It has no role of its own: whoever shows it knows whether it
// interrupts (`alert`), waits (`status`) or was there from the start.

import type { ComponentProps } from "react";
import { CheckIcon, InfoIcon, WarningIcon } from "@/components/ui/icon";

const looks = {
  info: { box: "border-line bg-raised text-ink", Icon: InfoIcon },
  success: { box: "border-success/30 bg-success-soft text-success", Icon: CheckIcon },
  danger: { box: "border-danger/40 bg-danger-soft text-danger", Icon: WarningIcon },
};

type AlertProps = ComponentProps<"div"> & { tone?: keyof typeof looks };

export function Alert({ tone = "info", className = "", children, ...rest }: AlertProps) {
  const { box, Icon } = looks[tone];
  return (
    <div
      className={`flex gap-2.5 rounded-lg border px-3.5 py-3 text-sm ${box} ${className}`}
      {...rest}
    >
      <Icon />
      <div className="min-w-0 flex-1">{children}</div>
    </div>
  );
}
