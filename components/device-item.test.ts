import { expect, it } from "vitest";
import { nameDevice } from "./device-item";
import { describeEnd } from "./device-list";

it.each([
  ["Chrome 141", "Windows", "Chrome 141 on Windows"],
  ["Chrome 141", null, "Chrome 141"],
  [null, "iOS", "iOS"],
  [null, null, "Unknown browser"],
])("nameDevice: %s, %s", (browser, os, name) => {
  expect(nameDevice({ browser, os })).toBe(name);
});

it("describeEnd names one device and counts several", () => {
  const device = { browser: "Chrome 141", os: "Windows" } as Parameters<
    typeof describeEnd
  >[0][0];
  expect(describeEnd([device])).toBe("Signed out Chrome 141 on Windows.");
  expect(describeEnd([device, device])).toBe("Signed out 2 other devices.");
});
