"use client";

// What a form has done, in its place. It takes the focus that the form's button
// had, so that it is read out and the keyboard goes on from here.

import { type ReactNode, useEffect, useRef } from "react";
import { PageTitle } from "@/components/page-title";
import { Alert } from "@/components/ui/alert";

type OutcomeProps = {
  title: string;
  appName: string;
  message: ReactNode;
  children?: ReactNode;
};

export function Outcome({ title, appName, message, children }: OutcomeProps) {
  const box = useRef<HTMLDivElement>(null);

  useEffect(() => {
    box.current?.focus();
  }, []);

  return (
    <div className="space-y-5">
      <PageTitle title={title} appName={appName} />
      <Alert ref={box} tone="success" tabIndex={-1}>
        {message}
      </Alert>
      {children}
    </div>
  );
}

/** "2 devices were signed out." */
export function describeEnded(ended: number, which = ""): string {
  if (ended === 0) return `No ${which}device was signed in.`;
  return ended === 1
    ? `1 ${which}device was signed out.`
    : `${ended} ${which}devices were signed out.`;
}
