import { redirect } from "next/navigation";
import { chooseThemeAction } from "@/app/theme-action";
import { PageTitle } from "@/components/page-title";
import { SignedOutShell } from "@/components/signed-out-shell";
import { buttonClass } from "@/components/ui/button";
import { appName } from "@/lib/brand";
import { drawnHeaders, readTheme } from "@/lib/http/cookies";
import { getSession } from "@/lib/http/current-session";

const promises = [
  {
    title: "Every device in view",
    text: "See where you are signed in, since when, and when each device was last used.",
  },
  {
    title: "Signed out means out",
    text: "End a session here, and that browser is out on its very next request.",
  },
  {
    title: "Copies give themselves away",
    text: "Sign-ins renew as you go. One that is used in two places ends, and you hear of it.",
  },
];

export default async function HomePage() {
  if (await getSession()) redirect("/dashboard");
  const name = appName();
  const theme = readTheme(await drawnHeaders());
  return (
    <SignedOutShell
      appName={name}
      themeToggle={{ theme, action: chooseThemeAction }}
      isWide
    >
      <PageTitle title="Welcome" appName={name} />
      <div className="max-w-2xl py-8 sm:py-16">
        <h1
          tabIndex={-1}
          className="text-4xl font-semibold tracking-tight text-balance sm:text-5xl"
        >
          Sign in once. Stay in charge.
        </h1>
        <p className="mt-4 text-lg text-muted">
          See every device you are signed in on, and end any of them at once.
        </p>
        <p className="mt-8 flex flex-wrap gap-3">
          <a href="/signup" className={buttonClass()}>
            Create account
          </a>
          <a href="/login" className={buttonClass("secondary")}>
            Sign in
          </a>
        </p>
      </div>
      <ul className="grid gap-x-8 gap-y-6 sm:grid-cols-3">
        {promises.map(({ title, text }) => (
          <li key={title} className="border-t border-line pt-4">
            <h2 className="font-semibold">{title}</h2>
            <p className="mt-1 text-sm text-muted">{text}</p>
          </li>
        ))}
      </ul>
    </SignedOutShell>
  );
}
