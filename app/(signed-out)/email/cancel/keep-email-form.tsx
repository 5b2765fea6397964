"use client";

import { MailedLink, type Values } from "@/components/mailed-link";
import { Outcome } from "@/components/outcome";
import { PageTitle } from "@/components/page-title";
import { buttonClass } from "@/components/ui/button";
import { TextLink } from "@/components/ui/text-link";
import type { FormAction, FormState } from "@/lib/form-state";

const title = "Keep your old email";

type KeepEmailFormProps = {
  readAction: FormAction;
  action: FormAction;
  appName: string;
  takesPassword: boolean;
};

export function KeepEmailForm(props: KeepEmailFormProps) {
  const { readAction, action, appName, takesPassword } = props;
  return (
    <MailedLink
      title={title}
      appName={appName}
      readAction={readAction}
      action={action}
      button="Keep this address"
      ask={(about) => <Question about={about} />}
      waysOn={() => <WaysOn takesPassword={takesPassword} />}
      withoutToken={
        <div className="space-y-3 text-sm">
          <PageTitle title={title} appName={appName} />
          <p className="text-muted">
            Open this page by the link in our mail, in a browser with JavaScript. While
            the change waits, you can also sign in and cancel it in your profile.
          </p>
          <p>
            <TextLink href="/settings/profile">Go to your profile</TextLink>
          </p>
        </div>
      }
      done={(state) => (
        <EmailKept appName={appName} takesPassword={takesPassword} state={state} />
      )}
    />
  );
}

function Question({ about }: { about: Values }) {
  const { oldEmail, newEmail, change } = about;
  const name = "font-medium wrap-anywhere text-ink";
  return (
    <div className="space-y-2 text-sm text-muted">
      <p>
        {change === "done" ? "The address of your account was" : "Somebody asked to have"}{" "}
        {change === "done" ? "changed" : "the address of your account changed"} from{" "}
        <strong className={name}>{oldEmail}</strong> to{" "}
        <strong className={name}>{newEmail}</strong>.
      </p>
      <p>
        {change === "done"
          ? "The button gives your account its old address back and signs every device out."
          : "The button cancels that. Nothing has changed yet."}
      </p>
    </div>
  );
}

type EmailKeptProps = { appName: string; takesPassword: boolean; state: FormState };

function EmailKept({ appName, takesPassword, state }: EmailKeptProps) {
  const { status, email } = state.values ?? {};
  return (
    <Outcome
      title={title}
      appName={appName}
      message={
        status === "restored" ? (
          <>
            <p className="font-medium wrap-anywhere">Your email is {email} again.</p>
            <p>Every device was signed out.</p>
          </>
        ) : (
          <>
            <p className="font-medium">The change is cancelled.</p>
            <p className="wrap-anywhere">Your email is still {email}.</p>
          </>
        )
      }
    >
      <p className="text-sm text-muted">
        If you did not ask for the change, somebody else can enter your account:{" "}
        {takesPassword
          ? "choose a new password. That signs every device out."
          : "sign out every device that is not yours."}
      </p>
      <a
        href={takesPassword ? "/forgot-password" : "/settings/devices"}
        className={buttonClass("primary", "w-full")}
      >
        {takesPassword ? "Choose a new password" : "See your devices"}
      </a>
    </Outcome>
  );
}

function WaysOn({ takesPassword }: { takesPassword: boolean }) {
  return (
    <div className="space-y-3 text-sm">
      <p className="text-muted">
        If another mail about a change has come since, open the link in that one.
        {takesPassword &&
          " If you fear that somebody else can enter your account, choose a new password."}
      </p>
      <p className="flex flex-wrap gap-x-6 gap-y-2">
        {takesPassword && (
          <TextLink href="/forgot-password">Choose a new password</TextLink>
        )}
        <TextLink href="/login">Sign in</TextLink>
      </p>
    </div>
  );
}
