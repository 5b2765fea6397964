"use client";

import { useActionState } from "react";
import { FormMessage } from "@/components/form-message";
import { MailedLink, type Values } from "@/components/mailed-link";
import { PageTitle } from "@/components/page-title";
import { RelativeTime } from "@/components/relative-time";
import { SubmitButton } from "@/components/submit-button";
import { TextLink } from "@/components/ui/text-link";
import { type FormAction, idle } from "@/lib/form-state";

type MagicLinkFormProps = {
  readAction: FormAction;
  action: FormAction;
  renewAction: FormAction;
  appName: string;
};

export function MagicLinkForm(props: MagicLinkFormProps) {
  const { readAction, action, renewAction, appName } = props;
  const title = `Sign in to ${appName}`;
  return (
    <MailedLink
      title={title}
      appName={appName}
      readAction={readAction}
      action={action}
      button="Continue"
      ask={(about) => <Question {...about} />}
      tell={(about) => about.code && <TypeTheCode {...about} />}
      waysOn={(reason, token) => (
        <AskAgain reason={reason} token={token} action={renewAction} />
      )}
      withoutToken={
        <p className="text-sm text-muted">
          <PageTitle title={title} appName={appName} />
          Open the link from the mail, or type its six-digit code in the browser where you
          asked for it. <TextLink href="/check-email">Type the code</TextLink>
        </p>
      }
      done={() => null}
    />
  );
}

function Question({ email, isNew, instead, signedInAs }: Values) {
  const who = <strong className="font-medium wrap-anywhere text-ink">{email}</strong>;
  return (
    <div className="space-y-3 text-sm text-muted">
      {isNew ? (
        <p>There is no account for {who} yet. Press the button to create it.</p>
      ) : (
        <p>Press the button to sign in as {who}.</p>
      )}
      {instead && (
        <>
          <p>
            You are signed in here as{" "}
            <strong className="font-medium wrap-anywhere text-ink">{signedInAs}</strong>.
            Going on signs that account out in this browser.
          </p>
          <input type="hidden" name="instead" value={instead} />
        </>
      )}
    </div>
  );
}

/** In another browser than the one that asked: nothing here signs anybody in. */
function TypeTheCode({ code, email, device, place, askedAt = "" }: Values) {
  return (
    <div className="space-y-5 text-sm">
      <p className="text-muted">
        This link was asked for in another browser, and signs in only there. If that was
        you, type this code there:
      </p>
      <p className="rounded-lg bg-raised p-4 text-center font-mono text-2xl tracking-widest">
        {code}
      </p>
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2">
        <dt className="text-muted">Account</dt>
        <dd className="wrap-anywhere">{email}</dd>
        <dt className="text-muted">Asked from</dt>
        <dd>{place ? `${device}, ${place}` : device}</dd>
        <dt className="text-muted">Asked</dt>
        <dd>
          <RelativeTime dateTime={askedAt} />
        </dd>
      </dl>
      <p className="text-muted">
        If it was not you, close this page. Give the code to nobody: whoever has it can
        sign in as you.
      </p>
      <p>
        <TextLink href="/login">Sign in here instead</TextLink>
      </p>
    </div>
  );
}

type AskAgainProps = { reason: string; token: string; action: FormAction };

function AskAgain({ reason, token, action }: AskAgainProps) {
  const [state, formAction] = useActionState(action, idle);
  return (
    <div className="space-y-5">
      <FormMessage state={state} />
      {reason !== "wrong" && (
        <form action={formAction}>
          <input type="hidden" name="token" value={token} />
          <SubmitButton className="w-full">Send a new link</SubmitButton>
        </form>
      )}
      <p className="text-sm">
        <TextLink href="/login">Sign in another way</TextLink>
      </p>
    </div>
  );
}
