// Both ceremonies of WebAuthn with nothing before and after them: an authenticator
// answers, and what it signed is verified.
import {
  type Asserted,
  verifyAssertion,
  verifyAttestation,
} from "@/lib/auth/passkey/webauthn";
import {
  type AlteredAnswer,
  type AlteredCreation,
  makeAuthenticator,
} from "@/tests/authenticator";

export const challenge = "dGhlIHNlcnZlciB0aG91Z2h0IG9mIGl0IGFsb25l";
export const origin = "https://latchkey.example";
const rpId = "latchkey.example";
export const expected = { challenges: [challenge], origin, rpId };

export const creation = { challenge, rp: { id: rpId }, user: { id: "dXNlcg" } };
export const request = { challenge, rpId };

export type Make = Omit<Parameters<typeof makeAuthenticator>[0], "origin">;

export function register(over: AlteredCreation = {}, make: Make = {}) {
  const response = makeAuthenticator({ origin, ...make }).create(creation, over);
  return verifyAttestation(response, { ...expected, isConditional: false });
}

export function signIn(
  over: AlteredAnswer = {},
  make: Make = {},
): Promise<Asserted | null> {
  const { authenticator, credential } = withPasskey(make);
  return verifyAssertion(authenticator.get(request, over), credential, expected);
}

/** An authenticator with one passkey, and what the server keeps of it. */
export function withPasskey(make: Make = {}) {
  const authenticator = makeAuthenticator({ origin, ...make });
  const { id } = authenticator.create(creation);
  const publicKey = authenticator.passkeys[0]?.publicKey ?? Buffer.alloc(0);
  const credential = { credentialId: Buffer.from(id, "base64url"), publicKey };
  return { authenticator, credential };
}
