"use client";

// Right after a sign-in with a password, a password manager that filled it in may
// make a passkey by itself (conditional creation, WebAuthn Level 3 §5.1.3). It is
// tried once a session, and whatever else comes of it is nobody's business.

import { startTransition, useActionState, useEffect } from "react";
import { createPasskey } from "@/components/passkeys";
import { type FormAction, idle } from "@/lib/form-state";

type PasskeyUpgradeProps = {
  sessionId: string;
  /** Receives `response`, of the browser. */
  saveAction: FormAction;
};

const triedKey = "passkey-upgrade";

export function PasskeyUpgrade({ sessionId, saveAction }: PasskeyUpgradeProps) {
  const [saved, save] = useActionState(saveAction, idle);

  useEffect(() => {
    const leaving = new AbortController();
    canUpgrade()
      .then(async (can) => {
        if (!can || leaving.signal.aborted || !claim(sessionId)) return;
        const response = await upgrade(leaving.signal);
        if (response) startTransition(() => save(response));
      })
      .catch(() => {});
    return () => leaving.abort();
  }, [sessionId, save]);

  return (
    <p role="status" className="mb-6 text-sm font-medium text-success empty:hidden">
      {saved.status === "done" && saved.message}
    </p>
  );
}

/** True for the first that asks, in this tab. */
function claim(sessionId: string): boolean {
  if (sessionStorage.getItem(triedKey) === sessionId) return false;
  sessionStorage.setItem(triedKey, sessionId);
  return true;
}

async function upgrade(until: AbortSignal): Promise<FormData | null> {
  const path = "/api/account/passkeys/options";
  const outcome = await createPasskey(path, { isConditional: true, until });
  if (outcome.status !== "answered") return null;
  const fields = new FormData();
  fields.set("response", JSON.stringify(outcome.answer));
  return fields;
}

/** Only some browsers can, and say so. */
async function canUpgrade(): Promise<boolean> {
  if (typeof PublicKeyCredential === "undefined") return false;
  const capabilities = await PublicKeyCredential.getClientCapabilities?.();
  return capabilities?.conditionalCreate === true;
}
