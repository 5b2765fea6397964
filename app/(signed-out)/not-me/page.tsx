import { FormCard } from "@/components/form-card";
import { isEnabled } from "@/lib/auth/policy";
import { appName } from "@/lib/brand";
import { readNotMeLinkAction, secureAccountAction } from "./actions";
import { NotMeForm } from "./not-me-form";

export default function NotMePage() {
  return (
    <FormCard heading="This wasn't me">
      <NotMeForm
        readAction={readNotMeLinkAction}
        action={secureAccountAction}
        appName={appName()}
        takesPassword={isEnabled("password")}
      />
    </FormCard>
  );
}
