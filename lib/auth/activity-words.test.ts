// What the table of sentences makes of rows that types cannot vouch for.
import { describe, expect, it } from "vitest";
import { activityKinds, tell, typesOf } from "@/lib/auth/activity-words";

const event = { result: "success", reason: null, method: null, subject: null };

describe("sentences", () => {
  it.each(typesOf(null))("F7 %s reads as one, whatever came of it", (type) => {
    for (const result of ["success", "failure"]) {
      for (const reason of [null, "wrong_password", "security", "of a later version"]) {
        const { sentence } = tell({
          ...event,
          type,
          result,
          reason,
          subject: "Chrome on Linux",
        });
        expect(sentence).toMatch(/^[A-Z].*\w$/);
        expect(sentence).not.toMatch(/undefined|null|_|of a later version/);
      }
    }
  });

  it("F7 a sign-in says by what, as far as we know it", () => {
    const said = (method: string | null) =>
      tell({ ...event, type: "sign_in", method }).sentence;
    expect(said("password")).toBe("Signed in with your password");
    expect(said("passkey")).toBe("Signed in with a passkey");
    expect(said("magic_link")).toBe("Signed in with a sign-in link");
    expect(said("of a later version")).toBe("Signed in");
    expect(said(null)).toBe("Signed in");
  });

  it("F7 a refused attempt never reads as if it had been done", () => {
    const done = tell({ ...event, type: "password_reset" });
    const failed = { type: "password_reset", result: "failure", reason: "expired" };
    const refused = tell({ ...event, ...failed });
    expect(done.sentence).toBe("Password reset by mail");
    expect(refused.sentence).toBe(
      "Resetting your password failed: the link or code had expired",
    );
  });

  it("F7 what somebody did to protect the account is told in their own words", () => {
    const blocked = { ...event, type: "password_blocked" };
    expect(tell({ ...blocked, reason: "not_me" }).sentence).toBe(
      "All access was blocked by you: This wasn't me",
    );
  });
});

describe("kinds", () => {
  it("F7 part all types between them", () => {
    const parts = activityKinds.map((kind) => typesOf(kind));
    expect(parts.flat().sort()).toEqual(typesOf(null).sort());
    for (const part of parts) expect(part.length).toBeGreaterThan(1);
  });
});
