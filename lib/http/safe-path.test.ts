import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { nextPath, safePath } from "@/lib/http/safe-path";

const origin = "https://app.example";

describe("safePath", () => {
  it.each([
    ["/", "/"],
    ["/dashboard", "/dashboard"],
    ["/settings/devices?page=2&q=a%20b", "/settings/devices?page=2&q=a%20b"],
    ["/search?u=https://evil.example//x", "/search?u=https://evil.example//x"],
    ["/a?next=%2F%2Fevil.example", "/a?next=%2F%2Fevil.example"],
    ["/a/../b/./c", "/b/c"],
    ["/a/%2e%2e/b", "/b"],
    ["/../../x", "/x"],
    ["/a//b", "/a//b"],
    ["/settings#token=x", "/settings"],
    ["/caf\u00e9", "/caf%C3%A9"],
    ["/a b", "/a%20b"],
    ["/@evil.example", "/@evil.example"],
    ["/https://evil.example", "/https://evil.example"],
    ["/apiary", "/apiary"],
    ["/login-history", "/login-history"],
    ["/settings/api", "/settings/api"],
    ["/confirm?for=email", "/confirm?for=email"],
  ])("J09 keeps %s as %s", (input, path) => {
    expect(safePath(input)).toBe(path);
  });

  it.each([
    ["an empty string", ""],
    ["a relative path", "dashboard"],
    ["a dot path", "./dashboard"],
    ["a query alone", "?next=/"],
    ["a fragment alone", "#x"],
    ["a leading space", " /dashboard"],
    ["two slashes", "//evil.example"],
    ["three slashes", "///evil.example"],
    ["slash backslash", "/\\evil.example"],
    ["backslash slash", "\\/evil.example"],
    ["two backslashes", "\\\\evil.example"],
    ["a backslash later on", "/a\\b"],
    ["a backslash in the query", "/a?b=\\c"],
    ["a tab between the slashes", "/\t/evil.example"],
    ["a newline between the slashes", "/\n/evil.example"],
    ["a carriage return between the slashes", "/\r/evil.example"],
    ["a header by CRLF", "/a\r\nSet-Cookie: x=y"],
    ["a NUL", "/a\u0000"],
    ["a C1 control", "/a\u0085"],
    ["a leading tab", "\t//evil.example"],
    ["dot segments that leave two slashes", "/.//evil.example"],
    ["parent segments that leave two slashes", "/a/..//evil.example"],
    ["encoded dot segments that leave two slashes", "/%2e//evil.example"],
    ["encoded parent segments that leave two slashes", "/a/%2E%2e//evil.example"],
    ["escaped slashes", "/%2f%2fevil.example"],
    ["one escaped slash", "/%2Fevil.example"],
    ["an escaped backslash", "/%5cevil.example"],
    ["an escaped backslash alone", "%5c%5cevil.example"],
    ["twice escaped slashes", "/%252f%252fevil.example"],
    ["an escaped newline", "/%0a/evil.example"],
    ["an escaped tab", "/%09/evil.example"],
    ["an escaped NUL", "/a%00"],
    ["a broken escape", "/a%zz"],
    ["an escape that is not UTF-8", "/a%ff"],
    ["https", "https://evil.example/"],
    ["https without slashes", "https:evil.example"],
    ["upper-case http", "HTTP://evil.example"],
    ["our own base in full", "http://origin.invalid/dashboard"],
    ["javascript", "javascript:alert(1)"],
    ["data", "data:text/html,x"],
    ["blob", "blob:https://app.example/x"],
    ["user-info", "https://app.example@evil.example"],
    ["user-info without a scheme", "//app.example@evil.example"],
    ["a full-width slash first", "\uff0fevil.example"],
    ["2,001 characters", `/${"a".repeat(2000)}`],
    ["what grows beyond 2,000 when escaped", `/${"\u00e9".repeat(1000)}`],
  ])("J09 refuses %s", (_what, input) => {
    expect(safePath(input)).toBeNull();
  });

  it.each([
    "/api",
    "/api/auth/logout",
    "/API/auth/session",
    "/%61pi/me",
    "/x/../api/me",
    "/api?x=1",
    "/_next/data/x.json",
    "/.well-known/jwks.json",
    "/dev/mail",
    "/login",
    "/login?next=/dashboard",
    "/Login/",
    "/signup",
    "/check-email",
    "/verify-email",
    "/magic-link",
    "/second-factor",
    "/forgot-password",
    "/reset-password",
    "/not-me",
    "/email/confirm",
  ])("never leads to %s", (input) => {
    expect(safePath(input)).toBeNull();
  });

  it.each([[undefined], [null], [1], [true], [["/a", "/b"]], [{ toString: () => "/a" }]])(
    "J09 refuses %j, which is no string",
    (input) => {
      expect(safePath(input)).toBeNull();
    },
  );

  const trick = fc.constantFrom(
    ..."/ // \\ . .. %2e %2f %5c %09 \t \n @ : ? # evil.example https: a".split(" "),
  );
  const nearly = fc.array(trick, { maxLength: 8 }).map((parts) => `/${parts.join("")}`);

  it("J09 stays on our origin, whatever it is given", () => {
    const any = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(fc.oneof(any, nearly, fc.webUrl()), (input) => {
        const path = safePath(input);
        if (path === null) return;
        const url = new URL(path, origin);
        expect(url.origin).toBe(origin);
        expect(url.pathname + url.search).toBe(path);
        expect(path.startsWith("//")).toBe(false);
        expect(path).not.toMatch(/[\\#\p{Cc}]/u);
        expect(safePath(path)).toBe(path);
      }),
      { numRuns: 3000 },
    );
  });

  it("J09 stays on our origin even when a router decodes the path once more", () => {
    fc.assert(
      fc.property(nearly, (input) => {
        const path = safePath(input);
        if (path === null) return;
        const decoded = decodeURIComponent(new URL(path, origin).pathname);
        expect(new URL(decoded, origin).origin).toBe(origin);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("nextPath", () => {
  const form = z.object({ next: nextPath });

  it("J09 hands on a safe path", () => {
    expect(form.parse({ next: "/settings/devices" })).toEqual({
      next: "/settings/devices",
    });
  });

  it("J09 drops what is unsafe, repeated or missing without an error", () => {
    for (const next of ["//evil.example", ["/a", "/b"], {}, null, 7]) {
      expect(form.parse({ next }).next).toBeUndefined();
    }
    expect(form.parse({}).next).toBeUndefined();
  });

  it("J09 never fails", () => {
    fc.assert(
      fc.property(fc.anything(), (next) => {
        expect(form.safeParse({ next }).success).toBe(true);
      }),
    );
  });
});
