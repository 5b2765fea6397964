import { PageHeading } from "@/components/page-heading";
import { PasskeySignals } from "@/components/passkey-signals";
import { findProfile } from "@/lib/auth/account";
import { findSignal } from "@/lib/auth/passkey/credentials";
import { findConfirmation } from "@/lib/auth/step-up/confirmation";
import { appName } from "@/lib/brand";
import { requireUser } from "@/lib/http/current-session";
import { doneText } from "../done";
import {
  cancelPendingAction,
  changeEmailAction,
  changeNameAction,
  confirmByCodeAction,
  deleteAccountAction,
  exportAction,
} from "./actions";
import { ProfileForms } from "./profile-forms";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function ProfilePage({ searchParams }: Props) {
  const session = await requireUser("/settings/profile");
  const query = await searchParams;
  const { name, email, pendingEmail } = await findProfile(session.userId);
  const signal = await findSignal(session.userId);
  const isExporting =
    query.done === "export" && (await findConfirmation(session)).isConfirmed;
  return (
    <>
      <PageHeading lead="Who you are here, and what is kept of you.">Profile</PageHeading>
      {signal && <PasskeySignals signal={signal} />}
      {/* The download that was asked for begins by itself, without script too. */}
      {isExporting && <meta httpEquiv="refresh" content="0;url=/api/account/export" />}
      <ProfileForms
        appName={appName()}
        name={name}
        email={email}
        pendingEmail={pendingEmail}
        notice={query.done === "export" && !isExporting ? null : doneText(query)}
        nameAction={changeNameAction}
        emailAction={changeEmailAction}
        confirmAction={confirmByCodeAction}
        cancelAction={cancelPendingAction}
        exportAction={exportAction}
        deleteAction={deleteAccountAction}
      />
    </>
  );
}
