// Waits for a passkey that somebody picks in the list of the email field
// (conditional mediation, WebAuthn Level 3 §5.1.4). The challenge runs out, and a
// ceremony of another tab takes its place: then the request is begun anew, but not
// while nobody looks at the page.

import type { AuthenticationResponseJSON } from "@simplewebauthn/browser";
import { askForPasskey, ceremonies, stopAsking } from "@/components/ask-passkey";

type Options = {
  path: string;
  /** Milliseconds. */
  renewAfter: number;
  onAnswer: (answer: AuthenticationResponseJSON) => void;
};

/** Another request of the page has its turn between `hold` and `release`. */
export type Waiting = { hold(): void; release(): void; stop(): void };

export function awaitPasskey({ path, renewAfter, onAnswer }: Options): Waiting {
  const over = new AbortController();
  let timer: ReturnType<typeof setTimeout>;
  let canWait = false;
  let isHeld = false;
  let isStale = true;

  function ask() {
    clearTimeout(timer);
    isStale = true;
    if (over.signal.aborted || !canWait || isHeld || document.hidden) return;
    isStale = false;
    timer = setTimeout(ask, renewAfter);
    askForPasskey(path, { isAutofill: true }).then((outcome) => {
      if (outcome.status === "aborted" || over.signal.aborted) return;
      if (outcome.status === "answered") onAnswer(outcome.answer);
      // Offline, dismissed: it waits again when somebody comes back to the page.
      else isStale = true;
    }, stop);
  }

  function look() {
    if (isStale) ask();
  }

  function stop() {
    over.abort();
    clearTimeout(timer);
    stopAsking();
  }

  function release() {
    isHeld = false;
    ask();
  }

  const { signal } = over;
  document.addEventListener("visibilitychange", look, { signal });
  addEventListener("focus", look, { signal });
  // Only marked: two windows side by side would else replace each other for ever.
  ceremonies().addEventListener("message", () => (isStale = true), { signal });
  canAutofill().then((can) => {
    if (!can) return stop();
    canWait = true;
    release();
  }, stop);

  return {
    hold() {
      isHeld = true;
      stopAsking();
    },
    release,
    stop,
  };
}

/** Pages look before they know whether there are passkeys at all. */
async function canAutofill(): Promise<boolean> {
  const asked = window.PublicKeyCredential?.isConditionalMediationAvailable?.();
  return (await asked) === true;
}
