import { redirect } from "next/navigation";
import { FormCard } from "@/components/form-card";
import { findHeldForm } from "@/lib/auth/held-form";
import { isEnabled } from "@/lib/auth/policy";
import { codeMethods } from "@/lib/auth/second-factor/code";
import { findConfirmation, findConfirmationCode } from "@/lib/auth/step-up/confirmation";
import { appName } from "@/lib/brand";
import { requireUser } from "@/lib/http/current-session";
import { opaqueId } from "@/lib/http/opaque-id";
import { safePath } from "@/lib/http/safe-path";
import { confirmAction, sendCodeAction } from "./actions";
import { findAct } from "./acts";
import { ConfirmForm } from "./confirm-form";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function ConfirmPage({ searchParams }: Props) {
  const query = await searchParams;
  const session = await requireUser("/confirm");
  const formId = opaqueId.safeParse(query.form).data;
  const held = formId ? await findHeldForm(session, formId) : null;
  const act = findAct(held?.act);
  const next = safePath(query.next) ?? undefined;
  const confirmation = await findConfirmation(session, act?.destructive?.act);
  // Nothing waits here any more: another tab went on with it.
  if (!act && confirmation.isConfirmed) redirect(next ?? "/settings/security");
  const { methods } = confirmation;
  const codes = codeMethods.filter((method) => methods.includes(method));
  const typed = codes.find((method) => method === query.method) ?? codes[0];
  const other = codes.find((method) => method !== typed);
  const hasCode =
    methods.includes("email_code") && (await findConfirmationCode(session)) !== null;
  return (
    <div className="mx-auto max-w-md">
      <FormCard heading="Confirm it is you">
        <ConfirmForm
          action={confirmAction}
          sendCodeAction={sendCodeAction}
          appName={appName()}
          email={confirmation.email}
          methods={methods}
          hasCode={hasCode}
          destructive={act?.destructive}
          codeMethod={typed}
          otherCode={other && { name: other, href: hrefOf(other, { formId, next }) }}
          mayReset={!confirmation.needsTwo && isEnabled("password")}
          form={act && formId}
          next={next}
          backTo={act?.path ?? next ?? "/settings/security"}
        />
      </FormCard>
    </div>
  );
}

type Waiting = { formId?: string; next?: string };

/** The same confirmation by another code. */
function hrefOf(method: string, { formId, next }: Waiting): string {
  const query = { method, ...(formId && { form: formId }), ...(next && { next }) };
  return `/confirm?${new URLSearchParams(query)}`;
}
