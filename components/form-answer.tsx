"use client";

// What the forms of one page have answered, above all of them: the newest fault
// with its fields, or the newest success. After a confirmation elsewhere the page
// brings the sentence itself.

import { FormMessage } from "@/components/form-message";
import { PageTitle } from "@/components/page-title";
import { Alert } from "@/components/ui/alert";
import { type FormState, idle } from "@/lib/form-state";

type FormAnswerProps = {
  title: string;
  appName: string;
  states: readonly FormState[];
  fields: readonly string[];
  /** What was done before this page was opened. */
  notice: string | null;
};

export function FormAnswer(props: FormAnswerProps) {
  const newest = props.states.reduce(
    (latest, state) => ((state.at ?? 0) > (latest.at ?? 0) ? state : latest),
    idle,
  );
  const message = newest.status === "idle" ? props.notice : newest.message;
  return (
    <>
      <PageTitle
        title={props.title}
        appName={props.appName}
        error={newest.status === "error"}
      />
      <FormMessage state={newest} fields={props.fields} />
      <div role="status" className="empty:hidden">
        {newest.status !== "error" && message && <Alert tone="success">{message}</Alert>}
      </div>
    </>
  );
}
