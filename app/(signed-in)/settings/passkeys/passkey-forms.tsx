"use client";

import { useActionState } from "react";
import { FormAnswer } from "@/components/form-answer";
import { PasskeyHero } from "@/components/passkey-hero";
import { useRemoval } from "@/components/use-removal";
import { type FormAction, idle } from "@/lib/form-state";
import { AddPasskey } from "./add-passkey";
import { AddedPasskey } from "./added-passkey";
import { CreatePasskey } from "./create-passkey";
import { type Passkey, PasskeyCard } from "./passkey-card";

type PasskeyFormsProps = {
  appName: string;
  passkeys: readonly Passkey[];
  maxPasskeys: number;
  /** What comes is explained, and then done. */
  isAdding: boolean;
  isConfirmed: boolean;
  /** The name of the one that was added just now. */
  added: string | null;
  /** Where its owner was going when they were led here. */
  next?: string;
  notice: string | null;
  addAction: FormAction;
  /** Receives `response`, of the browser. */
  finishAction: FormAction;
  /** Receives `passkeyId` and `name`. */
  renameAction: FormAction;
  /** Receives `passkeyId`. */
  removeAction: FormAction;
};

export function PasskeyForms(props: PasskeyFormsProps) {
  const { passkeys, maxPasskeys, isAdding, added, next } = props;
  const [asked, addAction] = useActionState(props.addAction, idle);
  const [renamed, renameAction] = useActionState(props.renameAction, idle);
  const [removed, removeAction] = useActionState(props.removeAction, idle);
  const { list, expectEnd } = useRemoval(passkeys);
  const isFull = passkeys.length >= maxPasskeys;

  return (
    <div className="space-y-6">
      <FormAnswer
        title="Passkeys"
        appName={props.appName}
        states={[asked, renamed, removed]}
        fields={[]}
        notice={props.notice}
      />
      {added !== null && <AddedPasskey name={added} next={next} />}
      {isAdding && !isFull && (
        <CreatePasskey
          isConfirmed={props.isConfirmed}
          next={next}
          confirmAction={addAction}
          finishAction={props.finishAction}
        />
      )}
      {passkeys.length === 0 && !isAdding && (
        <PasskeyHero>
          <AddPasskey action={addAction} />
        </PasskeyHero>
      )}
      {passkeys.length > 0 && (
        <ul ref={list} aria-label="Your passkeys" className="space-y-4">
          {passkeys.map((passkey, index) => (
            <PasskeyCard
              key={passkey.id}
              passkey={passkey}
              renamed={renamed}
              removed={removed}
              renameAction={renameAction}
              removeAction={removeAction}
              onRemove={() => expectEnd([passkey], index)}
            />
          ))}
        </ul>
      )}
      {isFull && (
        <p className="text-sm text-muted">
          You have {passkeys.length} passkeys, as many as an account can have. Remove one
          to add another.
        </p>
      )}
      {passkeys.length > 0 && !isAdding && !isFull && <AddPasskey action={addAction} />}
    </div>
  );
}
