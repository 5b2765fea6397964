import { PageHeading } from "@/components/page-heading";
import { findProfile } from "@/lib/auth/account";
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
  const { userId } = await requireUser("/settings/profile");
  const query = await searchParams;
  const { name, email, pendingEmail } = await findProfile(userId);
  return (
    <>
      <PageHeading lead="Who you are here, and what is kept of you.">Profile</PageHeading>
      {/* The download that was asked for begins by itself, without script too. */}
      {query.done === "export" && (
        <meta httpEquiv="refresh" content="0;url=/api/account/export" />
      )}
      <ProfileForms
        appName={appName()}
        name={name}
        email={email}
        pendingEmail={pendingEmail}
        notice={doneText(query)}
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
