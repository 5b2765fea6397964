"use client";

import { type ReactNode, useRef, useState, useTransition } from "react";
import { askForPasskey } from "@/components/ask-passkey";
import { Button, type ButtonTone } from "@/components/ui/button";
import { KeyIcon } from "@/components/ui/icon";
import { Spinner } from "@/components/ui/spinner";
import { useHasPasskeys } from "@/components/use-passkeys";

type PasskeyConfirmationProps = {
  /** Where the options come from. */
  optionsPath: string;
  action: (form: FormData) => void;
  label: string;
  tone: ButtonTone;
  /** Hidden fields that go along. */
  children: ReactNode;
};

/** Proves with a passkey that it is the owner. */
export function PasskeyConfirmation(props: PasskeyConfirmationProps) {
  const { optionsPath, action, label, tone, children } = props;
  const [note, setNote] = useState<string>();
  const [isSending, startSending] = useTransition();
  const form = useRef<HTMLFormElement>(null);
  const isAsking = useRef(false);
  const hasPasskeys = useHasPasskeys();

  async function press() {
    if (isAsking.current) return;
    isAsking.current = true;
    setNote(undefined);
    const outcome = await askForPasskey(optionsPath);
    isAsking.current = false;
    if (outcome.status === "refused") return setNote(outcome.message);
    if (outcome.status !== "answered") return setNote(unused);
    const fields = new FormData(form.current ?? undefined);
    fields.set("response", JSON.stringify(outcome.answer));
    startSending(() => action(fields));
  }

  if (!hasPasskeys) {
    return <p className="text-sm text-muted">This browser cannot use passkeys.</p>;
  }
  return (
    <>
      <p className="text-sm text-muted [@media(scripting:enabled)]:hidden">
        Your browser uses a passkey by JavaScript, which is off. Turn it on for this page.
      </p>
      <form ref={form} className="flex flex-col gap-2 [@media(scripting:none)]:hidden">
        {children}
        <Button
          tone={tone}
          className="w-full"
          aria-busy={isSending || undefined}
          onClick={press}
        >
          {isSending ? <Spinner className="size-5" /> : <KeyIcon />}
          {label}
        </Button>
        <p role="status" className="text-sm text-muted empty:hidden">
          {note}
        </p>
      </form>
    </>
  );
}

const unused = "No passkey was used. You can try again.";
