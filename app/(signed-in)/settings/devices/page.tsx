import { DeviceList } from "@/components/device-list";
import type { Device } from "@/components/device-row";
import { PageHeading } from "@/components/page-heading";
import { methodName } from "@/lib/auth/method-name";
import { type ListedSession, listSessions } from "@/lib/auth/session";
import { appName } from "@/lib/brand";
import { config, days } from "@/lib/config";
import { requireUser } from "@/lib/http/current-session";
import { endOthersAction, endSessionAction } from "./actions";

export default async function DevicesPage() {
  const session = await requireUser("/settings/devices");
  const sessions = await listSessions(session.userId);
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
