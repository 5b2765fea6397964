"use client";

import { SubmitButton } from "@/components/submit-button";
import { Dialog } from "@/components/ui/dialog";
import { DialogButton } from "@/components/ui/dialog-button";
import { useDialogClosing } from "@/components/use-dialog-closing";

type EndOthersProps = {
  count: number;
  action: (form: FormData) => void;
  /** Changes with every answer; an answer closes the dialog. */
  answeredAt?: number;
  onEnd: () => void;
};

const dialogId = "end-others";

export function EndOthers({ count, action, answeredAt, onEnd }: EndOthersProps) {
  const devices = count === 1 ? "device" : "devices";

  useDialogClosing(dialogId, answeredAt);

  return (
    <>
      <DialogButton dialogId={dialogId} tone="secondary">
        Sign out all other devices ({count})
      </DialogButton>
      <Dialog
        id={dialogId}
        title={`Sign out ${count} other ${devices}?`}
        confirm={
          <form action={action} onSubmit={onEnd} className="grow sm:grow-0">
            <SubmitButton tone="danger" className="w-full">
              Sign out {count} {devices}
            </SubmitButton>
          </form>
        }
      >
        {count === 1 ? "It has" : "They have"} to sign in again. This device stays signed
        in.
      </Dialog>
    </>
  );
}
