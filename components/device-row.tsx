import type { ComponentType } from "react";
import { RelativeTime } from "@/components/relative-time";
import { SubmitButton } from "@/components/submit-button";
import { Badge } from "@/components/ui/badge";
import {
  DesktopIcon,
  GlobeIcon,
  PhoneIcon,
  TabletIcon,
} from "@/components/ui/device-icon";
import { Facts } from "@/components/ui/facts";

export type Device = {
  id: string;
  current: boolean;
  browser: string | null;
  os: string | null;
  deviceType: "desktop" | "phone" | "tablet" | "other";
  ip: string;
  location: string | null;
  /** As a person would say it: "Password". */
  method: string;
  createdAt: string;
  lastSeenAt: string;
};

type DeviceRowProps = {
  device: Device;
  endAction: (form: FormData) => void;
  onEnd: () => void;
};

const icons: Record<Device["deviceType"], ComponentType> = {
  desktop: DesktopIcon,
  phone: PhoneIcon,
  tablet: TabletIcon,
  other: GlobeIcon,
};

export function nameDevice({ browser, os }: Pick<Device, "browser" | "os">): string {
  if (browser && os) return `${browser} on ${os}`;
  return browser ?? os ?? "Unknown browser";
}

export function DeviceRow({ device, endAction, onEnd }: DeviceRowProps) {
  const DeviceIcon = icons[device.deviceType];
  const nameId = `device-${device.id}`;
  return (
    <li
      tabIndex={-1}
      className="flex flex-wrap items-start gap-x-4 gap-y-3 p-4 first:rounded-t-2xl last:rounded-b-2xl sm:p-5"
    >
      <span className="rounded-lg bg-raised p-2.5 text-muted">
        <DeviceIcon />
      </span>
      <div className="flex min-w-0 flex-1 basis-48 flex-wrap items-start gap-x-4 gap-y-3">
        <div className="min-w-0 flex-1 basis-60 space-y-1 text-sm">
          <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
            <span id={nameId} className="font-medium">
              {nameDevice(device)}
            </span>
            {device.current && <Badge tone="accent">This device</Badge>}
          </p>
          <Facts>
            {device.location && <span>{device.location}</span>}
            <span>{device.ip}</span>
            <span>{device.method} sign-in</span>
          </Facts>
          {/* Columns: when the browser puts its own words, nothing moves aside. */}
          <p className="grid gap-x-4 text-muted md:grid-cols-[11.5rem_1fr] md:[@media(scripting:none)]:grid-cols-[15rem_1fr]">
            <span>
              Last seen <RelativeTime dateTime={device.lastSeenAt} />
            </span>
            <span>
              First seen <RelativeTime dateTime={device.createdAt} />
            </span>
          </p>
        </div>
        {!device.current && (
          <form action={endAction} onSubmit={onEnd}>
            <input type="hidden" name="sessionId" value={device.id} />
            <SubmitButton tone="secondary" describedBy={nameId}>
              Sign out
            </SubmitButton>
          </form>
        )}
      </div>
    </li>
  );
}
