import { FormCard } from "@/components/form-card";
import { appName } from "@/lib/brand";
import { config } from "@/lib/config";
import { requireMethod } from "@/lib/http/method";
import { readResetLinkAction, resetByCodeAction, resetByLinkAction } from "./actions";
import { ResetPasswordForm } from "./reset-password-form";

export default function ResetPasswordPage() {
  requireMethod("password");
  return (
    <FormCard heading="Choose a new password">
      <ResetPasswordForm
        readAction={readResetLinkAction}
        action={resetByLinkAction}
        codeAction={resetByCodeAction}
        appName={appName()}
        minPasswordLength={config.password.minLength}
      />
    </FormCard>
  );
}
