import { describe, expect, it } from "vitest";
import { describeAge, describeWait, formatUtc } from "./time-text";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const now = Date.parse("2026-03-01T12:00:00Z");

describe("describeAge", () => {
  it.each([
    [0, "now"],
    [59_999, "now"],
    [minute, "1 minute ago"],
    [59 * minute, "59 minutes ago"],
    [hour, "1 hour ago"],
    [23 * hour, "23 hours ago"],
    [day, "yesterday"],
    [3 * day, "3 days ago"],
    [30 * day, "last month"],
    [365 * day, "last year"],
  ])("%i ms ago", (age, text) => {
    expect(describeAge(now - age, now, "en")).toBe(text);
  });

  it("never speaks of the future: this clock may be behind the server's", () => {
    expect(describeAge(now + hour, now, "en")).toBe("now");
  });

  it("speaks the reader's language", () => {
    expect(describeAge(now - 3 * day, now, "de")).toBe("vor 3 Tagen");
  });
});

describe("describeWait", () => {
  it.each([
    [0, "now"],
    [minute, "in 1 minute"],
    [day, "tomorrow"],
    [29 * day, "in 29 days"],
    [-day, "now"],
  ])("%i ms ahead", (wait, text) => {
    expect(describeWait(now + wait, now, "en")).toBe(text);
  });
});

describe("formatUtc", () => {
  it("writes the day, the minute and the zone", () => {
    expect(formatUtc(new Date("2025-11-02T03:04:59Z"))).toBe("2 Nov 2025, 03:04 UTC");
  });
});
