import { redirect } from "next/navigation";
import { FormCard } from "@/components/form-card";
import { Alert } from "@/components/ui/alert";
import { isEnabled } from "@/lib/auth/policy";
import { appName } from "@/lib/brand";
import { config } from "@/lib/config";
import { getSession } from "@/lib/http/current-session";
import { safePath } from "@/lib/http/safe-path";
import { endingText } from "../login/ending";
import { signUpAction } from "./actions";
import { SignupForm } from "./signup-form";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function SignUpPage({ searchParams }: Props) {
  const { next: given, reason } = await searchParams;
  const next = safePath(given) ?? undefined;
  if (await getSession()) redirect(next ?? "/dashboard");
  const ending = endingText(reason);
  return (
    <FormCard heading="Create your account">
      {ending && (
        <Alert role="status" className="mb-5">
          {ending}
        </Alert>
      )}
      <SignupForm
        action={signUpAction}
        appName={appName()}
        takesPassword={isEnabled("password")}
        takesPasskey={isEnabled("passkey")}
        takesLink={isEnabled("magic_link")}
        minPasswordLength={config.password.minLength}
        next={next}
      />
    </FormCard>
  );
}
