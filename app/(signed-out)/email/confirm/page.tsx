import { FormCard } from "@/components/form-card";
import { appName } from "@/lib/brand";
import { confirmEmailAction, readConfirmLinkAction } from "./actions";
import { ConfirmEmailForm } from "./confirm-email-form";

export default function ConfirmEmailPage() {
  return (
    <FormCard heading="Confirm your new email">
      <ConfirmEmailForm
        readAction={readConfirmLinkAction}
        action={confirmEmailAction}
        appName={appName()}
      />
    </FormCard>
  );
}
