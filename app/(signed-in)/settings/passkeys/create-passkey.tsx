"use client";

// The explanation before the system's dialog, and what came of that. Nothing that
// ends without a passkey is anybody's fault.

import { useRouter } from "next/navigation";
import { startTransition, useActionState, useRef, useState } from "react";
import type { PasskeyOutcome } from "@/components/ask-passkey";
import { NoPasskeys, NoScript } from "@/components/no-passkeys";
import { createPasskey } from "@/components/passkeys";
import { SubmitButton } from "@/components/submit-button";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { KeyIcon } from "@/components/ui/icon";
import { Spinner } from "@/components/ui/spinner";
import { TextLink } from "@/components/ui/text-link";
import { useArrival } from "@/components/use-arrival";
import { useHasPasskeys } from "@/components/use-passkeys";
import { type FormAction, idle } from "@/lib/form-state";

type CreatePasskeyProps = {
  isConfirmed: boolean;
  next?: string;
  /** Comes back here after a confirmation. */
  confirmAction: (form: FormData) => void;
  finishAction: FormAction;
};

export function CreatePasskey(props: CreatePasskeyProps) {
  const { isConfirmed, next, confirmAction } = props;
  const heading = useArrival<HTMLHeadingElement>();
  const { create, isBusy, note } = useCreation(props.finishAction, next);
  const canCreate = useHasPasskeys();

  return (
    <Card className="grid gap-4 p-5 sm:p-6">
      <h2 ref={heading} tabIndex={-1} className="font-semibold">
        Create a passkey
      </h2>
      <p className="text-sm text-muted">
        Your device will ask for your fingerprint, face or screen lock. Nothing about them
        leaves the device. We keep a public key, which is of no use to anybody else.
      </p>
      {!canCreate && <NoPasskeys />}
      <NoScript />
      <div className="flex flex-wrap items-center gap-x-5 gap-y-3">
        {canCreate && isConfirmed && <CreateButton onClick={create} isBusy={isBusy} />}
        {canCreate && !isConfirmed && (
          <form action={confirmAction} className="[@media(scripting:none)]:hidden">
            {next && <input type="hidden" name="next" value={next} />}
            <SubmitButton>Confirm that it is you first</SubmitButton>
          </form>
        )}
        <TextLink href={next ?? "/settings/passkeys"} className="text-sm">
          {next ? "Skip for now" : "Cancel"}
        </TextLink>
      </div>
      <p role="status" className="text-sm text-muted empty:hidden">
        {note}
      </p>
    </Card>
  );
}

type CreateButtonProps = { onClick: () => void; isBusy: boolean };

function CreateButton({ onClick, isBusy }: CreateButtonProps) {
  return (
    <Button
      className="[@media(scripting:none)]:hidden"
      onClick={onClick}
      aria-disabled={isBusy || undefined}
      aria-busy={isBusy || undefined}
    >
      {isBusy ? <Spinner className="size-5" /> : <KeyIcon />}
      Create passkey
    </Button>
  );
}

function useCreation(finishAction: FormAction, next?: string) {
  const [state, finish, isFinishing] = useActionState(finishAction, idle);
  const [note, setNote] = useState<string>();
  const [isAsking, setIsAsking] = useState(false);
  const isHeld = useRef(false);
  const router = useRouter();

  async function create() {
    if (isHeld.current || isFinishing) return;
    isHeld.current = true;
    setIsAsking(true);
    setNote(undefined);
    const outcome = await createPasskey("/api/account/passkeys/options");
    isHeld.current = false;
    setIsAsking(false);
    if (outcome.status !== "answered") {
      setNote(noteOf(outcome));
      // The confirmation may have run out: the page then asks for it.
      if (outcome.status === "refused") router.refresh();
      return;
    }
    const fields = new FormData();
    fields.set("response", JSON.stringify(outcome.answer));
    if (next) fields.set("next", next);
    startTransition(() => finish(fields));
  }

  const isBusy = isAsking || isFinishing;
  return { create, isBusy, note: note ?? (isBusy ? undefined : state.message) };
}

function noteOf(outcome: PasskeyOutcome<unknown>): string | undefined {
  switch (outcome.status) {
    case "refused":
      return outcome.message;
    case "cancelled":
      return "No passkey was created. You can try again, or go on signing in as before.";
    case "registered":
      return "This device already has a passkey for your account. You can use that one, or add one on another device.";
    case "aborted":
      return undefined;
    default:
      return "This browser could not create a passkey. You can try another browser or device.";
  }
}
