import { PageHeading } from "@/components/page-heading";
import { PageTitle } from "@/components/page-title";
import { RelativeTime } from "@/components/relative-time";
import { Card } from "@/components/ui/card";
import { TextLink } from "@/components/ui/text-link";
import { methodName } from "@/lib/auth/method-name";
import { findPasskeyOffer } from "@/lib/auth/passkey/offer";
import { listSessions } from "@/lib/auth/session";
import { appName } from "@/lib/brand";
import { requireUser } from "@/lib/http/current-session";
import { savePasskeyAction } from "../settings/passkeys/actions";
import { declineOfferAction } from "./actions";
import { PasskeyOffer } from "./passkey-offer";
import { PasskeyUpgrade } from "./passkey-upgrade";

export default async function DashboardPage() {
  const session = await requireUser("/dashboard");
  const sessions = await listSessions(session.userId);
  const { isOffered, mayUpgrade } = await findPasskeyOffer(session);
  const others = sessions.length - 1;
  return (
    <>
      <PageTitle title="Dashboard" appName={appName()} />
      <PageHeading lead="You are signed in. This is where your product begins.">
        Welcome, {session.name ?? session.email}
      </PageHeading>
      {mayUpgrade && (
        <PasskeyUpgrade sessionId={session.id} saveAction={savePasskeyAction} />
      )}
      <PasskeyOffer
        isOffered={isOffered}
        isElsewhere={session.method === "passkey"}
        declineAction={declineOfferAction}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Card className="space-y-4 p-5 sm:p-6">
          <h2 className="font-semibold">This session</h2>
          <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-sm">
            <dt className="text-muted">Signed in with</dt>
            <dd>{methodName(session.method)}</dd>
            <dt className="text-muted">Since</dt>
            <dd>
              <RelativeTime dateTime={session.createdAt.toISOString()} />
            </dd>
            <dt className="text-muted">Ends at the latest</dt>
            <dd>
              <RelativeTime dateTime={session.expiresAt.toISOString()} isAhead />
            </dd>
          </dl>
        </Card>
        <Card className="space-y-4 p-5 sm:p-6">
          <h2 className="font-semibold">Your devices</h2>
          <p className="text-sm text-muted">{otherDevices(others)}</p>
          <TextLink href="/settings/devices" className="inline-block py-1 text-sm">
            Your devices
          </TextLink>
        </Card>
      </div>
    </>
  );
}

function otherDevices(count: number): string {
  if (count < 1) return "You are signed in on this device alone.";
  return count === 1
    ? "You are also signed in on one other device."
    : `You are also signed in on ${count} other devices.`;
}
