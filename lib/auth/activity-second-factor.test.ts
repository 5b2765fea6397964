// How second factors read to the person whose account it is.
import { describe, expect, it } from "vitest";
import { tell } from "@/lib/auth/activity-words";

const told = (type: string, reason: string | null = null, method: string | null = null) =>
  tell({
    type,
    result: reason === null ? "success" : "failure",
    reason,
    method,
    subject: null,
  }).sentence;

describe("a set-up of an app", () => {
  it.each([
    [null, "Authenticator app set up"],
    ["wrong_code", "A wrong code was typed to set up an authenticator app"],
    ["expired", "A code to set up an authenticator app came too late"],
    ["of a later version", "An authenticator app was not set up"],
  ])("F7 with %s reads as: %s", (reason, sentence) => {
    expect(told("totp_added", reason)).toBe(sentence);
  });
});

describe("a sign-in between its factors", () => {
  it.each([
    ["password", "A second factor was asked for after a sign-in with your password"],
    ["magic_link", "A second factor was asked for after a sign-in with a sign-in link"],
    ["of a later version", "A second factor was asked for after a sign-in"],
  ])("F7 B11 after %s says what was known already: %s", (method, sentence) => {
    expect(told("second_factor_asked", null, method)).toBe(sentence);
  });

  it.each([
    ["wrong_code", "A wrong code was typed as the second factor of a sign-in"],
    ["throttled", "A second factor was refused after too many wrong ones"],
    ["not_offered", "A second factor was tried that your account does not have"],
    ["expired", "A second factor came too late, or in another browser"],
    ["counter", "A passkey was refused, because a copy of it may exist"],
    ["of a later version", "A second factor was refused"],
  ])("F7 a refusal for %s reads as: %s", (reason, sentence) => {
    expect(told("second_factor", reason)).toBe(sentence);
  });
});
