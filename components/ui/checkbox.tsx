import type { ComponentProps } from "react";

type CheckboxProps = Omit<ComponentProps<"input">, "type"> & {
  name: string;
  label: string;
};

/** The whole line is the target, 40 px high. */
export function Checkbox({ label, id, ...rest }: CheckboxProps) {
  const controlId = id ?? rest.name;
  return (
    <label
      htmlFor={controlId}
      className="flex min-h-10 cursor-pointer items-center gap-2.5 text-sm"
    >
      <input
        type="checkbox"
        id={controlId}
        className="size-4.5 accent-accent"
        {...rest}
      />
      {label}
    </label>
  );
}
