// What is answered to a wrong claim of the browser's or a wrong flag of the
// authenticator's. Each is signed with the passkey's own key, so that the signature
// is not what refuses it; the same without the wrong thing is accepted.
import { describe, expect, it } from "vitest";
import { verifyAssertion, verifyAttestation } from "@/lib/auth/passkey/webauthn";
import { makeAuthenticator } from "@/tests/authenticator";
import {
  challenge,
  creation,
  expected,
  origin,
  register,
  request,
  signIn,
  withPasskey,
} from "@/tests/ceremonies";

describe("E04 answers of another place", () => {
  const wrong = [
    ["another site", { origin: "https://evil.example" }],
    ["http:", { origin: "http://latchkey.example" }],
    ["a sub-domain", { origin: "https://www.latchkey.example" }],
    ["the domain above", { origin: "https://example" }],
    ["another port", { origin: "https://latchkey.example:8443" }],
    ["its own port, spelt out", { origin: "https://latchkey.example:443" }],
    ["a name that begins with ours", { origin: "https://latchkey.example.evil.example" }],
    ["a name that ends in ours", { origin: "https://not-latchkey.example" }],
    ["a stroke at the end", { origin: "https://latchkey.example/" }],
    ["an opaque origin", { origin: "null" }],
    ["no origin", { origin: undefined }],
    ["a frame on another site", { crossOrigin: true }],
    ["a frame, named", { crossOrigin: true, topOrigin: "https://evil.example" }],
    ["a frame of our own", { crossOrigin: true, topOrigin: origin }],
    ["a frame that denies it", { crossOrigin: false, topOrigin: "https://evil.example" }],
    ["a frame that hides where", { crossOrigin: false, topOrigin: "" }],
    ["the relying party of a sub-domain", { rpId: "www.latchkey.example" }],
    ["the relying party of the domain above", { rpId: "example" }],
    ["the relying party of another site", { rpId: "evil.example" }],
    ["a relying party without a name", { rpId: "" }],
  ] as const;

  it.each(wrong)("E04 registers nothing that comes from %s", async (_where, over) => {
    expect(await register(over)).toBeNull();
  });

  it.each(wrong)("E04 signs nobody in who comes from %s", async (_where, over) => {
    expect(await signIn(over)).toBeNull();
  });

  it("E04 takes no answer for one of the other ceremony, nor of any third", async () => {
    const types = ["webauthn.get", "webauthn.create", "payment.get", "WebAuthn.get", ""];
    for (const type of types) {
      const registered = await register({ type });
      const signedIn = await signIn({ type });
      expect([type, registered !== null]).toEqual([type, type === "webauthn.create"]);
      expect([type, signedIn !== null]).toEqual([type, type === "webauthn.get"]);
    }
  });

  it("E04 accepts the same answers from our own pages", async () => {
    expect(await register()).not.toBeNull();
    expect(await signIn()).not.toBeNull();
    // Older browsers leave it out.
    expect(await signIn({ crossOrigin: undefined })).not.toBeNull();
  });
});

describe("E01 challenges", () => {
  it.each([
    ["of its own", "bXkgb3du"],
    ["that is empty", ""],
    ["that is a beginning of ours", challenge.slice(0, -4)],
    ["that goes on after ours", `${challenge}AAAA`],
    ["that is ours, padded", `${challenge}=`],
    ["that is ours in other letters", challenge.toLowerCase()],
  ])("E01 refuses an answer that brings a challenge %s", async (_name, brought) => {
    expect(await register({ challenge: brought })).toBeNull();
    expect(await signIn({ challenge: brought })).toBeNull();
  });

  it("E01 refuses an answer of yesterday once its challenge is not expected", async () => {
    const { authenticator, credential } = withPasskey();
    const captured = authenticator.get(request);
    expect(await verifyAssertion(captured, credential, expected)).not.toBeNull();
    for (const challenges of [["YW5vdGhlcg"], []]) {
      const later = { ...expected, challenges };
      expect(await verifyAssertion(captured, credential, later)).toBeNull();
      const again = authenticator.create(creation);
      const now = { ...later, isConditional: false };
      expect(await verifyAttestation(again, now)).toBeNull();
    }
  });

  it("E01 accepts both challenges while a secret is exchanged", async () => {
    const { authenticator, credential } = withPasskey();
    const both = { ...expected, challenges: ["b2xk", challenge] };
    expect(
      await verifyAssertion(authenticator.get(request), credential, both),
    ).not.toBeNull();
  });
});

describe("flags", () => {
  it.each([
    [true, true],
    [true, false],
    [false, false],
  ])("E07 tells that BE is %j and BS is %j", async (isBackupEligible, isBackedUp) => {
    const flags = { isBackupEligible, isBackedUp };
    expect(await register(flags)).toMatchObject(flags);
    expect(await signIn(flags)).toMatchObject(flags);
  });

  it("E07 refuses a backup of what cannot be backed up", async () => {
    const impossible = { isBackupEligible: false, isBackedUp: true };
    expect(await register(impossible)).toBeNull();
    expect(await signIn(impossible)).toBeNull();
  });

  it("E05 tells whether the user was verified, and leaves what follows to the caller", async () => {
    expect(await signIn()).toMatchObject({ isUserVerified: true });
    expect(await signIn({ isUserVerified: false })).toMatchObject({
      isUserVerified: false,
    });
    expect(await register({ isUserVerified: false })).not.toBeNull();
  });

  it("E04 refuses an answer that nobody was there for", async () => {
    expect(await register({ isUserPresent: false })).toBeNull();
    expect(await signIn({ isUserPresent: false })).toBeNull();
  });

  it("E04 accepts nobody's presence where the browser created it unasked", async () => {
    const unasked = { ...expected, isConditional: true };
    const absent = { isUserPresent: false, isUserVerified: false };
    const response = makeAuthenticator({ origin }).create(creation, absent);
    expect(await verifyAttestation(response, unasked)).not.toBeNull();
    const elsewhere = makeAuthenticator({ origin: "https://evil.example" });
    const foreign = elsewhere.create(creation, absent);
    expect(await verifyAttestation(foreign, unasked)).toBeNull();
  });

  it("E06 tells the counter and does not judge it", async () => {
    expect(await register({}, { hasCounter: true })).toMatchObject({ counter: 1 });
    for (const counter of [0, 1, 2 ** 31, 2 ** 32 - 1]) {
      expect(await signIn({ counter })).toMatchObject({ counter });
    }
  });
});

describe("E04 keys", () => {
  it("E04 refuses the answer of one passkey for another", async () => {
    const one = withPasskey();
    const other = withPasskey();
    const answer = one.authenticator.get(request);
    expect(await verifyAssertion(answer, other.credential, expected)).toBeNull();
    const posing = Buffer.from(other.credential.credentialId).toString("base64url");
    const claimed = one.authenticator.get(request, { credentialId: posing });
    expect(await verifyAssertion(claimed, other.credential, expected)).toBeNull();
    const mixed = { ...other.credential, publicKey: one.credential.publicKey };
    expect(await verifyAssertion(claimed, mixed, expected)).not.toBeNull();
  });

  it("E04 refuses an answer under another id than its key's", async () => {
    const { authenticator, credential } = withPasskey();
    const { id } = withPasskey().authenticator.create(creation);
    const posing = authenticator.get(request, { credentialId: id });
    expect(await verifyAssertion(posing, credential, expected)).toBeNull();
  });

  it("E04 refuses a signature that is none", async () => {
    for (const length of [0, 1, 64, 71, 4096]) {
      expect(await signIn({ signature: Buffer.alloc(length) })).toBeNull();
    }
  });

  it("E04 refuses two ids, and another type of credential", async () => {
    const { authenticator, credential } = withPasskey();
    const answer = authenticator.get(request);
    const created = makeAuthenticator({ origin }).create(creation);
    const unasked = { ...expected, isConditional: false };
    for (const over of [{ rawId: "AAAA" }, { type: "password" }, { id: "" }]) {
      const wrong = { ...answer, ...over } as typeof answer;
      expect(await verifyAssertion(wrong, credential, expected)).toBeNull();
      const made = { ...created, ...over } as typeof created;
      expect(await verifyAttestation(made, unasked)).toBeNull();
    }
  });
});
