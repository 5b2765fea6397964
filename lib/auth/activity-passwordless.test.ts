// How sign-in links and passkeys read to the person whose account it is.
import { describe, expect, it } from "vitest";
import type { CodeFailure, PasskeyFailure } from "@/lib/audit";
import { tell } from "@/lib/auth/activity-words";

const told = (type: string, reason: string | null = null) => {
  const result = reason === null ? "success" : "failure";
  return tell({ type, result, reason, method: null, subject: null });
};

const passkeyFailures: Record<PasskeyFailure, string> = {
  no_ceremony: "it answered too late",
  not_verified: "its answer could not be verified",
  unknown_passkey: "your account has none like it",
  counter: "a copy of it may exist",
  backup_eligibility: "it did not describe itself as before",
  no_user_verification: "it did not ask for your fingerprint, face or screen lock",
  already_registered: "it is registered already",
  too_many: "your account has as many as it can",
};

const linkFailures: Record<Exclude<CodeFailure, "address_taken">, string> = {
  wrong: "A wrong sign-in code or link was tried",
  used: "A sign-in code or link was tried that had been used before",
  expired: "A sign-in code or link was tried that had expired",
  replaced: "A sign-in code or link was tried that a newer mail had replaced",
  other_browser:
    "A sign-in code or link was tried in another browser than the one that asked for it",
};

describe("what was done", () => {
  it.each([
    ["magic_link_requested", "Somebody asked for a sign-in link by mail", "sign-ins"],
    ["passkey_added", "Passkey added", "changes"],
    ["passkey_renamed", "Passkey renamed", "changes"],
    ["passkey_removed", "Passkey removed", "changes"],
    ["password_removed", "Password removed", "changes"],
  ])("F7 %s reads as: %s", (type, sentence, kind) => {
    expect(told(type)).toEqual({ sentence, kind });
  });

  it("F7 whoever asked for a link need not have been the owner, and is not called so", () => {
    expect(told("magic_link_requested").sentence).not.toMatch(/\byou\b|\byour\b/);
  });
});

describe("what was refused", () => {
  it.each(Object.entries(linkFailures))(
    "F7 a sign-in link that is %s reads as: %s",
    (reason, words) => {
      expect(told("sign_in", reason).sentence).toBe(words);
    },
  );

  it.each(Object.entries(passkeyFailures))(
    "F7 E06 a passkey with %s says why: %s",
    (reason, why) => {
      for (const type of ["sign_in", "confirmation", "passkey_added"]) {
        expect(told(type, reason).sentence).toMatch(
          /^A passkey was (refused|not added), because /,
        );
        expect(told(type, reason).sentence).toContain(why);
      }
    },
  );

  it("F7 never reads as if it had been done", () => {
    const reasons = [...Object.keys(passkeyFailures), ...Object.keys(linkFailures)];
    for (const type of ["sign_in", "confirmation", "passkey_added"]) {
      const done = told(type).sentence;
      for (const reason of [...reasons, "of a later version"]) {
        expect(told(type, reason).sentence).not.toContain(done);
      }
    }
  });

  it("F7 blames nobody, and needs no word that only we know", () => {
    const sentences = Object.keys(passkeyFailures).flatMap((reason) =>
      ["sign_in", "confirmation", "passkey_added"].map((type) => told(type, reason)),
    );
    for (const { sentence } of sentences) {
      expect(sentence).not.toMatch(
        /counter|ceremony|challenge|eligib|attest|assert|invalid/i,
      );
      expect(sentence).not.toMatch(/you (failed|did not|forgot)/i);
    }
  });
});
