import { FormCard } from "@/components/form-card";
import { appName } from "@/lib/brand";
import {
  readMagicLinkAction,
  redeemMagicLinkAction,
  renewMagicLinkAction,
} from "./actions";
import { MagicLinkForm } from "./magic-link-form";

export default function MagicLinkPage() {
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
