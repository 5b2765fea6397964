"use client";

import { useActionState } from "react";
import { FormAnswer } from "@/components/form-answer";
import { Initials } from "@/components/initials";
import { SettingsSection } from "@/components/settings-section";
import { SubmitButton } from "@/components/submit-button";
import { TextField } from "@/components/ui/text-field";
import { type FormAction, idle } from "@/lib/form-state";
import { DeleteAccount } from "./delete-account";
import { EmailSection } from "./email-section";

export type ProfileFormsProps = {
  appName: string;
  name: string | null;
  email: string;
  pendingEmail: string | null;
  notice: string | null;
  nameAction: FormAction;
  emailAction: FormAction;
  confirmAction: FormAction;
  cancelAction: FormAction;
  exportAction: FormAction;
  deleteAction: FormAction;
};

export function ProfileForms(props: ProfileFormsProps) {
  const [named, nameAction] = useActionState(props.nameAction, idle);
  const [moved, emailAction] = useActionState(props.emailAction, idle);
  const [confirmed, confirmAction] = useActionState(props.confirmAction, idle);
  const [cancelled, cancelAction] = useActionState(props.cancelAction, idle);
  const [exported, exportAction] = useActionState(props.exportAction, idle);
  const [deleted, deleteAction] = useActionState(props.deleteAction, idle);
  const { name, email, pendingEmail } = props;

  return (
    <div className="space-y-6">
      <FormAnswer
        title="Profile"
        appName={props.appName}
        states={[named, moved, confirmed, cancelled, exported, deleted]}
        fields={["name", "email", "code", "phrase"]}
        notice={props.notice}
      />
      <SettingsSection title="Your name">
        <form
          action={nameAction}
          noValidate
          className="flex flex-wrap items-end gap-x-4 gap-y-3"
        >
          <Initials name={name ?? email} size="large" />
          <div className="min-w-0 flex-1 basis-52">
            <TextField
              name="name"
              label="Name"
              autoComplete="name"
              defaultValue={named.values?.name ?? name ?? ""}
              error={named.fieldErrors?.name}
            />
          </div>
          <SubmitButton tone="secondary">Save name</SubmitButton>
        </form>
      </SettingsSection>
      <EmailSection
        email={email}
        pendingEmail={pendingEmail}
        moved={moved}
        confirmed={confirmed}
        emailAction={emailAction}
        confirmAction={confirmAction}
        cancelAction={cancelAction}
      />
      <SettingsSection
        title="Your data"
        lead="Everything we hold about you, as one JSON file. It has no passwords or other secrets in it."
      >
        <form action={exportAction}>
          <SubmitButton tone="secondary">Download your data</SubmitButton>
        </form>
      </SettingsSection>
      <DeleteAccount action={deleteAction} error={deleted.fieldErrors?.phrase} />
    </div>
  );
}
