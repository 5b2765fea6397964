import { describe, expect, it } from "vitest";
import { describeBackup, describeKind } from "./passkey-words";

describe("where a passkey lives", () => {
  it.each([
    [true, true, "Synced", "Synced across your devices"],
    [true, false, "Not backed up", "Can be synced; not backed up yet"],
    [false, false, "One device", "Stays on one device"],
    // No authenticator may say so (§6.1.3); if one does, promise the lesser.
    [false, true, "One device", "Stays on one device"],
  ])("eligible %s, backed up %s: %s", (isBackupEligible, isBackedUp, badge, sentence) => {
    expect(describeBackup({ isBackupEligible, isBackedUp })).toEqual({
      badge,
      sentence,
    });
  });
});

describe("what an unknown passkey is called", () => {
  it.each([
    [["usb"], false, "Security key"],
    [["usb", "nfc"], false, "Security key"],
    [["ble"], false, "Security key"],
    [["smart-card"], false, "Security key"],
    [["usb", "nfc"], true, "Passkey"],
    [["usb", "internal"], false, "Passkey"],
    [["hybrid", "ble"], false, "Passkey"],
    [["cable", "ble"], false, "Passkey"],
    [["internal", "hybrid"], true, "Passkey"],
    [["something-new"], false, "Passkey"],
    [[], false, "Passkey"],
  ])("transports %j, eligible %s: %s", (transports, isBackupEligible, name) => {
    expect(describeKind({ transports, isBackupEligible })).toBe(name);
  });
});
