// Asks the browser for the use of a passkey, and says in how few ways that ends.
// Pages of signed-out visitors carry this in place of @simplewebauthn/browser,
// which is several times as long: both do no more than turn JSON into bytes and
// back. Not by `toJSON()`, which the passkeys of some password managers' extensions
// do not have.
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialRequestOptionsJSON,
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

type Options = PublicKeyCredentialRequestOptionsJSON;

let pending: AbortController | undefined;

/** A request that waits keeps others from beginning (InvalidStateError). */
export function stopAsking(): void {
  pending?.abort();
}

/** `isAutofill`: waits, unseen, until somebody picks a passkey in a field's list. */
export async function askForPasskey(
  path: string,
  { isAutofill = false } = {},
): Promise<PasskeyOutcome<AuthenticationResponseJSON>> {
  stopAsking();
  const mine = new AbortController();
  pending = mine;
  const { signal } = mine;
  // Given up with the request: the cookie of a late answer would take the place of
  // the newer one's.
  const given = await fetchOptions<Options>(path, {}, signal);
  if (signal.aborted) return { status: "aborted" };
  if ("status" in given) return given;
  return settle(ask(given.options, { isAutofill, signal }));
}

type Asking = { isAutofill: boolean; signal: AbortSignal };

async function ask(
  { challenge, allowCredentials = [], extensions: _, ...rest }: Options,
  { isAutofill, signal }: Asking,
): Promise<AuthenticationResponseJSON> {
  const found = await navigator.credentials.get({
    mediation: isAutofill ? "conditional" : "optional",
    signal,
    publicKey: {
      ...rest,
      challenge: toBytes(challenge),
      allowCredentials: allowCredentials.map(({ id, transports }) => ({
        id: toBytes(id),
        transports: transports as AuthenticatorTransport[],
        type: "public-key",
      })),
    } as PublicKeyCredentialRequestOptions,
  });
  return read(found as PublicKeyCredential);
}

function read(found: PublicKeyCredential): AuthenticationResponseJSON {
  const response = found.response as AuthenticatorAssertionResponse;
  const { clientDataJSON, authenticatorData, signature, userHandle } = response;
  const attachment = found.authenticatorAttachment;
  return {
    id: found.id,
    rawId: toText(found.rawId),
    type: "public-key",
    response: {
      clientDataJSON: toText(clientDataJSON),
      authenticatorData: toText(authenticatorData),
      signature: toText(signature),
      userHandle: userHandle ? toText(userHandle) : undefined,
    },
    clientExtensionResults: {},
    authenticatorAttachment: (attachment ?? undefined) as "platform" | "cross-platform",
  };
}

/** From base64url, and to it. */
function toBytes(text: string): Uint8Array<ArrayBuffer> {
  const base64 = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function toText(bytes: ArrayBuffer): string {
  const base64 = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return base64.replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
}

let channel: BroadcastChannel | undefined;

/** A browser has one ceremony at a time: the newest of all its tabs. */
export function ceremonies(): BroadcastChannel {
  channel ??= new BroadcastChannel("latchkey-ceremony");
  return channel;
}

const unreachable = "We could not be reached. Check your connection and try again.";

type Given<Wanted> = { options: Wanted } | { status: "refused"; message: string };

export async function fetchOptions<Wanted>(
  path: string,
  body: object,
  signal?: AbortSignal,
): Promise<Given<Wanted>> {
  ceremonies().postMessage("begun");
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal,
    });
    const answer = await response.json();
    if (response.ok) return { options: answer };
    return { status: "refused", message: answer.detail ?? unreachable };
  } catch {
    return { status: "refused", message: unreachable };
  }
}

/** Told apart by name (Level 3 §5.1.3, §5.1.4); most mean a change of mind. */
const ends: Record<string, "aborted" | "cancelled" | "registered"> = {
  AbortError: "aborted",
  NotAllowedError: "cancelled",
  InvalidStateError: "registered",
};

export async function settle<Answer>(
  asked: Promise<Answer>,
): Promise<PasskeyOutcome<Answer>> {
  try {
    return { status: "answered", answer: await asked };
  } catch (error) {
    return { status: ends[error instanceof Error ? error.name : ""] ?? "failed" };
  }
}
