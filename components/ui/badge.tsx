import type { ReactNode } from "react";

const tones = {
  neutral: "bg-raised text-muted",
  accent: "bg-accent-soft text-accent",
  danger: "bg-danger-soft text-danger",
};

type BadgeProps = { tone?: keyof typeof tones; children: ReactNode };

export function Badge({ tone = "neutral", children }: BadgeProps) {
  return (
    <span
      className={`inline-flex items-center rounded-full px-2 py-0.5 text-xs font-medium whitespace-nowrap ${tones[tone]}`}
    >
      {children}
    </span>
  );
}
