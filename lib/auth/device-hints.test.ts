import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ClientHints, describeDevice } from "@/lib/auth/device";

const webkit = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
const blink = "AppleWebKit/537.36 (KHTML, like Gecko)";
const mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";
const windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
const android = "Mozilla/5.0 (Linux; Android 10; K)";
const chromeOnWindows = `${windows} ${blink} Chrome/140.0.0.0 Safari/537.36`;
const chromeOnAndroid = `${android} ${blink} Chrome/140.0.0.0 Mobile Safari/537.36`;
const chromeOnMac = `${mac} ${blink} Chrome/140.0.0.0 Safari/537.36`;

describe("client hints", () => {
  it.each([
    ["15.0.0", "Windows 11"],
    ["13.0.0", "Windows 11"],
    ["19.0.0", "Windows 11"],
    ["10.0.0", "Windows 10"],
    ["1.0.0", "Windows 10"],
    ["0.3.0", "Windows"],
    ["11.0.0", "Windows"],
    ["", "Windows"],
    ["x", "Windows"],
  ])("F2 reads Windows %j as %s", (version, os) => {
    const hints = { platform: '"Windows"', platformVersion: `"${version}"` };
    expect(describeDevice({ userAgent: chromeOnWindows, hints }).os).toBe(os);
  });

  it.each([
    ["15.6.1", "macOS 15"],
    ["26.0.0", "macOS 26"],
    ["10.15.7", "macOS"],
    ["", "macOS"],
  ])("F2 reads macOS %j as %s", (version, os) => {
    const hints = { platform: '"macOS"', platformVersion: `"${version}"` };
    expect(describeDevice({ userAgent: chromeOnMac, hints }).os).toBe(os);
  });

  it.each([
    ["15.0.0", "Pixel 9 Pro", "Android 15 (Pixel 9 Pro)"],
    ["15.0.0", "SM-S911B", "Android 15 (SM-S911B)"],
    ["15.0.0", "", "Android 15"],
    ["10", "", "Android 10"],
    ["", "Pixel 9", "Android (Pixel 9)"],
    ["10", "K", "Android 10"],
  ])("F2 reads Android %j on %j as %s", (version, model, os) => {
    const hints = {
      platform: '"Android"',
      platformVersion: `"${version}"`,
      model: `"${model}"`,
      mobile: "?1",
    };
    expect(describeDevice({ userAgent: chromeOnAndroid, hints })).toEqual({
      browser: "Chrome 140",
      os,
      deviceType: "phone",
    });
  });

  it.each([
    [`"Chromium";v="140", "Not=A?Brand";v="24", "Google Chrome";v="141"`, "Chrome 141"],
    [`"Chromium";v="140.0.1.2", "Brave";v="140.0.0.0"`, "Brave 140"],
    [`"Not)A;Brand";v="8", "Chromium";v="138", "Vivaldi";v="7.5"`, "Vivaldi 7"],
    [`"Microsoft Edge";v="140", "Chromium";v="140"`, "Edge 140"],
    [`"Opera";v="122", "Chromium";v="138"`, "Opera 122"],
    [`"Chromium";v="140", "Not=A?Brand";v="24"`, "Chrome 140"],
    [`"Your Bank, call 555";v="140"`, "Chrome 140"],
    [`"__proto__";v="1", "constructor";v="1"`, "Chrome 140"],
    ["Brave", "Chrome 140"],
    [`"Brave";v=""`, "Chrome 140"],
  ])("F2 reads the brands %s as %s", (brands, browser) => {
    expect(
      describeDevice({ userAgent: chromeOnWindows, hints: { brands } }).browser,
    ).toBe(browser);
  });

  it("F2 calls a Chromium with the mobile hint a phone", () => {
    expect(
      describeDevice({ userAgent: chromeOnWindows, hints: { mobile: "?1" } }).deviceType,
    ).toBe("phone");
  });

  it("does not believe hints beside a browser that sends none", () => {
    const hints = {
      brands: '"Google Chrome";v="140"',
      platform: '"macOS"',
      platformVersion: '"15.0"',
      mobile: "?1",
    };
    const userAgent = `${mac} ${webkit} Version/18.6 Safari/605.1.15`;
    expect(describeDevice({ userAgent, hints })).toEqual({
      browser: "Safari 18",
      os: "macOS",
      deviceType: "desktop",
    });
  });

  it("does not mix the version of one platform with the name of another", () => {
    const hints = { platform: '"Android"', platformVersion: '"15.0.0"' };
    expect(describeDevice({ userAgent: chromeOnWindows, hints }).os).toBe("Windows");
  });
});

describe("hostile clients", () => {
  const inert = /^[A-Za-z][\w .+()!-]{0,59}$/;

  function expectInert({ browser, os }: { browser: string | null; os: string | null }) {
    if (browser !== null) expect(browser).toMatch(inert);
    if (os !== null) expect(os).toMatch(inert);
  }

  it.each([
    ["a script", "<script>alert(1)</script>"],
    ["an image in a product", "<img/src=x> (onerror=alert(1))"],
    ["HTML in a version", "curl/<b>8</b>"],
    ["HTML beside Chrome", `${windows} <svg/onload=x> Chrome/140.0.0.0`],
    ["HTML as Opera's version", `${windows} Chrome/1.0 OPR/<img src=x onerror=y>`],
    ["HTML as DuckDuckGo's version", "Safari/1 Ddg/...<"],
    ["a direction override", "curl\u202e/8.5"],
    ["an escape sequence", "\u001b[2Jcurl/8.5"],
    ["a log line", "curl/8.5\r\nlevel=info msg=signed_in"],
    ["a formula", "=cmd|' /C calc'!A0/1 (x)"],
    ["an at formula", "@SUM(1+1)/1.0 (x)"],
    ["a sentence", "Your account is locked call 555 0100/1 (x)"],
    ["an address", "https://evil.example/1 (x)"],
    ["10 kB of letters", "a".repeat(10_000)],
    ["10 kB of versions", "Version/1".repeat(1200)],
    ["10 kB of dots", `curl/${"1.".repeat(5000)}`],
    ["10 kB of digits", `Chrome/${"1".repeat(10_000)}`],
    ["10 kB of open brackets", "(".repeat(10_000)],
    ["10 kB before a browser", `${"x ".repeat(5000)}Chrome/140.0`],
    ["10 kB of bots", "slackbot-".repeat(1200)],
  ])("K08 shows nothing that acts for %s", (_what, userAgent) => {
    const before = performance.now();
    expectInert(describeDevice({ userAgent, hints: {} }));
    expect(performance.now() - before).toBeLessThan(200);
  });

  it.each([
    '"<img src=x onerror=alert(1)>"',
    '"Pixel\u202e9"',
    '"=cmd()"',
    '"a, b; c"',
    `"${"P".repeat(33)}"`,
    '"Pixel\\"9"',
    "Pixel 9",
    '"',
  ])("K08 leaves out the model %s", (model) => {
    const hints = { platform: '"Android"', platformVersion: '"15"', model };
    expect(describeDevice({ userAgent: chromeOnAndroid, hints }).os).toBe("Android 15");
  });

  it("K08 shows nothing that acts, and never throws, for any headers", () => {
    const text = fc.string({ unit: "binary", maxLength: 60 });
    const quoted = fc.oneof(
      text,
      text.map((s) => `"${s}"`),
      text.map((s) => `"${s}";v="${s}"`),
    );
    const hints: fc.Arbitrary<ClientHints> = fc.record(
      {
        brands: quoted,
        platform: fc.constantFrom('"Android"', '"Windows"', '"macOS"', "x"),
        platformVersion: quoted,
        model: quoted,
        mobile: quoted,
      },
      { requiredKeys: [] },
    );
    const prefix = fc.constantFrom("", chromeOnAndroid, chromeOnMac, "Mozilla/5.0 (");
    fc.assert(
      fc.property(prefix, text, hints, (start, rest, given) => {
        expectInert(describeDevice({ userAgent: start + rest, hints: given }));
      }),
      { numRuns: 1000 },
    );
  });
});
