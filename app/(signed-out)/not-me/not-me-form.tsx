"use client";

import type { ReactNode } from "react";
import { MailedLink, type Values } from "@/components/mailed-link";
import { PageTitle } from "@/components/page-title";
import { RelativeTime } from "@/components/relative-time";
import { TextLink } from "@/components/ui/text-link";
import type { FormAction } from "@/lib/form-state";
import { AccountSecured } from "./account-secured";

const title = "This wasn't me";

type NotMeFormProps = {
  readAction: FormAction;
  action: FormAction;
  appName: string;
  takesPassword: boolean;
};

export function NotMeForm(props: NotMeFormProps) {
  const { readAction, action, appName, takesPassword } = props;
  const about = { title, appName, takesPassword };
  return (
    <MailedLink
      title={title}
      appName={appName}
      readAction={readAction}
      action={action}
      button="Secure my account"
      ask={(about) => <Question about={about} takesPassword={takesPassword} />}
      waysOn={(reason) => (
        <SecureByHand isSecured={reason === "used"} takesPassword={takesPassword} />
      )}
      withoutToken={
        <>
          <PageTitle title={title} appName={appName} />
          <p className="mb-5 text-sm text-muted">
            Open this page by the link in our mail, in a browser with JavaScript.
          </p>
          <SecureByHand takesPassword={takesPassword} />
        </>
      }
      done={(state) => <AccountSecured {...about} state={state} />}
    />
  );
}

type QuestionProps = { about: Values; takesPassword: boolean };

function Question({ about, takesPassword }: QuestionProps) {
  const { device, place, at = "" } = about;
  return (
    <>
      <p className="text-sm text-muted">
        {device
          ? "Our mail told you of this sign-in:"
          : "Our mail told you of a change of your account:"}
      </p>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 rounded-lg bg-raised px-3.5 py-3 text-sm">
        {device && <Fact name="Device">{device}</Fact>}
        {place && <Fact name="Place">{place}</Fact>}
        <Fact name="Time">
          <RelativeTime dateTime={at} />
        </Fact>
      </dl>
      <div className="space-y-2 text-sm text-muted">
        <p>If it was not you, press the button. Then</p>
        <ul className="list-disc space-y-1 pl-5">
          <li>
            {device
              ? "this device is signed out, and every one that signed in later;"
              : "every device that signed in since is signed out;"}
          </li>
          {takesPassword && <li>no password is accepted until you choose a new one;</li>}
          <li>your account gets its address back, should they have changed it.</li>
        </ul>
      </div>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 font-medium wrap-anywhere">{children}</dd>
    </>
  );
}

type SecureByHandProps = { isSecured?: boolean; takesPassword: boolean };

/** What the button does, on foot. */
function SecureByHand({ isSecured, takesPassword }: SecureByHandProps) {
  return (
    <div className="space-y-3 text-sm">
      {takesPassword && (
        <p className="text-muted">
          {isSecured
            ? "If you have not chosen a new password since, do it now."
            : "You can also choose a new password: that signs every device out."}
        </p>
      )}
      <p className="flex flex-wrap gap-x-6 gap-y-2">
        {takesPassword && (
          <TextLink href="/forgot-password">Choose a new password</TextLink>
        )}
        <TextLink href="/settings/devices">See your devices</TextLink>
      </p>
    </div>
  );
}
