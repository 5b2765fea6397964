"use client";

import type { AuthenticationResponseJSON } from "@simplewebauthn/browser";
import { type RefObject, useEffect, useRef, useState, useTransition } from "react";
import { askForPasskey, type PasskeyOutcome } from "@/components/ask-passkey";
import { awaitPasskey, type Waiting } from "@/components/await-passkey";
import { Button } from "@/components/ui/button";
import { KeyIcon } from "@/components/ui/icon";
import { Spinner } from "@/components/ui/spinner";
import { useHasPasskeys } from "@/components/use-passkeys";
import type { FormState } from "@/lib/form-state";

const path = "/api/auth/passkey/options";

type PasskeySignInProps = {
  /** Its fields go along, but for the password. */
  form: RefObject<HTMLFormElement | null>;
  action: (form: FormData) => void;
  /** The newest answer to this form, whichever button was pressed. */
  state: FormState;
  /** Milliseconds until a waiting request is begun anew. */
  renewAfter: number;
  /** Id of what is said about the button. */
  describedBy?: string;
};

/** By the button, or by picking a passkey in the list of the email field. */
export function PasskeySignIn(props: PasskeySignInProps) {
  const { form, action, state, renewAfter, describedBy } = props;
  const [note, setNote] = useState<string>();
  const [isSending, startSending] = useTransition();
  const waiting = useRef<Waiting>(null);
  const answered = useRef<AuthenticationResponseJSON>(null);
  const isAsking = useRef(false);
  const hasPasskeys = useHasPasskeys();

  const send = useRef((answer: AuthenticationResponseJSON) => {
    waiting.current?.hold();
    answered.current = answer;
    const fields = new FormData(form.current ?? undefined);
    fields.delete("password");
    fields.set("response", JSON.stringify(answer));
    startSending(() => action(fields));
  }).current;

  useEffect(() => {
    if (!hasPasskeys) return;
    waiting.current = awaitPasskey({ path, renewAfter, onAnswer: send });
    const submitted = form.current;
    const hold = () => waiting.current?.hold();
    submitted?.addEventListener("submit", hold);
    return () => {
      submitted?.removeEventListener("submit", hold);
      waiting.current?.stop();
    };
  }, [form, hasPasskeys, renewAfter, send]);

  useEffect(() => {
    if (state.status !== "error") return;
    const gone = state.reason === "unknown_passkey" ? answered.current?.id : undefined;
    if (gone) forget(gone);
    waiting.current?.release();
  }, [state]);

  async function press() {
    if (isAsking.current) return;
    isAsking.current = true;
    setNote(undefined);
    waiting.current?.hold();
    const outcome = await askForPasskey(path);
    isAsking.current = false;
    if (outcome.status === "answered") return send(outcome.answer);
    setNote(noteOf(outcome));
    waiting.current?.release();
  }

  if (!hasPasskeys) return null;
  return (
    // Without script it could do nothing.
    <div className="flex flex-col gap-2 [@media(scripting:none)]:hidden">
      <Button
        tone="secondary"
        className="w-full"
        aria-describedby={describedBy}
        aria-busy={isSending || undefined}
        onClick={press}
      >
        {isSending ? <Spinner className="size-5" /> : <KeyIcon />}
        Sign in with a passkey
      </Button>
      <p role="status" className="text-sm text-muted empty:hidden">
        {note}
      </p>
    </div>
  );
}

/** Quiet, and with what else there is: nothing has gone wrong. */
function noteOf(outcome: PasskeyOutcome<unknown>): string | undefined {
  switch (outcome.status) {
    case "refused":
      return outcome.message;
    case "cancelled":
      return "No passkey was used. You can try again or sign in another way.";
    case "aborted":
      return undefined;
    default:
      return "This browser could not use a passkey. You can sign in another way.";
  }
}

/** To the password manager that offered it; many know no signals yet. */
function forget(credentialId: string): void {
  const signal = { rpId: location.hostname, credentialId };
  Promise.resolve()
    .then(() => PublicKeyCredential.signalUnknownCredential?.(signal))
    .catch(() => {});
}
