"use client";

import { describeEnded, Outcome } from "@/components/outcome";
import { RelativeTime } from "@/components/relative-time";
import { buttonClass } from "@/components/ui/button";
import type { FormState } from "@/lib/form-state";

type AccountSecuredProps = {
  title: string;
  appName: string;
  takesPassword: boolean;
  state: FormState;
};

export function AccountSecured(props: AccountSecuredProps) {
  const { title, appName, takesPassword, state } = props;
  const { ended, restoredEmail } = state.values ?? {};
  const deeds = state.list ?? [];
  return (
    <Outcome
      title={title}
      appName={appName}
      message={
        <>
          <p className="font-medium">Your account is secured.</p>
          <p>
            {describeEnded(Number(ended ?? 0))}
            {restoredEmail && <> Your email is {restoredEmail} again.</>}
          </p>
        </>
      }
    >
      {takesPassword && (
        <p className="text-sm text-muted">
          No password is accepted until you choose a new one.
        </p>
      )}
      <a
        href={takesPassword ? "/forgot-password" : "/login"}
        className={buttonClass("primary", "w-full")}
      >
        {takesPassword ? "Choose a new password" : "Sign in"}
      </a>
      {deeds.length > 0 && (
        <section className="space-y-3 border-t border-line pt-5 text-sm">
          <h2 className="font-semibold">What was done there</h2>
          <ul className="space-y-1.5">
            {deeds.map(({ id, text, at }) => (
              <li key={id} className="flex flex-wrap justify-between gap-x-4">
                <span>{text}</span>
                <span className="text-muted">
                  <RelativeTime dateTime={at} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </Outcome>
  );
}
