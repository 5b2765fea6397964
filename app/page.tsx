import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { chooseThemeAction } from "@/app/theme-action";
import { PageHeading } from "@/components/page-heading";
import { PageTitle } from "@/components/page-title";
import { SignedOutShell } from "@/components/signed-out-shell";
import { buttonClass } from "@/components/ui/button";
import { appName } from "@/lib/brand";
import { readTheme } from "@/lib/http/cookies";
import { getSession } from "@/lib/http/current-session";

export default async function HomePage() {
  if (await getSession()) redirect("/dashboard");
  const name = appName();
  const theme = readTheme(await headers());
  return (
    <SignedOutShell appName={name} themeToggle={{ theme, action: chooseThemeAction }}>
      <PageTitle title="Welcome" appName={name} />
      <PageHeading lead="See every device you are signed in on, and end any of them at once.">
        Sign in once. Stay in charge.
      </PageHeading>
      <p className="flex flex-wrap gap-3">
        <a href="/signup" className={buttonClass()}>
          Create account
        </a>
        <a href="/login" className={buttonClass("secondary")}>
          Sign in
        </a>
      </p>
    </SignedOutShell>
  );
}
