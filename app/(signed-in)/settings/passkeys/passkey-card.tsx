"use client";

import { useEffect, useId } from "react";
import { PasskeyMark } from "@/components/passkey-mark";
import { RelativeTime } from "@/components/relative-time";
import { SubmitButton } from "@/components/submit-button";
import { Badge } from "@/components/ui/badge";
import { Dialog } from "@/components/ui/dialog";
import { DialogButton } from "@/components/ui/dialog-button";
import { Facts } from "@/components/ui/facts";
import { TextField } from "@/components/ui/text-field";
import { useDialogClosing } from "@/components/use-dialog-closing";
import type { FormState } from "@/lib/form-state";

export type Passkey = {
  id: string;
  name: string;
  /** Who keeps it, where that is known. */
  provider: string | null;
  /** What it is, where that is not. */
  kind: string;
  backup: { badge: string; sentence: string };
  createdAt: string;
  lastUsedAt: string | null;
};

type PasskeyCardProps = {
  passkey: Passkey;
  /** The newest answers, whichever passkey they are about. */
  renamed: FormState;
  removed: FormState;
  renameAction: (form: FormData) => void;
  removeAction: (form: FormData) => void;
  onRemove: () => void;
};

export function PasskeyCard(props: PasskeyCardProps) {
  const { passkey } = props;
  const { name, backup, createdAt, lastUsedAt } = passkey;
  const nameId = `passkey-${passkey.id}`;
  // A passkey is called after it, until its owner calls it otherwise.
  const made = passkey.provider ?? passkey.kind;
  return (
    <li
      tabIndex={-1}
      className="flex flex-wrap items-start gap-x-4 gap-y-3 rounded-2xl border border-line bg-surface p-4 shadow-card sm:p-5"
    >
      <PasskeyMark provider={passkey.provider} />
      <div className="flex min-w-0 flex-1 basis-48 flex-wrap items-start gap-x-4 gap-y-3">
        <div className="min-w-0 flex-1 basis-60 space-y-1 text-sm">
          <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
            <span id={nameId} className="min-w-0 font-medium wrap-anywhere">
              {name}
            </span>
            <Badge>{backup.badge}</Badge>
          </p>
          <Facts>
            {!name.startsWith(made) && <span>{made}</span>}
            <span>{backup.sentence}</span>
          </Facts>
          {/* Columns: when the browser puts its own words, nothing moves aside. */}
          <p className="grid gap-x-4 text-muted md:grid-cols-[11.5rem_1fr] md:[@media(scripting:none)]:grid-cols-[15rem_1fr]">
            <span>
              Created <RelativeTime dateTime={createdAt} />
            </span>
            <LastUsed at={lastUsedAt} />
          </p>
        </div>
        <div className="flex flex-wrap gap-3">
          <Rename {...props} nameId={nameId} />
          <Remove {...props} nameId={nameId} />
        </div>
      </div>
    </li>
  );
}

function LastUsed({ at }: { at: string | null }) {
  if (at === null) return <span>Never used</span>;
  return (
    <span>
      Last used <RelativeTime dateTime={at} />
    </span>
  );
}

type PartProps = PasskeyCardProps & { nameId: string };

function Rename({ passkey, renamed, renameAction, nameId }: PartProps) {
  const { id, name } = passkey;
  const dialogId = `rename-${id}`;
  const fieldId = `name-${id}`;
  const formId = useId();
  const isOwn = renamed.values?.passkeyId === id && renamed.status === "error";
  const error = isOwn ? renamed.fieldErrors?.name : undefined;
  // What is wrong with the name is mended in the dialog.
  useDialogClosing(dialogId, error ? undefined : renamed.at);

  useEffect(() => {
    if (error && renamed.at) document.getElementById(fieldId)?.focus();
  }, [error, fieldId, renamed.at]);

  return (
    <>
      <DialogButton dialogId={dialogId} tone="secondary" describedBy={nameId}>
        Rename
      </DialogButton>
      <Dialog
        id={dialogId}
        title={`Rename ${name}`}
        fields={
          <TextField
            id={fieldId}
            form={formId}
            name="name"
            label="Name"
            maxLength={60}
            defaultValue={isOwn ? renamed.values?.name : name}
            error={error}
          />
        }
        confirm={
          <form id={formId} action={renameAction} noValidate className="grow sm:grow-0">
            <input type="hidden" name="passkeyId" value={id} />
            <SubmitButton className="w-full">Save name</SubmitButton>
          </form>
        }
      />
    </>
  );
}

function Remove({ passkey, removed, removeAction, onRemove, nameId }: PartProps) {
  const { id, name } = passkey;
  const dialogId = `remove-${id}`;
  useDialogClosing(dialogId, removed.at);

  return (
    <>
      <DialogButton dialogId={dialogId} tone="secondary" describedBy={nameId}>
        Remove
      </DialogButton>
      <Dialog
        id={dialogId}
        title={`Remove ${name}?`}
        confirm={
          <form action={removeAction} onSubmit={onRemove} className="grow sm:grow-0">
            <input type="hidden" name="passkeyId" value={id} />
            <SubmitButton tone="danger" className="w-full">
              Remove passkey
            </SubmitButton>
          </form>
        }
      >
        It no longer signs you in, and other devices that are signed in with it are signed
        out. Your device or password manager may still show it for a while; you can delete
        it there.
      </Dialog>
    </>
  );
}
