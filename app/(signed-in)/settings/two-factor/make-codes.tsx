import { SettingsSection } from "@/components/settings-section";
import { SubmitButton } from "@/components/submit-button";
import { TextLink } from "@/components/ui/text-link";
import type { Making } from "./address";

type MakeCodesProps = {
  making: Making;
  /** Receives `making`. */
  action: (form: FormData) => void;
};

const words: Record<Making, { title: string; lead: string; button: string }> = {
  codes: {
    title: "New backup codes",
    lead: "You get ten new codes, and the former ones stop working. Have a place ready to store them.",
    button: "Make new codes",
  },
  passkeys: {
    title: "Use your passkeys as second factor",
    lead: "After a password or a mailed link we ask for one of your passkeys. You get ten backup codes for when none is at hand, and your other devices are signed out.",
    button: "Turn on",
  },
};

/** Said before it is done: what there was before ends with it. */
export function MakeCodes({ making, action }: MakeCodesProps) {
  const { title, lead, button } = words[making];
  return (
    <SettingsSection title={title} lead={lead}>
      <form action={action} className="flex flex-wrap items-center gap-x-6 gap-y-3">
        <input type="hidden" name="making" value={making} />
        <SubmitButton>{button}</SubmitButton>
        <TextLink href="/settings/two-factor">Cancel</TextLink>
      </form>
    </SettingsSection>
  );
}
