"use client";

import { useActionState } from "react";
import { FormAnswer } from "@/components/form-answer";
import { NewPasswordInput } from "@/components/new-password-input";
import { PasskeyHero } from "@/components/passkey-hero";
import { PasswordInput } from "@/components/password-input";
import { RelativeTime } from "@/components/relative-time";
import { SettingsSection } from "@/components/settings-section";
import { SubmitButton } from "@/components/submit-button";
import { buttonClass } from "@/components/ui/button";
import { TextLink } from "@/components/ui/text-link";
import type { Weakness } from "@/lib/auth/check-up";
import { type FormAction, idle } from "@/lib/form-state";
import { CheckUp } from "./check-up";
import { RemovePassword } from "./remove-password";

type SecurityFormsProps = {
  appName: string;
  email: string;
  /** How many there are. */
  passkeys: number;
  hasPassword: boolean;
  /** The present password is what confirms a change of it. */
  asksPassword: boolean;
  passwordChangedAt: string | null;
  minPasswordLength: number;
  /** What its owner might mend, the weightiest first. */
  weaknesses: readonly Weakness[];
  notice: string | null;
  endIdleAction: FormAction;
  passwordAction: FormAction;
  removePasswordAction: FormAction;
};

export function SecurityForms(props: SecurityFormsProps) {
  const [changed, passwordAction] = useActionState(props.passwordAction, idle);
  const [endedIdle, endIdleAction] = useActionState(props.endIdleAction, idle);
  const [removed, removeAction] = useActionState(props.removePasswordAction, idle);
  const { passkeys, hasPassword, passwordChangedAt, minPasswordLength } = props;

  return (
    <div className="space-y-6">
      <FormAnswer
        title="Security"
        appName={props.appName}
        states={[changed, removed, endedIdle]}
        fields={["currentPassword", "newPassword"]}
        notice={props.notice}
      />
      {passkeys === 0 && (
        <PasskeyHero>
          <a href="/settings/passkeys?add=1" className={buttonClass()}>
            Add a passkey
          </a>
        </PasskeyHero>
      )}
      <CheckUp weaknesses={props.weaknesses} endIdleAction={endIdleAction} />
      {passkeys > 0 && (
        <SettingsSection title="Passkeys" lead={countPasskeys(passkeys)}>
          <p className="text-sm">
            <TextLink href="/settings/passkeys">Manage your passkeys</TextLink>
          </p>
        </SettingsSection>
      )}
      <SettingsSection
        title="Two-factor authentication"
        lead="A second factor after a password or a mailed link."
      >
        <p className="text-sm">
          <TextLink href="/settings/two-factor">
            Manage two-factor authentication
          </TextLink>
        </p>
      </SettingsSection>
      <SettingsSection
        title="Password"
        lead={
          hasPassword && passwordChangedAt ? (
            <>
              Last changed <RelativeTime dateTime={passwordChangedAt} />.
            </>
          ) : (
            !hasPassword && "Your account has no password yet."
          )
        }
      >
        <form action={passwordAction} noValidate className="max-w-md space-y-5">
          <input
            hidden
            readOnly
            type="text"
            name="username"
            autoComplete="username"
            value={props.email}
          />
          {props.asksPassword && (
            <PasswordInput
              name="currentPassword"
              label="Current password"
              autoComplete="current-password"
              error={changed.fieldErrors?.currentPassword}
            />
          )}
          <NewPasswordInput
            name="newPassword"
            label="New password"
            minLength={minPasswordLength}
            error={changed.fieldErrors?.newPassword}
          />
          <p className="text-sm text-muted">Your other devices are signed out by it.</p>
          <SubmitButton>
            {hasPassword ? "Change password" : "Set a password"}
          </SubmitButton>
        </form>
        {props.asksPassword && (
          <p className="text-sm">
            <TextLink href="/forgot-password">Forgot your password?</TextLink>
          </p>
        )}
      </SettingsSection>
      {hasPassword && passkeys > 0 && (
        <RemovePassword action={removeAction} answeredAt={removed.at} />
      )}
      <SettingsSection
        title="Who is in your account"
        lead="If something here is not yours, sign it out and change your password."
      >
        <p className="flex flex-wrap gap-x-6 gap-y-2 text-sm">
          <TextLink href="/settings/devices">Your devices</TextLink>
          <TextLink href="/settings/activity">Security activity</TextLink>
        </p>
      </SettingsSection>
    </div>
  );
}

function countPasskeys(count: number): string {
  return count === 1
    ? "You have one passkey. It signs you in without a password."
    : `You have ${count} passkeys. Each of them signs you in without a password.`;
}
