"use client";

import { SettingsSection } from "@/components/settings-section";
import { SubmitButton } from "@/components/submit-button";
import { Dialog } from "@/components/ui/dialog";
import { DialogButton } from "@/components/ui/dialog-button";
import { useDialogClosing } from "@/components/use-dialog-closing";

type RemovePasswordProps = {
  action: (form: FormData) => void;
  /** Changes with every answer; an answer closes the dialog. */
  answeredAt?: number;
};

const dialogId = "remove-password";

/** For an account that has a passkey as well. */
export function RemovePassword({ action, answeredAt }: RemovePasswordProps) {
  useDialogClosing(dialogId, answeredAt);

  return (
    <SettingsSection
      title="Do without a password"
      lead="What does not exist can be neither guessed nor stolen. Your passkeys sign you in."
    >
      <div>
        <DialogButton dialogId={dialogId} tone="secondary">
          Remove password
        </DialogButton>
        <Dialog
          id={dialogId}
          title="Remove your password?"
          confirm={
            <form action={action} className="grow sm:grow-0">
              <SubmitButton tone="danger" className="w-full">
                Remove it
              </SubmitButton>
            </form>
          }
        >
          You then sign in with a passkey or a mailed link. Your other devices are signed
          out. You can set a password again at any time.
        </Dialog>
      </div>
    </SettingsSection>
  );
}
