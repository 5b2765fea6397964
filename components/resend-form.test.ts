import { expect, it } from "vitest";
import { describeWait, secondsLeft } from "./resend-form";

const now = Date.parse("2026-01-01T00:00:00Z");

it.each([
  ["in the past", "2025-12-31T23:59:00Z", 0],
  ["this moment", "2026-01-01T00:00:00Z", 0],
  ["a started second counts", "2026-01-01T00:00:00.001Z", 1],
  ["a minute ahead", "2026-01-01T00:01:00Z", 60],
  ["too far ahead: this clock is wrong, the server decides", "2026-01-01T02:00:00Z", 0],
  ["not a time", "soon", 0],
])("secondsLeft: %s", (_name, availableAt, left) => {
  expect(secondsLeft(availableAt, now)).toBe(left);
});

it("describeWait shows minutes and seconds", () => {
  expect(describeWait(65)).toBe("You can ask for another mail in 1:05.");
});
