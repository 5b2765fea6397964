"use client";

// What a mailed link opens. The link's token stands behind the `#`, so it reaches
// neither servers nor `Referer`. A first POST asks what the link is for and
// consumes nothing, so that nobody types anything for a link that no longer
// works; only the POST of the button uses it.

import { type ReactNode, startTransition, useActionState, useEffect } from "react";
import { FormMessage } from "@/components/form-message";
import { PageTitle } from "@/components/page-title";
import { SubmitButton } from "@/components/submit-button";
import { useHashToken } from "@/components/use-hash-token";
import { type FormAction, type FormState, idle } from "@/lib/form-state";

export type Values = Record<string, string>;

type MailedLinkProps = {
  title: string;
  appName: string;
  /** Both get the field `token`. */
  readAction: FormAction;
  action: FormAction;
  button: string;
  /** Names of the fields that `ask` shows. */
  fields?: readonly string[];
  /** What stands above the button. */
  ask: (about: Values, state: FormState) => ReactNode;
  /** In place of question and button, where this browser has nothing to press. */
  tell?: (about: Values) => ReactNode;
  /** Where a link that no longer works leads. */
  waysOn: (reason: string, token: string) => ReactNode;
  /** For the page opened by hand, or without script. */
  withoutToken: ReactNode;
  /** In place of everything, once the button's work is done. */
  done: (state: FormState) => ReactNode;
};

/** A newer link opened in the same tab only changes the hash: it starts anew. */
export function MailedLink(props: MailedLinkProps) {
  const token = useHashToken();
  if (token) return <OpenedLink key={token} token={token} {...props} />;
  return (
    // Until the address bar was read: shown only where no script ever will.
    <div className={token === null ? "[@media(scripting:enabled)]:invisible" : ""}>
      {props.withoutToken}
    </div>
  );
}

function OpenedLink(props: MailedLinkProps & { token: string }) {
  const { title, appName, token, readAction } = props;
  const [link, read] = useActionState(readAction, idle);
  const [state, act] = useActionState(props.action, idle);

  useEffect(() => readLink(token, read), [token, read]);

  // What the page asks may not be so any more: somebody else has signed in.
  const failedAt = state.status === "error" && !state.reason ? state.at : undefined;
  useEffect(() => {
    if (failedAt !== undefined) readLink(token, read);
  }, [failedAt, token, read]);

  if (state.status === "done") return props.done(state);
  const told = link.status === "done" ? props.tell?.(link.values ?? {}) : undefined;
  const shown = state.status === "error" ? state : link;
  // Only a refusal of the link itself is final; a limit passes.
  const isOver = shown.reason !== undefined;
  return (
    <div className="min-h-20 space-y-5">
      <PageTitle title={title} appName={appName} error={shown.status === "error"} />
      <FormMessage state={shown} fields={props.fields} />
      {link.status === "idle" && (
        <p role="status" className="text-sm text-muted">
          Reading the link…
        </p>
      )}
      {shown.reason !== undefined && props.waysOn(shown.reason, token)}
      {link.status === "error" && !isOver && (
        <TokenForm action={read} token={token} button="Try again" />
      )}
      {!isOver && told}
      {link.status === "done" && !isOver && !told && (
        <TokenForm action={act} token={token} button={props.button}>
          {props.ask(link.values ?? {}, state)}
        </TokenForm>
      )}
    </div>
  );
}

function readLink(token: string, read: (form: FormData) => void): void {
  const form = new FormData();
  form.set("token", token);
  startTransition(() => read(form));
}

type TokenFormProps = {
  action: (form: FormData) => void;
  token: string;
  button: string;
  children?: ReactNode;
};

function TokenForm({ action, token, button, children }: TokenFormProps) {
  return (
    <form action={action} noValidate className="space-y-5">
      <input type="hidden" name="token" value={token} />
      {children}
      <SubmitButton className="w-full">{button}</SubmitButton>
    </form>
  );
}
