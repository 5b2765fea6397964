import { redirect } from "next/navigation";
import { FormCard } from "@/components/form-card";
import { SubmitButton } from "@/components/submit-button";
import { Alert } from "@/components/ui/alert";
import { Badge } from "@/components/ui/badge";
import { MailIcon } from "@/components/ui/icon";
import { TextLink } from "@/components/ui/text-link";
import { isEnabled } from "@/lib/auth/policy";
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
  const last = readLastMethod(await drawnHeaders());
  const takesPassword = isEnabled("password");
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
        resetLink={takesPassword ? resetLink : undefined}
        renewPasskeyAfter={config.challenge.passkey - config.passkey.renewBefore}
        takesPassword={takesPassword}
        takesPasskey={isEnabled("passkey")}
        link={
          isEnabled("magic_link") && <AskForLink isLastUsed={last === "magic_link"} />
        }
        badges={{ [last ?? ""]: lastUsed }}
        next={next}
      />
      <p className="mt-5 flex flex-wrap justify-center gap-x-6 gap-y-2 text-sm text-muted">
        {takesPassword && <TextLink href="/forgot-password">Forgot password?</TextLink>}
        <span>
          New here? <TextLink href={`/signup${query}`}>Create account</TextLink>
        </span>
      </p>
    </FormCard>
  );
}

const resetLink = { words: "reset your password", href: "/forgot-password" };

// Drawn here, so that no browser has to load how.

const lastUsed = (
  <span id="last-used" className="absolute -top-3.5 right-2">
    <Badge tone="accent">Last used</Badge>
  </span>
);

function AskForLink({ isLastUsed }: { isLastUsed: boolean }) {
  return (
    <div className="relative">
      <SubmitButton
        tone="secondary"
        className="w-full"
        name="intent"
        value="link"
        describedBy={isLastUsed ? "last-used" : undefined}
      >
        <MailIcon />
        Email me a sign-in link
      </SubmitButton>
      {isLastUsed && lastUsed}
    </div>
  );
}
