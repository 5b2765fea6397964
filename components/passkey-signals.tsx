"use client";

// Tells the browser's password manager how things are here, so that it offers no
// passkey that is gone and no name that has changed (WebAuthn Level 3 §5.1.10): on
// arrival, and whenever it changes on the page.

import { useEffect } from "react";
import { tellBrowser } from "@/components/passkeys";

type PasskeySignalsProps = {
  signal: {
    rpId: string;
    /** base64url of the user handle. */
    userId: string;
    name: string;
    displayName: string;
    /** base64url. */
    credentialIds: string[];
  };
};

export function PasskeySignals({ signal }: PasskeySignalsProps) {
  const { rpId: rpID, userId: userID, name, displayName } = signal;
  // As one text: with each answer of the server the list is another object.
  const credentialIds = signal.credentialIds.join(" ");

  useEffect(() => {
    const allAcceptedCredentialIDs = credentialIds.split(" ").filter(Boolean);
    const signalName = "allAcceptedCredentials";
    tellBrowser({ signalName, rpID, userID, allAcceptedCredentialIDs });
  }, [rpID, userID, credentialIds]);

  useEffect(() => {
    const signalName = "currentUserDetails";
    const names = { userName: name, userDisplayName: displayName };
    tellBrowser({ signalName, rpID, userID, ...names });
  }, [rpID, userID, name, displayName]);

  return null;
}
