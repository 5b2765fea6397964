"use client";

import { Alert } from "@/components/ui/alert";
import { TextLink } from "@/components/ui/text-link";
import { useArrival } from "@/components/use-arrival";

type AddedPasskeyProps = { name: string; next?: string };

/** The confirmation after the system's dialog. */
export function AddedPasskey({ name, next }: AddedPasskeyProps) {
  const box = useArrival<HTMLDivElement>();
  return (
    <Alert ref={box} tone="success" tabIndex={-1}>
      <p className="font-medium wrap-anywhere">Passkey added: {name}</p>
      <p className="mt-1">
        From now on it signs you in, and confirms that it is you, without a password. We
        sent you a mail about it.
      </p>
      {next && (
        <p className="mt-2">
          <TextLink href={next}>Continue</TextLink>
        </p>
      )}
    </Alert>
  );
}
