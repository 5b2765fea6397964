import type { ComponentProps, ReactNode } from "react";
import { describedControl, Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";

type TextFieldProps = ComponentProps<"input"> & {
  name: string;
  label: string;
  hint?: ReactNode;
  error?: string;
};

/** The id is the name, so that the error summary can link to the field. */
export function TextField({ label, hint, error, id, ...rest }: TextFieldProps) {
  const text = { id: id ?? rest.name, hint, error };
  return (
    <Field {...text} label={label}>
      <Input {...rest} {...describedControl(text)} />
    </Field>
  );
}
