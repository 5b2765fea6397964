"use client";

import { useActionState } from "react";
import { nameDevice } from "@/components/device-row";
import { FormMessage } from "@/components/form-message";
import { RelativeTime } from "@/components/relative-time";
import { SubmitButton } from "@/components/submit-button";
import { Badge } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { Facts } from "@/components/ui/facts";
import { useRemoval } from "@/components/use-removal";
import { type FormAction, idle } from "@/lib/form-state";

type Trusted = {
  id: string;
  browser: string | null;
  os: string | null;
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
  if (browsers.length === 0 && !last) return null;

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
        {last && `${nameDevice(last)} is no longer trusted.`}
      </p>
      {browsers.length > 0 && (
        <Card>
          <ul ref={list} className="divide-y divide-line">
            {browsers.map((browser, index) => (
              <li
                key={browser.id}
                tabIndex={-1}
                className="flex flex-wrap items-start justify-between gap-x-4 gap-y-3 p-4 text-sm sm:p-5"
              >
                <div className="min-w-0 flex-1 basis-60 space-y-1">
                  <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
                    <span id={`trusted-${browser.id}`} className="font-medium">
                      {nameDevice(browser)}
                    </span>
                    {browser.isThis && <Badge tone="accent">This browser</Badge>}
                  </p>
                  <Facts>
                    {browser.location && <span>{browser.location}</span>}
                    <span>{browser.ip ?? "Unknown address"}</span>
                    <span>
                      Last used <RelativeTime dateTime={browser.lastUsedAt} />
                    </span>
                    <span>
                      Trust ends <RelativeTime dateTime={browser.expiresAt} isAhead />
                    </span>
                  </Facts>
                </div>
                <form action={action} onSubmit={() => expectEnd([browser], index)}>
                  <input type="hidden" name="browserId" value={browser.id} />
                  <SubmitButton tone="secondary" describedBy={`trusted-${browser.id}`}>
                    Stop trusting
                  </SubmitButton>
                </form>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </section>
  );
}
