"use client";

// The link's token stands behind the `#`, so it reaches neither servers nor
// `Referer`. Only the POST of the button uses it. Without script there is no
// token: the code on the page where the sign-up began does the same.

import { useActionState, useEffect, useState } from "react";
import { FormMessage } from "@/components/form-message";
import { HiddenUsername } from "@/components/hidden-username";
import { PageTitle } from "@/components/page-title";
import { PasswordInput } from "@/components/password-input";
import { SubmitButton } from "@/components/submit-button";
import { TextLink } from "@/components/ui/text-link";
import { useHashToken } from "@/components/use-hash-token";
import { type FormAction, idle } from "@/lib/form-state";
import { WaysOn } from "./ways-on";

type VerifyEmailFormProps = {
  action: FormAction;
  renewAction: FormAction;
  appName: string;
  minPasswordLength: number;
};

/** A newer link opened in the same tab only changes the hash: it starts anew. */
export function VerifyEmailForm(props: VerifyEmailFormProps) {
  const token = useHashToken();
  return <LinkForm key={token} token={token} {...props} />;
}

function LinkForm(props: VerifyEmailFormProps & { token: string | null }) {
  const { action, appName, minPasswordLength, token } = props;
  const [state, formAction] = useActionState(action, idle);
  // Once a password was asked for, it stays asked for, and for whom.
  const [username, setUsername] = useState<string | null>(null);

  const isAsked =
    Boolean(state.fieldErrors?.password) || state.values?.needPassword === "1";
  if (isAsked && username === null) setUsername(state.values?.email ?? "");
  const needsPassword = isAsked || username !== null;
  const hasFailed = state.status === "error";
  // Only a refusal of the link itself is final; a limit passes.
  const isOver = hasFailed && state.reason !== undefined;

  // The first time it is a question, not a fault: no summary takes the focus.
  const isQuestion = isAsked && !hasFailed;
  useEffect(() => {
    if (isQuestion) document.getElementById("password")?.focus();
  }, [isQuestion]);

  return (
    <div className="min-h-20 space-y-5">
      <PageTitle title="Confirm your email" appName={appName} error={hasFailed} />
      <FormMessage state={state} fields={["password"]} />
      {isOver && token && (
        <WaysOn reason={state.reason} token={token} action={props.renewAction} />
      )}
      {token === "" && <UseTheCode />}
      {/* Until the address bar was read: shown only where no script ever will. */}
      {token === null && (
        <div className="[@media(scripting:enabled)]:hidden">
          <UseTheCode />
        </div>
      )}
      {token && !isOver && (
        <form action={formAction} noValidate className="space-y-5">
          <input type="hidden" name="token" value={token} />
          {needsPassword ? (
            <>
              <HiddenUsername email={username ?? ""} />
              <PasswordInput
                name="password"
                autoComplete="current-password"
                hint={`This is not the browser you signed up with. Type the password you chose there, or choose a new one of at least ${minPasswordLength} characters.`}
                error={state.fieldErrors?.password}
              />
            </>
          ) : (
            !hasFailed && <ConfirmAndSignIn />
          )}
          <SubmitButton className="w-full">Continue</SubmitButton>
        </form>
      )}
    </div>
  );
}

function ConfirmAndSignIn() {
  return (
    <p className="text-sm text-muted">
      Press the button to confirm this address and sign in.
    </p>
  );
}

function UseTheCode() {
  return (
    <p className="text-sm text-muted">
      Open the page where you signed up and type the six-digit code.{" "}
      <TextLink href="/check-email">Type the code</TextLink>
    </p>
  );
}
