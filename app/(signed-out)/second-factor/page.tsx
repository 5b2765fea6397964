import { redirect } from "next/navigation";
import { FormCard } from "@/components/form-card";
import { NoFactor } from "@/components/no-factor";
import { PageTitle } from "@/components/page-title";
import { TextLink } from "@/components/ui/text-link";
import { findPendingOwner, findPendingSignIn } from "@/lib/auth/pending-sign-in";
import { policy } from "@/lib/auth/policy";
import { appName } from "@/lib/brand";
import { config, days } from "@/lib/config";
import { callerOf } from "@/lib/http/caller";
import { drawnHeaders, readCookies } from "@/lib/http/cookies";
import { getSession } from "@/lib/http/current-session";
import { safePath } from "@/lib/http/safe-path";
import { secondFactorAction } from "./actions";
import { overPath, secondFactorPath } from "./address";
import { SecondFactorForm } from "./second-factor-form";

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function SecondFactorPage({ searchParams }: Props) {
  const query = await searchParams;
  const next = safePath(query.next);
  const given = await drawnHeaders();
  const client = callerOf(given);
  const pending = await findPendingSignIn(readCookies(given).pending, client);
  const owner = pending && (await findPendingOwner(pending, client));
  // Another tab may have finished it.
  if (!pending || !owner) {
    redirect((await getSession()) ? (next ?? "/dashboard") : overPath("over", next));
  }
  const { methods } = pending;
  if (methods.length === 0) return <NoMethod />;
  const method = methods.find((name) => name === query.method) ?? methods[0];
  const others = methods.filter((name) => name !== method);
  return (
    <FormCard heading="Confirm it is you">
      <SecondFactorForm
        action={secondFactorAction}
        appName={appName()}
        email={owner.email}
        method={method ?? ""}
        others={others.map((name) => ({ name, href: secondFactorPath(name, next) }))}
        trustDays={
          owner.mayTrustBrowser ? policy.trustedBrowser.lifetime / days(1) : null
        }
        supportAddress={config.brand.supportAddress}
        next={next ?? undefined}
      />
    </FormCard>
  );
}

/** Whatever the account has is switched off. */
function NoMethod() {
  return (
    <FormCard heading="Confirm it is you">
      <PageTitle title="Confirm it is you" appName={appName()} />
      <div className="space-y-5 text-sm">
        <NoFactor />
        <p>
          <TextLink href="/login">Sign in as somebody else</TextLink>
        </p>
      </div>
    </FormCard>
  );
}
