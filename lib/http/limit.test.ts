import { expect, it } from "vitest";
import { hours, minutes, seconds } from "@/lib/config";
import { enforce } from "@/lib/http/limit";

const spent = {
  name: "signIn",
  isAllowed: false,
  limit: 5,
  remaining: 0,
  window: minutes(10),
} as const;

it.each([
  [1, "1 second"],
  [seconds(1), "1 second"],
  [seconds(1) + 1, "2 seconds"],
  [seconds(59), "59 seconds"],
  [seconds(59) + 1, "1 minute"],
  [minutes(1), "1 minute"],
  [minutes(1) + 1, "2 minutes"],
  [minutes(9.5), "10 minutes"],
  [hours(1), "60 minutes"],
])("B12 says for %i ms that it is %s", (resetIn, words) => {
  const detail = `Too many attempts. Try again in ${words}.`;
  expect(() => enforce({ ...spent, resetIn })).toThrow(
    expect.objectContaining({ code: "rate_limited", detail, retryAfter: resetIn }),
  );
});

it("B12 says nothing while attempts are left", () => {
  expect(() => enforce({ ...spent, isAllowed: true, resetIn: 1 })).not.toThrow();
});
