"use client";

// Every session of the account. Ending one works without JavaScript; with it,
// focus goes to the row that took the place, and the change is read out.

import { useActionState } from "react";
import { nameDevice } from "@/components/device-item";
import { type Device, DeviceRow } from "@/components/device-row";
import { EndOthers } from "@/components/end-others";
import { FormMessage } from "@/components/form-message";
import { PageTitle } from "@/components/page-title";
import { Card } from "@/components/ui/card";
import { useRemoval } from "@/components/use-removal";
import { type FormAction, idle } from "@/lib/form-state";

type DeviceListProps = {
  devices: readonly Device[];
  appName: string;
  /** Without use, after which a session ends. */
  idleDays: number;
  /** Receives `sessionId`. */
  endAction: FormAction;
  endOthersAction: FormAction;
};

export function DeviceList(props: DeviceListProps) {
  const [ended, endAction] = useActionState(props.endAction, idle);
  const [endedOthers, endOthersAction] = useActionState(props.endOthersAction, idle);
  const devices = props.devices.toSorted((a, b) => Number(b.current) - Number(a.current));
  const others = devices.filter((device) => !device.current);
  const { list, gone, expectEnd } = useRemoval(devices);
  const failed = [ended, endedOthers].find((state) => state.status === "error") ?? idle;
  const done = [ended, endedOthers].find((state) => state.status === "done");

  return (
    <div className="space-y-6">
      <PageTitle
        title="Your devices"
        appName={props.appName}
        error={failed.status === "error"}
      />
      <FormMessage state={failed} />
      <p role="status" className="text-sm font-medium text-success empty:hidden">
        {gone.length > 0 ? describeEnd(gone) : done?.message}
      </p>
      <Card>
        <ul ref={list} className="divide-y divide-line">
          {devices.map((device, index) => (
            <DeviceRow
              key={device.id}
              device={device}
              endAction={endAction}
              onEnd={() => expectEnd([device], index)}
            />
          ))}
        </ul>
      </Card>
      <p className="text-sm text-muted">
        Times show when this browser last talked to us. One that is not used for{" "}
        {props.idleDays} days is signed out by itself.
        {devices.some(({ location }) => location) &&
          " Places are estimated from the IP address and can be wrong."}
      </p>
      {others.length > 0 && (
        <EndOthers
          count={others.length}
          action={endOthersAction}
          answeredAt={endedOthers.at}
          onEnd={() => expectEnd(others, devices.length)}
        />
      )}
    </div>
  );
}

export function describeEnd(devices: readonly Device[]): string {
  const [only] = devices;
  if (devices.length === 1 && only) return `Signed out ${nameDevice(only)}.`;
  return `Signed out ${devices.length} other devices.`;
}
