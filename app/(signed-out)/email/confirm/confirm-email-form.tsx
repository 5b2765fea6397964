"use client";

import { MailedLink } from "@/components/mailed-link";
import { describeEnded, Outcome } from "@/components/outcome";
import { PageTitle } from "@/components/page-title";
import { buttonClass } from "@/components/ui/button";
import { TextLink } from "@/components/ui/text-link";
import type { FormAction, FormState } from "@/lib/form-state";

const title = "Confirm your new email";

type ConfirmEmailFormProps = {
  readAction: FormAction;
  action: FormAction;
  appName: string;
};

export function ConfirmEmailForm({ readAction, action, appName }: ConfirmEmailFormProps) {
  return (
    <MailedLink
      title={title}
      appName={appName}
      readAction={readAction}
      action={action}
      button="Continue"
      ask={({ email }) => (
        <p className="text-sm text-muted">
          Press the button to make{" "}
          <strong className="font-medium wrap-anywhere text-ink">{email}</strong> the
          address of your account. Other devices will be signed out.
        </p>
      )}
      waysOn={() => <AskAgain />}
      withoutToken={
        <div className="space-y-3 text-sm">
          <PageTitle title={title} appName={appName} />
          <p className="text-muted">
            Open this page by the link in our mail, in a browser with JavaScript. Or sign
            in and type the code from the mail in your profile.
          </p>
          <p>
            <TextLink href="/settings/profile">Type the code</TextLink>
          </p>
        </div>
      }
      done={(state) => <EmailChanged appName={appName} state={state} />}
    />
  );
}

function AskAgain() {
  return (
    <p className="text-sm">
      <TextLink href="/settings/profile">Go to your profile</TextLink>
    </p>
  );
}

function EmailChanged({ appName, state }: { appName: string; state: FormState }) {
  const { email, ended, isSignedIn } = state.values ?? {};
  return (
    <Outcome
      title={title}
      appName={appName}
      message={
        <>
          <p className="font-medium wrap-anywhere">Your email is now {email}.</p>
          <p>{describeEnded(Number(ended ?? 0), isSignedIn ? "other " : "")}</p>
        </>
      }
    >
      <a
        href={isSignedIn ? "/dashboard" : "/login"}
        className={buttonClass("primary", "w-full")}
      >
        {isSignedIn ? "Go to your account" : "Sign in"}
      </a>
    </Outcome>
  );
}
