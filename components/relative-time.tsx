"use client";

// The server cannot know the reader's zone or language: it writes UTC, and the
// browser replaces it after hydration, so the two never disagree.

import { useSyncExternalStore } from "react";
import { describeAge, describeWait, formatUtc } from "@/components/time-text";

const minute = 60_000;

function everyMinute(onChange: () => void) {
  const timer = setInterval(onChange, minute);
  return () => clearInterval(timer);
}

/** The current minute; null on the server and while hydrating. */
function useMinute(): number | null {
  return useSyncExternalStore(
    everyMinute,
    () => Math.floor(Date.now() / minute),
    () => null,
  );
}

type RelativeTimeProps = { dateTime: string; isAhead?: boolean };

export function RelativeTime({ dateTime, isAhead }: RelativeTimeProps) {
  const isLive = useMinute() !== null;
  const inWords = isAhead ? describeWait : describeAge;
  const date = new Date(dateTime);
  return (
    <time
      dateTime={dateTime}
      title={isLive ? formatLocal(date) : formatUtc(date)}
      className="whitespace-nowrap"
    >
      {isLive ? (
        inWords(date.getTime(), Date.now())
      ) : (
        // The longer words of UTC would make the page jump when they go.
        <span className="[@media(scripting:enabled)]:hidden">{formatUtc(date)}</span>
      )}
    </time>
  );
}

function formatLocal(date: Date): string {
  return date.toLocaleString(undefined, { dateStyle: "long", timeStyle: "long" });
}
