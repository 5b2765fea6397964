"use client";

import { useActionState } from "react";
import { FormAnswer } from "@/components/form-answer";
import { HiddenUsername } from "@/components/hidden-username";
import { NewPasswordInput } from "@/components/new-password-input";
import { PasskeyHero } from "@/components/passkey-hero";
import { PasswordInput } from "@/components/password-input";
import { RelativeTime } from "@/components/relative-time";
import { SettingsSection } from "@/components/settings-section";
import { SubmitButton } from "@/components/submit-button";
import { buttonClass } from "@/components/ui/button";
import { TextLink } from "@/components/ui/text-link";
import type { Weakness } from "@/lib/auth/check-up";
import { type FormAction, type FormState, idle } from "@/lib/form-state";
import { CheckUp } from "./check-up";
import { RemovePassword } from "./remove-password";

type SecurityFormsProps = {
  appName: string;
  email: string;
  /** How many there are; null where there can be none. */
  passkeys: number | null;
  takesPassword: boolean;
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
  const { passkeys, takesPassword, hasPassword } = props;
  const hasPasskeys = passkeys !== null && passkeys > 0;

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
      {hasPasskeys && (
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
      {takesPassword && (
        <Password {...props} changed={changed} passwordAction={passwordAction} />
      )}
      {takesPassword && hasPassword && hasPasskeys && (
        <RemovePassword action={removeAction} answeredAt={removed.at} />
      )}
      <SettingsSection
        title="Who is in your account"
        lead={`If something here is not yours, sign it out${takesPassword ? " and change your password" : ""}.`}
      >
        <p className="flex flex-wrap gap-x-6 gap-y-2 text-sm">
          <TextLink href="/settings/devices">Your devices</TextLink>
          <TextLink href="/settings/activity">Security activity</TextLink>
        </p>
      </SettingsSection>
    </div>
  );
}

type PasswordProps = Omit<SecurityFormsProps, "passwordAction"> & {
  changed: FormState;
  passwordAction: (form: FormData) => void;
};

function Password(props: PasswordProps) {
  const { hasPassword, passwordChangedAt, minPasswordLength } = props;
  const { changed, passwordAction } = props;
  return (
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
        <HiddenUsername email={props.email} />
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
        <SubmitButton>{hasPassword ? "Change password" : "Set a password"}</SubmitButton>
      </form>
      {props.asksPassword && (
        <p className="text-sm">
          <TextLink href="/forgot-password">Forgot your password?</TextLink>
        </p>
      )}
    </SettingsSection>
  );
}

function countPasskeys(count: number): string {
  return count === 1
    ? "You have one passkey. It signs you in without a password."
    : `You have ${count} passkeys. Each of them signs you in without a password.`;
}
