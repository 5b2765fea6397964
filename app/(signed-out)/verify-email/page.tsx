import { FormCard } from "@/components/form-card";
import { appName } from "@/lib/brand";
import { config } from "@/lib/config";
import { renewLinkAction, verifyLinkAction } from "./actions";
import { VerifyEmailForm } from "./verify-email-form";

export default function VerifyEmailPage() {
  return (
    <FormCard heading="Confirm your email">
      <VerifyEmailForm
        action={verifyLinkAction}
        renewAction={renewLinkAction}
        appName={appName()}
        minPasswordLength={config.password.minLength}
      />
    </FormCard>
  );
}
