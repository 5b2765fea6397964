// Passkeys in a real browser: Chromium's virtual authenticator, over CDP. Added
// before the page loads, for one that is there from the start; with automatic
// presence a sign-in page that offers passkeys signs in by itself.
import type { CDPSession, Page } from "@playwright/test";

type Options = {
  /** Whether its user passes the test of fingerprint, face or screen lock. */
  isUserVerified?: boolean;
  /** Synced to other devices, as most are. */
  isSynced?: boolean;
  /** A security key in a port, in place of the device's own. */
  isKey?: boolean;
};

/** A change in an authenticator, by a ceremony or by a signal of a page. */
type Change = "Added" | "Asserted" | "Updated" | "Deleted";

export type Authenticator = {
  cdp: CDPSession;
  /** All that changed in it, the oldest first. */
  changes: Change[];
  id: string;
  /** What it holds, as Chromium keeps it: with private keys. */
  credentials(): Promise<Credential[]>;
  /** "Nobody is there": every request waits or fails. */
  setPresence(isPresent: boolean): Promise<void>;
  setVerified(isVerified: boolean): Promise<void>;
  remove(): Promise<void>;
};

type Credential = {
  credentialId: string;
  isResidentCredential: boolean;
  rpId?: string;
  privateKey: string;
  userHandle?: string;
  signCount: number;
  backupEligibility?: boolean;
  backupState?: boolean;
  userName?: string;
  userDisplayName?: string;
};

export async function addAuthenticator(
  page: Page,
  { isUserVerified = true, isSynced = true, isKey = false }: Options = {},
): Promise<Authenticator> {
  const cdp = await page.context().newCDPSession(page);
  // Without the browser's dialog, which no test could press.
  await cdp.send("WebAuthn.enable", { enableUI: false });
  const { authenticatorId: id } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport: isKey ? "usb" : "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified,
      automaticPresenceSimulation: true,
      defaultBackupEligibility: isSynced,
      defaultBackupState: isSynced,
    },
  });
  const authenticatorId = id;
  const changes: Change[] = [];
  for (const change of ["Added", "Asserted", "Updated", "Deleted"] as const) {
    cdp.on(`WebAuthn.credential${change}`, () => changes.push(change));
  }
  return {
    cdp,
    changes,
    id,
    async credentials() {
      const answer = await cdp.send("WebAuthn.getCredentials", { authenticatorId });
      return answer.credentials as Credential[];
    },
    async setPresence(enabled) {
      const given = { authenticatorId, enabled };
      await cdp.send("WebAuthn.setAutomaticPresenceSimulation", given);
    },
    async setVerified(isVerified) {
      const given = { authenticatorId, isUserVerified: isVerified };
      await cdp.send("WebAuthn.setUserVerified", given);
    },
    async remove() {
      await cdp.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });
    },
  };
}

/** The next of these events of the authenticator (Signal API and ceremonies). */
export function nextEvent(
  { cdp }: Authenticator,
  name:
    | "credentialAdded"
    | "credentialAsserted"
    | "credentialDeleted"
    | "credentialUpdated",
): Promise<unknown> {
  return new Promise((resolve) => cdp.once(`WebAuthn.${name}`, resolve));
}
