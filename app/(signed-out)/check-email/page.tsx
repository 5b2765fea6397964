import { redirect } from "next/navigation";
import { FormCard } from "@/components/form-card";
import { findMagicLink, isMagicLink } from "@/lib/auth/magic-link/request";
import { findRegistration } from "@/lib/auth/registration/begin";
import { appName } from "@/lib/brand";
import { drawnHeaders, readCookies } from "@/lib/http/cookies";
import { getSession } from "@/lib/http/current-session";
import { mailLink } from "@/lib/http/mail-link";
import { resendAction, verifyCodeAction } from "./actions";
import { CheckEmailForm } from "./check-email-form";
import { askAgainPath, originOf } from "./way-back";

export default async function CheckEmailPage() {
  if (await getSession()) redirect("/dashboard");
  const { pending } = readCookies(await drawnHeaders());
  const isLink = isMagicLink(pending);
  const awaited = isLink ? await findMagicLink(pending) : await findRegistration(pending);
  if (!awaited) redirect(askAgainPath(pending));
  const { email, resendAt } = awaited;
  return (
    <FormCard heading="Check your email">
      <CheckEmailForm
        action={verifyCodeAction}
        resendAction={resendAction}
        appName={appName()}
        email={email}
        awaited={isLink ? "magic-link" : "registration"}
        backTo={originOf(isLink ? "magic-link" : "registration")}
        mailLink={mailLink(email)}
        resendAvailableAt={resendAt.toISOString()}
      />
    </FormCard>
  );
}
