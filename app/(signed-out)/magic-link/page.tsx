import { FormCard } from "@/components/form-card";
import { appName } from "@/lib/brand";
import { requireMethod } from "@/lib/http/method";
import {
  readMagicLinkAction,
  redeemMagicLinkAction,
  renewMagicLinkAction,
} from "./actions";
import { MagicLinkForm } from "./magic-link-form";

export default function MagicLinkPage() {
  requireMethod("magic_link");
  return (
    <FormCard heading={`Sign in to ${appName()}`}>
      <MagicLinkForm
        readAction={readMagicLinkAction}
        renewAction={renewMagicLinkAction}
        action={redeemMagicLinkAction}
        appName={appName()}
      />
    </FormCard>
  );
}
