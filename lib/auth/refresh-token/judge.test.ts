// The rotation policy as a table: rows in the order of the questions, then what
// holds for every token anybody could present.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  floorOf,
  type Judged,
  judge,
  type Presentation,
} from "@/lib/auth/refresh-token/judge";
import { minutes, seconds } from "@/lib/config";
import { sha256 } from "@/lib/crypto";

const now = new Date("2026-03-01T12:00:00Z");
const ago = (ms: number) => new Date(now.getTime() - ms);
const device = sha256("this browser");
const otherDevice = sha256("another browser");

const session: Judged = {
  generation: 5,
  confirmedGeneration: 5,
  rotatedAt: ago(minutes(10)),
  recentRotations: [],
  channel: "browser",
  deviceHash: device,
  endReason: null,
};
const presented: Presentation = {
  generation: 5,
  isGenuine: true,
  channel: "browser",
  deviceHash: device,
};

type Row = [string, Partial<Presentation>, Partial<Judged>, ReturnType<typeof judge>];

const justRotated = { rotatedAt: ago(0), recentRotations: [ago(0)] };
const elsewhere = { deviceHash: otherDevice };
const nowhere = { deviceHash: null };
const native = { channel: "native", deviceHash: null } as const;

const table: Row[] = [
  ["a wrong MAC", { isGenuine: false }, {}, "unknown"],
  ["a wrong MAC, ended", { isGenuine: false }, { endReason: "reuse" }, "unknown"],
  ["a wrong MAC, elsewhere", { isGenuine: false, ...elsewhere }, {}, "unknown"],
  ["a browser's token shown by a native client", native, {}, "unknown"],
  ["a native token in a browser", {}, native, "unknown"],
  ["a session that was signed out", {}, { endReason: "signed_out" }, "ended"],
  ["a session that went idle", {}, { endReason: "idle" }, "ended"],
  ["a stolen session a second time", { generation: 1 }, { endReason: "reuse" }, "ended"],
  ["an ended one elsewhere", elsewhere, { endReason: "idle" }, "ended"],
  ["an ended one, no device", nowhere, { endReason: "idle" }, "ended"],
  ["another device", elsewhere, {}, "other_device"],
  ["another device at once", elsewhere, justRotated, "other_device"],
  [
    "another device in the grace",
    { generation: 4, ...elsewhere },
    justRotated,
    "other_device",
  ],
  ["another device, old token", { generation: 1, ...elsewhere }, {}, "other_device"],
  ["no device cookie", nowhere, {}, "unbound"],
  ["no device cookie at once", nowhere, justRotated, "unbound"],
  ["no device cookie, old token", { generation: 1, ...nowhere }, {}, "unbound"],
  ["a browser's session bound to nothing", {}, nowhere, "unbound"],
  ["one bound to nothing, shown by nobody", nowhere, nowhere, "unbound"],
  ["the current token at once", {}, { rotatedAt: ago(0) }, "fresh"],
  ["the current token after 59.999 s", {}, { rotatedAt: ago(seconds(60) - 1) }, "fresh"],
  ["the current token after 60 s", {}, { rotatedAt: ago(seconds(60)) }, "rotate"],
  ["the current token after days", {}, {}, "rotate"],
  ["the first token of a session", { generation: 0 }, { generation: 0 }, "rotate"],
  ["a generation that was never made", { generation: 6 }, justRotated, "reuse"],
  [
    "the predecessor after 44.999 s",
    { generation: 4 },
    { recentRotations: [ago(seconds(45) - 1)] },
    "repeat",
  ],
  [
    "the predecessor after 45 s",
    { generation: 4 },
    { recentRotations: [ago(seconds(45))] },
    "reuse",
  ],
  ["the predecessor at once", { generation: 4 }, justRotated, "repeat"],
  [
    "a token two rotations of the grace ago",
    { generation: 3 },
    { recentRotations: [ago(seconds(40)), ago(seconds(1))] },
    "repeat",
  ],
  [
    "a token below that floor",
    { generation: 2 },
    { recentRotations: [ago(seconds(40)), ago(seconds(1))] },
    "reuse",
  ],
  [
    "a token whose rotation left the grace while the next did not",
    { generation: 3 },
    { recentRotations: [ago(seconds(46)), ago(seconds(1))] },
    "reuse",
  ],
  [
    "the predecessor of an unused token",
    { generation: 4 },
    { confirmedGeneration: 4 },
    "repeat",
  ],
  [
    "the one before, nobody having used either",
    { generation: 3 },
    { confirmedGeneration: 3 },
    "reuse",
  ],
  ["the predecessor of a token in use", { generation: 4 }, {}, "reuse"],
  ["a token from long ago", { generation: 0 }, { confirmedGeneration: -1 }, "reuse"],
];

describe("judge", () => {
  it.each(table)("I01 I02 I03 I04 I05 judges %s", (_what, shown, row, verdict) => {
    expect(judge({ ...presented, ...shown }, { ...session, ...row }, now)).toBe(verdict);
  });

  it("I04 a native session is bound to no device cookie", () => {
    expect(judge({ ...presented, ...native }, { ...session, ...native }, now)).toBe(
      "rotate",
    );
  });

  it("I03 the floor is the generation before the first rotation of the last 45 s", () => {
    const at = (...times: number[]) =>
      floorOf({ ...session, recentRotations: times.map((s) => ago(seconds(s))) }, now);
    expect(at()).toBe(5);
    expect(at(1)).toBe(4);
    expect(at(44, 1)).toBe(3);
    expect(at(45, 44, 1)).toBe(3);
  });
});

const anyPresentation = fc.record({
  generation: fc.nat(12),
  isGenuine: fc.boolean(),
  channel: fc.constantFrom("browser" as const, "native" as const),
  deviceHash: fc.constantFrom(device, otherDevice, null),
});
const anyAge = fc.integer({ min: 0, max: seconds(120) });
const anySession = fc.record({
  generation: fc.nat(10),
  confirmedGeneration: fc.integer({ min: -1, max: 10 }),
  rotatedAt: anyAge.map(ago),
  recentRotations: fc.array(anyAge.map(ago), { maxLength: 5 }),
  channel: fc.constantFrom("browser" as const, "native" as const),
  deviceHash: fc.constantFrom(device, null),
  endReason: fc.constantFrom(null, "signed_out" as const, "idle" as const),
});

function forEverybody(check: (shown: Presentation, row: Judged) => void) {
  fc.assert(fc.property(anyPresentation, anySession, check), { numRuns: 2000 });
}

const tokens = ["fresh", "rotate", "repeat"];

describe("whatever is presented", () => {
  it("I01 a wrong MAC is always unknown, and so is a token of the other channel", () => {
    forEverybody((shown, row) => {
      expect(judge({ ...shown, isGenuine: false }, row, now)).toBe("unknown");
      if (shown.channel !== row.channel) expect(judge(shown, row, now)).toBe("unknown");
    });
  });

  it("I04 another device or none never gets a browser's token", () => {
    forEverybody((shown, row) => {
      if (row.channel === "native") return;
      for (const deviceHash of [otherDevice, null]) {
        expect(tokens).not.toContain(judge({ ...shown, deviceHash }, row, now));
      }
    });
  });

  it("I07 an ended session never answers with a token and is never a second theft", () => {
    forEverybody((shown, row) => {
      const verdict = judge(shown, { ...row, endReason: "reuse" }, now);
      expect(["unknown", "ended"]).toContain(verdict);
    });
  });

  it("I03 a token refused once is refused for ever", () => {
    forEverybody((shown, row) => {
      if (judge(shown, row, now) !== "reuse") return;
      const later = new Date(now.getTime() + minutes(30));
      expect(judge(shown, row, later)).toBe("reuse");
    });
  });

  it("I05 only the predecessor of an unused token is served after the grace", () => {
    forEverybody((shown, row) => {
      const verdict = judge(shown, { ...row, recentRotations: [] }, now);
      if (verdict !== "repeat") return;
      expect(shown.generation).toBe(row.generation - 1);
      expect(row.confirmedGeneration).toBeLessThan(row.generation);
    });
  });
});
