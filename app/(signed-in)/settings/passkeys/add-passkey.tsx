"use client";

import { NoPasskeys, NoScript } from "@/components/no-passkeys";
import { SubmitButton } from "@/components/submit-button";
import { useHasPasskeys } from "@/components/use-passkeys";

/** Leads to the explanation, by way of a confirmation where one is due. */
export function AddPasskey({ action }: { action: (form: FormData) => void }) {
  if (!useHasPasskeys()) return <NoPasskeys />;
  return (
    <>
      <form action={action} className="[@media(scripting:none)]:hidden">
        <SubmitButton>Add a passkey</SubmitButton>
      </form>
      <NoScript />
    </>
  );
}
