// What only pages of the signed-in ask of the browser about passkeys.
import {
  type PublicKeyCredentialCreationOptionsJSON,
  type RegistrationResponseJSON,
  sendSignal,
  startRegistration,
  WebAuthnAbortService,
} from "@simplewebauthn/browser";
import { fetchOptions, type PasskeyOutcome, settle } from "@/components/ask-passkey";

type Creation = {
  /** By the browser itself, without a word to the person. */
  isConditional?: boolean;
  /** Ends what nobody waits for any more. */
  until?: AbortSignal;
};

export async function createPasskey(
  path: string,
  { isConditional = false, until }: Creation = {},
): Promise<PasskeyOutcome<RegistrationResponseJSON>> {
  const wanted = { conditional: isConditional };
  const given = await fetchOptions<PublicKeyCredentialCreationOptionsJSON>(
    path,
    wanted,
    until,
  );
  if ("status" in given) return given;
  if (until?.aborted) return { status: "aborted" };
  until?.addEventListener("abort", () => WebAuthnAbortService.cancelCeremony());
  return settle(
    startRegistration({ optionsJSON: given.options, useAutoRegister: isConditional }),
  );
}

/** A courtesy to the browser's password manager, which may know no signals yet. */
export function tellBrowser(signal: Parameters<typeof sendSignal>[0]): void {
  // What it does not hear now, it hears with the next visit.
  sendSignal(signal).catch(() => {});
}
