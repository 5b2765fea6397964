import { DeviceList } from "@/components/device-list";
import type { Device } from "@/components/device-row";
import { PageHeading } from "@/components/page-heading";
import { methodName } from "@/lib/auth/method-name";
import { type ListedSession, listSessions } from "@/lib/auth/session";
import { listTrustedBrowsers } from "@/lib/auth/trusted-browser";
import { appName } from "@/lib/brand";
import { config, days } from "@/lib/config";
import { callerOf } from "@/lib/http/caller";
import { drawnHeaders } from "@/lib/http/cookies";
import { requireUser } from "@/lib/http/current-session";
import { endOthersAction, endSessionAction, removeTrustAction } from "./actions";
import { TrustedBrowsers } from "./trusted-browsers";

export default async function DevicesPage() {
  const session = await requireUser("/settings/devices");
  const sessions = await listSessions(session.userId);
  const client = callerOf(await drawnHeaders());
  const trusted = await listTrustedBrowsers(session.userId, client);
  return (
    <>
      <PageHeading lead="Every browser and app that is signed in to your account.">
        Your devices
      </PageHeading>
      <DeviceList
        devices={sessions.map((listed) => shown(listed, session.id))}
        appName={appName()}
        idleDays={config.session.idle / days(1)}
        endAction={endSessionAction}
        endOthersAction={endOthersAction}
      />
      <TrustedBrowsers
        browsers={trusted.map(({ lastUsedAt, expiresAt, ...browser }) => ({
          ...browser,
          lastUsedAt: lastUsedAt.toISOString(),
          expiresAt: expiresAt.toISOString(),
        }))}
        removeAction={removeTrustAction}
      />
    </>
  );
}

function shown(listed: ListedSession, currentId: string): Device {
  return {
    id: listed.id,
    current: listed.id === currentId,
    browser: listed.browser,
    os: listed.os,
    deviceType: listed.deviceType,
    ip: listed.ip ?? "Unknown address",
    location: listed.location,
    method: methodName(listed.method),
    createdAt: listed.createdAt.toISOString(),
    lastSeenAt: listed.lastSeenAt.toISOString(),
  };
}
