"use client";

import { RelativeTime } from "@/components/relative-time";
import { SettingsSection } from "@/components/settings-section";
import { SubmitButton } from "@/components/submit-button";
import { buttonClass } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { DialogButton } from "@/components/ui/dialog-button";
import { TextLink } from "@/components/ui/text-link";
import { useDialogClosing } from "@/components/use-dialog-closing";

export type TwoFactorState = {
  isOn: boolean;
  /** By the role: it cannot be turned off. */
  isDemanded: boolean;
  takesPasskeys: boolean;
  /** Some that can be a second factor. */
  hasPasskeys: boolean;
  app: { createdAt: string; lastUsedAt: string | null } | null;
  codesLeft: number;
};

type TwoFactorStatusProps = TwoFactorState & {
  setUpAction: (form: FormData) => void;
  removeAction: (form: FormData) => void;
  turnOffAction: (form: FormData) => void;
  /** Changes with every answer; an answer closes the dialogs. */
  answeredAt?: number;
};

const removeId = "remove-app";
const turnOffId = "turn-off";

export function TwoFactorStatus(props: TwoFactorStatusProps) {
  const { isOn, isDemanded, takesPasskeys, hasPasskeys, app, codesLeft } = props;
  return (
    <>
      <SettingsSection title="Authenticator app" lead={leadOfApp(app)}>
        <div className="flex flex-wrap gap-3">
          <form action={props.setUpAction}>
            <SubmitButton tone={app ? "secondary" : "primary"}>
              {app ? "Set up another app" : "Set up authenticator app"}
            </SubmitButton>
          </form>
          {app && hasPasskeys && <RemoveApp {...props} />}
        </div>
      </SettingsSection>
      {takesPasskeys && <Passkeys {...props} />}
      {isOn && (
        <SettingsSection title="Backup codes" lead={leadOfCodes(codesLeft)}>
          <p>
            <a href="/settings/two-factor?new=codes" className={buttonClass("secondary")}>
              Get new codes
            </a>
          </p>
        </SettingsSection>
      )}
      {isOn && !isDemanded && <TurnOff {...props} />}
    </>
  );
}

function leadOfApp(app: TwoFactorState["app"]) {
  if (!app) {
    return "An app on your phone shows a new six-digit code every half minute.";
  }
  return (
    <>
      {/* Lines: when the browser puts its own words, nothing moves aside. */}
      <span className="block">
        Set up <RelativeTime dateTime={app.createdAt} />.
      </span>
      {app.lastUsedAt ? (
        <span className="block">
          Last used <RelativeTime dateTime={app.lastUsedAt} />.
        </span>
      ) : (
        "Not used to sign in yet."
      )}
    </>
  );
}

function Passkeys(props: TwoFactorStatusProps) {
  return (
    <SettingsSection title="Passkeys" lead={leadOfPasskeys(props)}>
      <p className="flex flex-wrap items-center gap-x-6 gap-y-3 text-sm">
        {props.hasPasskeys && !props.isOn && (
          <a
            href="/settings/two-factor?new=passkeys"
            className={buttonClass("secondary")}
          >
            Use my passkeys
          </a>
        )}
        <TextLink href="/settings/passkeys">Manage your passkeys</TextLink>
      </p>
    </SettingsSection>
  );
}

function leadOfPasskeys({ isOn, hasPasskeys }: TwoFactorState): string {
  if (!hasPasskeys) {
    return "A passkey that asks for your fingerprint, face or screen lock is two factors by itself, and can be the second one after a password.";
  }
  return isOn
    ? "Your passkeys are asked for after a password or a mailed link."
    : "Your passkeys sign you in by themselves. They can be asked for after a password or a mailed link, too.";
}

function leadOfCodes(left: number): string {
  if (left === 0) {
    return "You have none left. Without them a lost phone locks you out.";
  }
  return `You have ${left} of your backup codes left. Each works once, when nothing else is at hand.`;
}

function RemoveApp({ removeAction, answeredAt }: TwoFactorStatusProps) {
  useDialogClosing(removeId, answeredAt);
  return (
    <>
      <DialogButton dialogId={removeId} tone="secondary">
        Remove
      </DialogButton>
      <Dialog
        id={removeId}
        title="Remove your authenticator app?"
        confirm={
          <form action={removeAction} className="grow sm:grow-0">
            <SubmitButton tone="danger" className="w-full">
              Remove it
            </SubmitButton>
          </form>
        }
      >
        Your passkeys stay your second factor. Your other devices are signed out, and no
        browser is trusted any more.
      </Dialog>
    </>
  );
}

function TurnOff({ turnOffAction, answeredAt }: TwoFactorStatusProps) {
  useDialogClosing(turnOffId, answeredAt);
  return (
    <SettingsSection
      tone="danger"
      title="Turn off two-factor authentication"
      lead="A password or a mailed link alone then signs in to your account."
    >
      <div>
        <DialogButton dialogId={turnOffId} tone="danger">
          Turn off
        </DialogButton>
        <Dialog
          id={turnOffId}
          title="Turn off two-factor authentication?"
          confirm={
            <form action={turnOffAction} className="grow sm:grow-0">
              <SubmitButton tone="danger" className="w-full">
                Turn it off
              </SubmitButton>
            </form>
          }
        >
          Your authenticator app and backup codes stop working. Your other devices are
          signed out, and no browser is trusted any more.
        </Dialog>
      </div>
    </SettingsSection>
  );
}
