import { PageHeading } from "@/components/page-heading";
import { findProfile } from "@/lib/auth/account";
import { findWeaknesses } from "@/lib/auth/check-up";
import { listPasskeys } from "@/lib/auth/passkey/credentials";
import { isEnabled } from "@/lib/auth/policy";
import { findConfirmation } from "@/lib/auth/step-up/confirmation";
import { appName } from "@/lib/brand";
import { config } from "@/lib/config";
import { requireUser } from "@/lib/http/current-session";
import { doneText } from "../done";
import { changePasswordAction, endIdleAction, removePasswordAction } from "./actions";
import { SecurityForms } from "./security-forms";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function SecurityPage({ searchParams }: Props) {
  const session = await requireUser("/settings/security");
  const { methods } = await findConfirmation(session);
  const { email, hasPassword, passwordChangedAt } = await findProfile(session.userId);
  const passkeys = await listPasskeys(session.userId);
  return (
    <>
      <PageHeading lead="What keeps others out of your account.">Security</PageHeading>
      <SecurityForms
        appName={appName()}
        email={email}
        passkeys={isEnabled("passkey") ? passkeys.length : null}
        takesPassword={isEnabled("password")}
        hasPassword={hasPassword}
        asksPassword={methods.includes("password")}
        passwordChangedAt={passwordChangedAt?.toISOString() ?? null}
        minPasswordLength={config.password.minLength}
        weaknesses={await findWeaknesses(session)}
        endIdleAction={endIdleAction}
        notice={doneText(await searchParams)}
        passwordAction={changePasswordAction}
        removePasswordAction={removePasswordAction}
      />
    </>
  );
}
