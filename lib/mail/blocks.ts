// What the mails are made of, and how they write a device, a time and a while.
import { days, hours, minutes } from "@/lib/config";
import type { Block } from "@/lib/mail/render";

/** What is known of the session that a mail is about. */
export type Device = {
  browser: string | null;
  os: string | null;
  ip: string | null;
  location: string | null;
};

/** Without a device where no session did it. */
export type Happening = { device: Device | null; at: Date };

export function paragraph(text: string): Block {
  return { kind: "paragraph", text };
}

export function small(text: string): Block {
  return { kind: "small", text };
}

export function link(label: string, href: string): Block {
  return { kind: "link", label, href };
}

export function code(value: string): Block {
  return { kind: "code", value };
}

type Pair = [label: string, value: string];

export function facts(pairs: Pair[]): Block {
  return { kind: "facts", facts: pairs.map(([label, value]) => ({ label, value })) };
}

/** Who, from where and when, as far as that is known. */
export function happeningFacts({ device, at }: Happening, label = "Device"): Pair[] {
  const time: Pair = ["Time", timeInUtc(at)];
  if (!device) return [time];
  const place: Pair[] = device.location ? [["Place", device.location]] : [];
  return [
    [label, deviceName(device)],
    ...place,
    ["IP address", device.ip ?? "Unknown"],
    time,
  ];
}

export function deviceName({ browser, os }: Pick<Device, "browser" | "os">): string {
  if (browser && os) return `${browser} on ${os}`;
  return browser ?? os ?? "Unknown device";
}

/** The reader's zone is unknown, and words for months differ between readers. */
export function timeInUtc(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** "30 minutes", "72 hours": exact, so in days from four on only. */
export function inWords(ms: number): string {
  if (ms >= days(4) && ms % days(1) === 0) return count(ms / days(1), "day");
  if (ms % hours(1) === 0) return count(ms / hours(1), "hour");
  return count(Math.ceil(ms / minutes(1)), "minute");
}

function count(n: number, unit: string): string {
  return n === 1 ? `1 ${unit}` : `${n} ${unit}s`;
}
