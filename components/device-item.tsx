import type { ComponentType, ReactNode } from "react";
import { Badge } from "@/components/ui/badge";
import {
  DesktopIcon,
  GlobeIcon,
  PhoneIcon,
  TabletIcon,
} from "@/components/ui/device-icon";
import { Facts } from "@/components/ui/facts";

export type DeviceLook = {
  browser: string | null;
  os: string | null;
  deviceType: "desktop" | "phone" | "tablet" | "other";
};

type DeviceItemProps = {
  device: DeviceLook;
  /** Of the element that says its name, for a button that is about it. */
  nameId: string;
  badge?: string | false;
  facts: readonly (string | null)[];
  /** What happened, and when. */
  times: readonly (readonly [what: string, when: ReactNode])[];
  /** What can be done with it. */
  children: ReactNode;
};

const icons: Record<DeviceLook["deviceType"], ComponentType> = {
  desktop: DesktopIcon,
  phone: PhoneIcon,
  tablet: TabletIcon,
  other: GlobeIcon,
};

export function nameDevice({ browser, os }: Pick<DeviceLook, "browser" | "os">): string {
  if (browser && os) return `${browser} on ${os}`;
  return browser ?? os ?? "Unknown browser";
}

/** A browser, or an app, in a list of them. */
export function DeviceItem(props: DeviceItemProps) {
  const { device, nameId, badge, facts, times, children } = props;
  const DeviceIcon = icons[device.deviceType];
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
            {badge && <Badge tone="accent">{badge}</Badge>}
          </p>
          <Facts>{facts.map((fact) => fact && <span key={fact}>{fact}</span>)}</Facts>
          {/* Columns: when the browser puts its own words, nothing moves aside. */}
          <p className="grid gap-x-4 text-muted md:grid-cols-[11.5rem_1fr] md:[@media(scripting:none)]:grid-cols-[15rem_1fr]">
            {times.map(([what, when]) => (
              <span key={what}>
                {/* One text: two of them are counted as moved when the time comes in. */}
                {`${what} `}
                {when}
              </span>
            ))}
          </p>
        </div>
        {children}
      </div>
    </li>
  );
}
