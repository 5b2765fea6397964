import { resetByCodeAction } from "@/app/(signed-out)/reset-password/actions";
import { FormCard } from "@/components/form-card";
import { appName } from "@/lib/brand";
import { config } from "@/lib/config";
import { requireMethod } from "@/lib/http/method";
import { requestResetAction } from "./actions";
import { ForgotPasswordForm } from "./forgot-password-form";

export default function ForgotPasswordPage() {
  requireMethod("password");
  return (
    <FormCard heading="Reset your password">
      <ForgotPasswordForm
        action={requestResetAction}
        codeAction={resetByCodeAction}
        appName={appName()}
        minPasswordLength={config.password.minLength}
      />
    </FormCard>
  );
}
