import { redirect } from "next/navigation";
import { FormCard } from "@/components/form-card";
import { Alert } from "@/components/ui/alert";
import { Badge } from "@/components/ui/badge";
import { TextLink } from "@/components/ui/text-link";
import { appName } from "@/lib/brand";
import { config } from "@/lib/config";
import { drawnHeaders, readLastMethod } from "@/lib/http/cookies";
import { getSession } from "@/lib/http/current-session";
import { safePath } from "@/lib/http/safe-path";
import { loginAction, signInWithPasskeyAction } from "./actions";
import { endingText } from "./ending";
import { LoginForm } from "./login-form";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function LoginPage({ searchParams }: Props) {
  const { next: given, reason } = await searchParams;
  const next = safePath(given) ?? undefined;
  if (await getSession()) redirect(next ?? "/dashboard");
  const query = next ? `?next=${encodeURIComponent(next)}` : "";
  const ending = endingText(reason);
  return (
    <FormCard heading="Sign in">
      {ending && (
        <Alert role="status" className="mb-5">
          {ending}
        </Alert>
      )}
      <LoginForm
        action={loginAction}
        passkeyAction={signInWithPasskeyAction}
        appName={appName()}
        newPasswordHint={`At least ${config.password.minLength} characters. A sentence works well.`}
        resetLink={{ words: "reset your password", href: "/forgot-password" }}
        renewPasskeyAfter={config.challenge.passkey - config.passkey.renewBefore}
        badges={{ [readLastMethod(await drawnHeaders()) ?? ""]: lastUsed }}
        next={next}
      />
      <p className="mt-5 flex flex-wrap justify-center gap-x-6 gap-y-2 text-sm text-muted">
        <TextLink href="/forgot-password">Forgot password?</TextLink>
        <span>
          New here? <TextLink href={`/signup${query}`}>Create account</TextLink>
        </span>
      </p>
    </FormCard>
  );
}

/** Drawn here, so that no browser has to load how. */
const lastUsed = (
  <span id="last-used" className="absolute -top-3.5 right-2">
    <Badge tone="accent">Last used</Badge>
  </span>
);
