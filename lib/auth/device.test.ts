import { describe, expect, it } from "vitest";
import { describeDevice } from "@/lib/auth/device";

const webkit = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
const blink = "AppleWebKit/537.36 (KHTML, like Gecko)";
const mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";
const windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
const linux = "Mozilla/5.0 (X11; Linux x86_64)";
const android = "Mozilla/5.0 (Linux; Android 10; K)";
const chromeOnWindows = `${windows} ${blink} Chrome/140.0.0.0 Safari/537.36`;
const chromeOnAndroid = `${android} ${blink} Chrome/140.0.0.0 Mobile Safari/537.36`;
const chromeOnMac = `${mac} ${blink} Chrome/140.0.0.0 Safari/537.36`;

function iphone(system: string, rest: string): string {
  return `Mozilla/5.0 (iPhone; CPU iPhone OS ${system} like Mac OS X) ${webkit} ${rest}`;
}

function ipad(system: string, rest: string): string {
  return `Mozilla/5.0 (iPad; CPU OS ${system} like Mac OS X) ${webkit} ${rest}`;
}

const userAgents: Array<[string, string | null, string | null, string]> = [
  [chromeOnWindows, "Chrome 140", "Windows", "desktop"],
  [chromeOnMac, "Chrome 140", "macOS", "desktop"],
  [`${linux} ${blink} Chrome/140.0.0.0 Safari/537.36`, "Chrome 140", "Linux", "desktop"],
  [
    `${linux} ${blink} HeadlessChrome/140.0.0.0 Safari/537.36`,
    "Chrome 140",
    "Linux",
    "desktop",
  ],
  [
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${blink} Chrome/140.0.0.0 Safari/537.36`,
    "Chrome 140",
    "ChromeOS",
    "desktop",
  ],
  [chromeOnAndroid, "Chrome 140", "Android", "phone"],
  [
    `${android} ${blink} Chrome/140.0.0.0 Safari/537.36`,
    "Chrome 140",
    "Android",
    "tablet",
  ],
  [
    iphone("17_5", "CriOS/140.0.7339.39 Mobile/15E148 Safari/604.1"),
    "Chrome 140",
    "iOS 17",
    "phone",
  ],
  [
    iphone("18_7", "CriOS/140.0.7339.39 Mobile/15E148 Safari/604.1"),
    "Chrome 140",
    "iOS",
    "phone",
  ],
  [`${mac} ${webkit} Version/18.6 Safari/605.1.15`, "Safari 18", "macOS", "desktop"],
  [`${mac} ${webkit} Version/26.0 Safari/605.1.15`, "Safari 26", "macOS", "desktop"],
  [
    iphone("18_5", "Version/18.5 Mobile/15E148 Safari/604.1"),
    "Safari 18",
    "iOS 18",
    "phone",
  ],
  [
    iphone("18_6", "Version/18.6 Mobile/15E148 Safari/604.1"),
    "Safari 18",
    "iOS 18",
    "phone",
  ],
  [
    iphone("18_6", "Version/26.0 Mobile/15E148 Safari/604.1"),
    "Safari 26",
    "iOS 26",
    "phone",
  ],
  [
    iphone("18_7", "Version/26.2 Mobile/15E148 Safari/604.1"),
    "Safari 26",
    "iOS 26",
    "phone",
  ],
  [
    ipad("17_6", "Version/17.6 Mobile/15E148 Safari/604.1"),
    "Safari 17",
    "iPadOS 17",
    "tablet",
  ],
  [
    `${windows.replace(")", "; rv:143.0)")} Gecko/20100101 Firefox/143.0`,
    "Firefox 143",
    "Windows",
    "desktop",
  ],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0",
    "Firefox 143",
    "macOS",
    "desktop",
  ],
  [
    "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "Firefox 143",
    "Linux",
    "desktop",
  ],
  [
    "Mozilla/5.0 (Android 14; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0",
    "Firefox 143",
    "Android",
    "phone",
  ],
  [
    "Mozilla/5.0 (Android 14; Tablet; rv:143.0) Gecko/143.0 Firefox/143.0",
    "Firefox 143",
    "Android",
    "tablet",
  ],
  [
    iphone("18_7", "FxiOS/143.0 Mobile/15E148 Safari/605.1.15"),
    "Firefox 143",
    "iOS",
    "phone",
  ],
  [`${mac} ${webkit} FxiOS/143.0 Safari/605.1.15`, "Firefox 143", "iPadOS", "tablet"],
  [`${chromeOnWindows} Edg/140.0.0.0`, "Edge 140", "Windows", "desktop"],
  [`${chromeOnMac} Edg/140.0.0.0`, "Edge 140", "macOS", "desktop"],
  [`${chromeOnAndroid} EdgA/140.0.0.0`, "Edge 140", "Android", "phone"],
  [
    iphone("17_6", "Version/17.0 EdgiOS/140.0.3485.54 Mobile/15E148 Safari/605.1.15"),
    "Edge 140",
    "iOS 17",
    "phone",
  ],
  [
    `${android} ${blink} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36`,
    "Samsung Internet 27",
    "Android",
    "phone",
  ],
  [`${chromeOnWindows} OPR/122.0.0.0`, "Opera 122", "Windows", "desktop"],
  [`${chromeOnWindows} Vivaldi/7.5.3735.66`, "Vivaldi 7", "Windows", "desktop"],
  [
    `${windows} ${blink} Chrome/138.0.0.0 YaBrowser/25.8.0.0 Safari/537.36`,
    "Yandex Browser 25",
    "Windows",
    "desktop",
  ],
  [
    `Mozilla/5.0 (Linux; Android 14; Pixel 8 Build/UD1A; wv) ${blink} Version/4.0 Chrome/140.0.0.0 Mobile Safari/537.36`,
    "Chrome 140",
    "Android",
    "phone",
  ],
  [
    `Mozilla/5.0 (Linux; Android 9; KFMAWI) ${blink} Silk/120.4.1 like Chrome/120.0.0.0 Safari/537.36`,
    "Amazon Silk 120",
    "Android",
    "tablet",
  ],
  [
    "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko",
    "Internet Explorer 11",
    "Windows",
    "desktop",
  ],
  ["curl/8.5.0", "curl 8", null, "other"],
  ["PostmanRuntime/7.39.1", "PostmanRuntime 7", null, "other"],
  ["okhttp/4.12.0", "okhttp 4", null, "other"],
  ["Dart/3.5 (dart:io)", "Dart 3", null, "other"],
  ["python-requests/2.32.3", "python-requests 2", null, "other"],
  ["node", null, null, "other"],
  ["Mozilla/5.0", null, null, "other"],
];

describe("describeDevice", () => {
  it.each(userAgents)("F2 reads %s as %s on %s", (userAgent, browser, os, deviceType) => {
    expect(describeDevice({ userAgent, hints: {} })).toEqual({ browser, os, deviceType });
  });

  it.each(userAgents)("F2 shows no frozen fact of %s", (userAgent) => {
    const shown = JSON.stringify(describeDevice({ userAgent, hints: {} }));
    expect(shown).not.toMatch(/Catalina|macOS \d|Windows (\d|NT)|Android \d|\bK\b|Pixel/);
  });

  it.each([null, "", " ", "\u0000\u200b"])("describes nothing in %j", (userAgent) => {
    expect(describeDevice({ userAgent, hints: {} })).toEqual({
      browser: null,
      os: null,
      deviceType: "other",
    });
  });
});
