import { describe, expect, it } from "vitest";
import { isNativeClient, isOwnOrigin } from "@/lib/http/origin";

const own = "http://localhost:3000";

describe("a browser", () => {
  it.each([
    ["our own page", { origin: own, "sec-fetch-site": "same-origin" }],
    ["an old browser on our own page", { origin: own }],
  ])("L03 may change something from %s", (_what, headers) => {
    expect(isOwnOrigin(new Headers(headers))).toBe(true);
  });

  it.each<[string, HeadersInit]>([
    ["no origin", {}],
    [
      "no origin, though it calls itself same-origin",
      { "sec-fetch-site": "same-origin" },
    ],
    ["a null origin", { origin: "null" }],
    ["an empty origin", { origin: "" }],
    ["a foreign origin", { origin: "https://evil.example" }],
    ["another scheme", { origin: "https://localhost:3000" }],
    ["another port", { origin: "http://localhost:3001" }],
    ["no port", { origin: "http://localhost" }],
    ["a longer host", { origin: "http://localhost:3000.evil.example" }],
    ["a sub-domain", { origin: "http://app.localhost:3000" }],
    ["a trailing slash", { origin: `${own}/` }],
    ["capitals", { origin: "HTTP://LOCALHOST:3000" }],
    ["two origins", { origin: `${own}, ${own}` }],
    [
      "a forwarded host that fits its foreign origin",
      {
        origin: "https://evil.example",
        host: "evil.example",
        "x-forwarded-host": "evil.example",
      },
    ],
    ["our origin cross-site", { origin: own, "sec-fetch-site": "cross-site" }],
    ["our origin same-site", { origin: own, "sec-fetch-site": "same-site" }],
    ["our origin typed in", { origin: own, "sec-fetch-site": "none" }],
  ])("L03 may change nothing with %s", (_what, headers) => {
    expect(isOwnOrigin(new Headers(headers))).toBe(false);
  });
});

describe("a native client", () => {
  it("L03 says so and sends nothing a browser would", () => {
    expect(isNativeClient(new Headers({ "x-client": "native" }))).toBe(true);
  });

  it.each<[string, HeadersInit]>([
    ["without the header", {}],
    ["with another word", { "x-client": "Native" }],
    ["with our origin", { "x-client": "native", origin: own }],
    ["with a null origin", { "x-client": "native", origin: "null" }],
    ["with fetch metadata", { "x-client": "native", "sec-fetch-site": "cross-site" }],
    ["with our cookie", { "x-client": "native", cookie: "latchkey-access=x" }],
    ["with any cookie at all", { "x-client": "native", cookie: "a=b" }],
  ])("L03 is none %s", (_what, headers) => {
    expect(isNativeClient(new Headers(headers))).toBe(false);
  });
});
