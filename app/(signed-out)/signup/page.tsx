import { redirect } from "next/navigation";
import { FormCard } from "@/components/form-card";
import { appName } from "@/lib/brand";
import { config } from "@/lib/config";
import { getSession } from "@/lib/http/current-session";
import { safePath } from "@/lib/http/safe-path";
import { signUpAction } from "./actions";
import { SignupForm } from "./signup-form";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function SignUpPage({ searchParams }: Props) {
  const next = safePath((await searchParams).next) ?? undefined;
  if (await getSession()) redirect(next ?? "/dashboard");
  return (
    <FormCard heading="Create your account">
      <SignupForm
        action={signUpAction}
        appName={appName()}
        minPasswordLength={config.password.minLength}
        next={next}
      />
    </FormCard>
  );
}
