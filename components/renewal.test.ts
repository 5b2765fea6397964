import { afterEach, describe, expect, it, vi } from "vitest";
import {
  askForRenewal,
  backOff,
  hasSession,
  judgeRenewal,
  nextLook,
  type Renewal,
  readRenewAt,
  signInAddress,
} from "./renewal";

const minute = 60_000;
const renewal = (given: Partial<Renewal>): Renewal => ({
  renewAt: 14 * minute,
  inputAt: 0,
  renewedAt: 1,
  retryAt: 0,
  ...given,
});

describe("judgeRenewal", () => {
  it.each([
    ["before its time, with input", { inputAt: 5 * minute }, 13 * minute, "later"],
    ["before its time, without input", {}, 13 * minute, "later"],
    ["due, with input", { inputAt: 5 * minute }, 14 * minute, "renew"],
    ["due, nobody there", {}, 14 * minute, "unattended"],
    [
      "due, input only before the last renewal",
      { inputAt: minute, renewedAt: 2 * minute },
      15 * minute,
      "unattended",
    ],
    ["overdue after sleep, with input", { inputAt: 900 * minute }, 900 * minute, "renew"],
    [
      "due, but told to wait",
      { inputAt: 5 * minute, retryAt: 16 * minute },
      15 * minute,
      "later",
    ],
    [
      "due, and the wait is over",
      { inputAt: 5 * minute, retryAt: 16 * minute },
      16 * minute,
      "renew",
    ],
  ])("%s", (_name, given, now, verdict) => {
    expect(judgeRenewal(renewal(given), now)).toBe(verdict);
  });
});

describe("nextLook", () => {
  it("waits for the later of the two moments", () => {
    expect(nextLook(renewal({}), 10 * minute)).toBe(4 * minute);
    expect(nextLook(renewal({ retryAt: 15 * minute }), 10 * minute)).toBe(5 * minute);
  });

  it("never sleeps longer than an hour, which setTimeout could not keep", () => {
    expect(nextLook(renewal({ renewAt: 60 * 24 * 60 * minute }), 0)).toBe(60 * minute);
  });
});

describe("backOff", () => {
  it("doubles from five seconds and stops at eighty", () => {
    expect([1, 2, 3, 4, 5, 6, 60].map((failures) => backOff(failures, 0))).toEqual([
      5000, 10_000, 20_000, 40_000, 80_000, 80_000, 80_000,
    ]);
  });

  it("spreads tabs by at most half", () => {
    expect(backOff(1, 1)).toBe(7500);
  });
});

describe("readRenewAt", () => {
  const ends = "2026-01-01T00:15:00.000Z";
  const now = Date.parse("2026-01-01T00:00:00.000Z");

  it("is a minute before the end", () => {
    expect(readRenewAt(ends, "Thu, 01 Jan 2026 00:00:00 GMT", now)).toBe(
      now + 14 * minute,
    );
  });

  it("does not trust a clock that is twenty minutes ahead", () => {
    const ahead = now + 20 * minute;
    const renewAt = readRenewAt(ends, "Thu, 01 Jan 2026 00:00:00 GMT", ahead);
    expect(renewAt).toBe(ahead + 14 * minute);
  });

  it("never asks again at once, whatever the answer says", () => {
    expect(readRenewAt(ends, null, now + 60 * minute)).toBe(now + 60.5 * minute);
    expect(readRenewAt("nonsense", null, now)).toBe(now + 0.5 * minute);
  });
});

describe("signInAddress", () => {
  it("keeps the page and its query in one parameter", () => {
    expect(signInAddress("/login", "/settings/devices?a=1&b=2", null)).toBe(
      "/login?next=%2Fsettings%2Fdevices%3Fa%3D1%26b%3D2",
    );
  });

  it("names the reason, which cannot add parameters", () => {
    expect(signInAddress("/login", "/", "idle&x=1")).toBe(
      "/login?next=%2F&reason=idle%26x%3D1",
    );
  });
});

describe("what the server answers", () => {
  afterEach(() => vi.unstubAllGlobals());
  const answer = (body: unknown, init?: ResponseInit) =>
    vi.stubGlobal("fetch", async () => Response.json(body, init));
  const offline = () =>
    vi.stubGlobal("fetch", async () => {
      throw new TypeError("Failed to fetch");
    });

  it("only a 401 ends the session", async () => {
    answer({ code: "unauthenticated", reason: "idle" }, { status: 401 });
    expect(await askForRenewal()).toEqual({ kind: "ended", reason: "idle" });
    answer({ code: "unauthenticated" }, { status: 401 });
    expect(await askForRenewal()).toEqual({ kind: "ended", reason: null });
  });

  it("everything else is tried again, when the server says so", async () => {
    answer({}, { status: 503, headers: { "retry-after": "7" } });
    expect(await askForRenewal()).toEqual({ kind: "failed", retryAfter: 7000 });
    answer({}, { status: 500 });
    expect(await askForRenewal()).toEqual({ kind: "failed", retryAfter: 0 });
    offline();
    expect(await askForRenewal()).toEqual({ kind: "failed", retryAfter: 0 });
  });

  it("being offline is not being signed out", async () => {
    answer(null);
    expect(await hasSession()).toBe(false);
    answer({ user: {} });
    expect(await hasSession()).toBe(true);
    answer(null, { status: 503 });
    expect(await hasSession()).toBe(true);
    offline();
    expect(await hasSession()).toBe(true);
  });
});
