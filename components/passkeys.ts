// What pages ask of the browser about passkeys, and the few ways in which it ends.
// Errors of WebAuthn are told apart by their names (Level 3 §5.1.3, §5.1.4); most
// of them mean no more than that the person changed their mind.
import {
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  sendSignal,
  startAuthentication,
  startRegistration,
} from "@simplewebauthn/browser";

export type PasskeyOutcome<Answer> =
  | { status: "answered"; answer: Answer }
  /** By our server, in its words. */
  | { status: "refused"; message: string }
  /** Dismissed, timed out or impossible: browsers do not tell which, on purpose. */
  | { status: "cancelled" }
  /** This device has one for the account. */
  | { status: "registered" }
  /** By another request of this page. */
  | { status: "aborted" }
  | { status: "failed" };

/** `isAutofill`: waits, unseen, until somebody picks a passkey in a field's list. */
export async function askForPasskey(
  path: string,
  { isAutofill = false } = {},
): Promise<PasskeyOutcome<AuthenticationResponseJSON>> {
  const given = await fetchOptions<PublicKeyCredentialRequestOptionsJSON>(path, {});
  if ("status" in given) return given;
  return settle(
    startAuthentication({ optionsJSON: given.options, useBrowserAutofill: isAutofill }),
  );
}

/** `isConditional`: by the browser itself, without a word to the person. */
export async function createPasskey(
  path: string,
  { isConditional = false } = {},
): Promise<PasskeyOutcome<RegistrationResponseJSON>> {
  const wanted = { conditional: isConditional };
  const given = await fetchOptions<PublicKeyCredentialCreationOptionsJSON>(path, wanted);
  if ("status" in given) return given;
  return settle(
    startRegistration({ optionsJSON: given.options, useAutoRegister: isConditional }),
  );
}

let channel: BroadcastChannel | undefined;

/** A browser has one ceremony at a time: the newest of all its tabs. */
export function ceremonies(): BroadcastChannel {
  channel ??= new BroadcastChannel("latchkey-ceremony");
  return channel;
}

const unreachable = "We could not be reached. Check your connection and try again.";

type Given<Options> = { options: Options } | { status: "refused"; message: string };

async function fetchOptions<Options>(
  path: string,
  body: object,
): Promise<Given<Options>> {
  ceremonies().postMessage("begun");
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const answer = await response.json();
    if (response.ok) return { options: answer };
    return { status: "refused", message: answer.detail ?? unreachable };
  } catch {
    return { status: "refused", message: unreachable };
  }
}

async function settle<Answer>(asked: Promise<Answer>): Promise<PasskeyOutcome<Answer>> {
  try {
    return { status: "answered", answer: await asked };
  } catch (error) {
    return { status: ends[error instanceof Error ? error.name : ""] ?? "failed" };
  }
}

const ends: Record<string, "aborted" | "cancelled" | "registered"> = {
  AbortError: "aborted",
  NotAllowedError: "cancelled",
  InvalidStateError: "registered",
};

/** A courtesy to the browser's password manager, which may know no signals yet. */
export function tellBrowser(signal: Parameters<typeof sendSignal>[0]): void {
  // What it does not hear now, it hears with the next visit.
  sendSignal(signal).catch(() => {});
}
