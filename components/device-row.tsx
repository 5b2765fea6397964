import { DeviceItem, type DeviceLook } from "@/components/device-item";
import { RelativeTime } from "@/components/relative-time";
import { SubmitButton } from "@/components/submit-button";

export type Device = DeviceLook & {
  id: string;
  current: boolean;
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

export function DeviceRow({ device, endAction, onEnd }: DeviceRowProps) {
  const nameId = `device-${device.id}`;
  return (
    <DeviceItem
      device={device}
      nameId={nameId}
      badge={device.current && "This device"}
      facts={[device.location, device.ip, `${device.method} sign-in`]}
      times={[
        ["Last seen", <RelativeTime key="seen" dateTime={device.lastSeenAt} />],
        ["First seen", <RelativeTime key="made" dateTime={device.createdAt} />],
      ]}
    >
      {!device.current && (
        <form action={endAction} onSubmit={onEnd}>
          <input type="hidden" name="sessionId" value={device.id} />
          <SubmitButton tone="secondary" describedBy={nameId}>
            Sign out
          </SubmitButton>
        </form>
      )}
    </DeviceItem>
  );
}
