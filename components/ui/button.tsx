import type { ComponentProps } from "react";

const tones = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover",
  secondary: "border border-line-strong bg-surface text-ink hover:bg-raised",
  danger: "bg-danger text-on-danger hover:bg-danger-hover",
  quiet: "text-ink hover:bg-raised",
};

export type ButtonTone = keyof typeof tones;

/** The look of a button, for links that act as one. */
export function buttonClass(tone: ButtonTone = "primary", className = ""): string {
  return `relative inline-flex min-h-10 cursor-pointer items-center justify-center gap-2 rounded-lg px-4 py-2 text-center text-sm font-medium transition-colors aria-disabled:cursor-default aria-disabled:opacity-70 ${tones[tone]} ${className}`;
}

type ButtonProps = ComponentProps<"button"> & { tone?: ButtonTone };

export function Button({ tone, className, type = "button", ...rest }: ButtonProps) {
  return <button type={type} className={buttonClass(tone, className)} {...rest} />;
}
