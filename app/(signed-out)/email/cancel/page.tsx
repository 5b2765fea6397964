import { FormCard } from "@/components/form-card";
import { isEnabled } from "@/lib/auth/policy";
import { appName } from "@/lib/brand";
import { cancelEmailAction, readCancelLinkAction } from "./actions";
import { KeepEmailForm } from "./keep-email-form";

export default function CancelEmailPage() {
  return (
    <FormCard heading="Keep your old email">
      <KeepEmailForm
        readAction={readCancelLinkAction}
        action={cancelEmailAction}
        appName={appName()}
        takesPassword={isEnabled("password")}
      />
    </FormCard>
  );
}
