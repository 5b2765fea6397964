import { expect, it } from "vitest";
import { invalid, Refusal, type RefusalCode } from "@/lib/errors";

it.each<[RefusalCode, number]>([
  ["invalid_request", 400],
  ["unauthenticated", 401],
  ["invalid_credentials", 401],
  ["invalid_code", 401],
  ["forbidden", 403],
  ["origin_refused", 403],
  ["not_found", 404],
  ["conflict", 409],
  ["payload_too_large", 413],
  ["unsupported_media_type", 415],
  ["rate_limited", 429],
  ["unavailable", 503],
])("M06 %s is a %i with a sentence for a person", (code, status) => {
  const refusal = new Refusal(code);
  expect(refusal.status).toBe(status);
  expect(refusal.detail).toBe(refusal.title);
  expect(refusal.detail).toMatch(/^[A-Z].*\.$/);
});

it("M06 keeps the cause for the log and out of every word that is shown", () => {
  const cause = new Error("password=hunter2 at SELECT * FROM user");
  const refusal = new Refusal("unavailable", { cause });
  expect(refusal.cause).toBe(cause);
  const { title, detail, fields, extra, code } = refusal;
  expect(JSON.stringify({ title, detail, fields, extra, code })).not.toContain("hunter2");
});

it("says more than the table where the caller knows more", () => {
  const refusal = new Refusal("rate_limited", { detail: "Wait.", retryAfter: 2000 });
  expect(refusal).toMatchObject({
    detail: "Wait.",
    retryAfter: 2000,
    title: "Too many attempts.",
  });
});

it("names the field of a fault", () => {
  expect(invalid("email", "Enter one.")).toMatchObject({
    code: "invalid_request",
    fields: [{ path: "email", message: "Enter one." }],
  });
});
