// What an authenticator says of a passkey, as a person would say it. It is the
// authenticator's word (WebAuthn Level 3 §6.1.3); nobody can check where copies are.

type Backup = { isBackupEligible: boolean; isBackedUp: boolean };

/** In two words for a badge, and as the sentence that it stands for. */
export function describeBackup({ isBackupEligible, isBackedUp }: Backup): {
  badge: string;
  sentence: string;
} {
  if (!isBackupEligible) {
    return { badge: "One device", sentence: "Stays on one device" };
  }
  return isBackedUp
    ? { badge: "Synced", sentence: "Synced across your devices" }
    : { badge: "Not backed up", sentence: "Can be synced; not backed up yet" };
}

/** What to call a passkey whose provider is unknown. */
export function describeKind(passkey: {
  isBackupEligible: boolean;
  transports: readonly string[];
}): "Security key" | "Passkey" {
  const { isBackupEligible, transports } = passkey;
  const isOfComputerOrPhone = transports.some((each) => builtIn.has(each));
  const isPortable = transports.some((each) => portable.has(each));
  const isKey = isPortable && !isOfComputerOrPhone && !isBackupEligible;
  return isKey ? "Security key" : "Passkey";
}

const builtIn = new Set(["internal", "hybrid", "cable"]);
const portable = new Set(["usb", "nfc", "ble", "smart-card"]);
