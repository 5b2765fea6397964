// Words for points in time. Pure, so that they can be tested as a table.

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

const units = [
  { unit: "year", ms: 365 * 86_400_000 },
  { unit: "month", ms: 30 * 86_400_000 },
  { unit: "day", ms: 86_400_000 },
  { unit: "hour", ms: 3_600_000 },
  { unit: "minute", ms: 60_000 },
] as const;

/** Written by hand: server and browser may carry different Intl data. */
export function formatUtc(date: Date): string {
  const time = date.toISOString().slice(11, 16);
  const month = months[date.getUTCMonth()];
  return `${date.getUTCDate()} ${month} ${date.getUTCFullYear()}, ${time} UTC`;
}

/** "in 30 days" in the reader's language; "now" within a minute, or past. */
export function describeWait(then: number, now: number, locale?: string): string {
  return describe(then - now, 1, locale);
}

/** "3 hours ago" in the reader's language; "now" within a minute, or ahead. */
export function describeAge(then: number, now: number, locale?: string): string {
  return describe(now - then, -1, locale);
}

function describe(distance: number, sign: 1 | -1, locale?: string): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const fitting = units.find(({ ms }) => distance >= ms);
  if (!fitting) return format.format(0, "second");
  return format.format(sign * Math.floor(distance / fitting.ms), fitting.unit);
}
