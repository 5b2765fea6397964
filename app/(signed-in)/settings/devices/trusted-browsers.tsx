"use client";

import { useActionState } from "react";
import { DeviceItem, type DeviceLook, nameDevice } from "@/components/device-item";
import { FormMessage } from "@/components/form-message";
import { RelativeTime } from "@/components/relative-time";
import { SubmitButton } from "@/components/submit-button";
import { Card } from "@/components/ui/card";
import { useRemoval } from "@/components/use-removal";
import { type FormAction, idle } from "@/lib/form-state";

type Trusted = DeviceLook & {
  id: string;
  ip: string | null;
  location: string | null;
  lastUsedAt: string;
  expiresAt: string;
  isThis: boolean;
};

type TrustedBrowsersProps = {
  browsers: readonly Trusted[];
  /** Receives `browserId`. */
  removeAction: FormAction;
};

/** Browsers in which no second factor is asked for. */
export function TrustedBrowsers({ browsers, removeAction }: TrustedBrowsersProps) {
  const [removed, action] = useActionState(removeAction, idle);
  const { list, gone, expectEnd } = useRemoval(browsers);
  const [last] = gone;
  const done = removed.status === "done" ? removed.message : undefined;
  const said = last ? `${nameDevice(last)} is no longer trusted.` : done;
  if (browsers.length === 0 && !said) return null;

  return (
    <section aria-labelledby="trusted" className="mt-10 space-y-4">
      <h2 id="trusted" className="font-semibold">
        Trusted browsers
      </h2>
      <p className="text-sm text-muted">
        These sign in without your second factor. Whoever uses one still needs your
        password or your mailbox.
      </p>
      <FormMessage state={removed} />
      <p role="status" className="text-sm font-medium text-success empty:hidden">
        {said}
      </p>
      {browsers.length > 0 && (
        <Card>
          <ul ref={list} className="divide-y divide-line">
            {browsers.map((browser, index) => (
              <DeviceItem
                key={browser.id}
                device={browser}
                nameId={`trusted-${browser.id}`}
                badge={browser.isThis && "This browser"}
                facts={[browser.location, browser.ip ?? "Unknown address"]}
                times={[
                  [
                    "Last used",
                    <RelativeTime key="used" dateTime={browser.lastUsedAt} />,
                  ],
                  [
                    "Trust ends",
                    <RelativeTime key="end" dateTime={browser.expiresAt} isAhead />,
                  ],
                ]}
              >
                <form action={action} onSubmit={() => expectEnd([browser], index)}>
                  <input type="hidden" name="browserId" value={browser.id} />
                  <SubmitButton tone="secondary" describedBy={`trusted-${browser.id}`}>
                    Stop trusting
                  </SubmitButton>
                </form>
              </DeviceItem>
            ))}
          </ul>
        </Card>
      )}
    </section>
  );
}
