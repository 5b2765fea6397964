import { redirect } from "next/navigation";
import { FormCard } from "@/components/form-card";
import { findHeldForm } from "@/lib/auth/held-form";
import { findConfirmation, findConfirmationCode } from "@/lib/auth/step-up";
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
  const confirmation = await findConfirmation(session, act?.destructive);
  // Nothing waits here any more: another tab went on with it.
  if (!act && confirmation.isConfirmed) redirect(next ?? "/settings/security");
  const { methods } = confirmation;
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
          isDestructive={act?.destructive !== undefined}
          form={act && formId}
          next={next}
          backTo={act?.path ?? next ?? "/settings/security"}
        />
      </FormCard>
    </div>
  );
}
