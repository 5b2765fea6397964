// Names a browser for its owner's list of devices. Both sources are what the
// client says about itself: a description, never a proof and never a reason to
// let anybody in. Everything returned is built from known names and digits, or
// from a few plain characters, so that nothing sent here can act where shown.

import { BROWSER_MAP, getParser } from "bowser";
import { printable } from "@/lib/printable";

/** Raw header values of Sec-CH-UA…, quotes and all. */
export type ClientHints = {
  /** Sec-CH-UA-Full-Version-List, or Sec-CH-UA. */
  brands?: string;
  platform?: string;
  platformVersion?: string;
  model?: string;
  mobile?: string;
};

type DeviceType = "desktop" | "phone" | "tablet" | "other";
type DeviceName = { browser: string | null; os: string | null; deviceType: DeviceType };
type Parsed = ReturnType<typeof getParser>;

/** Real ones stay below 500; matching costs more than linear time. */
const maxUserAgent = 1000;
const maxHint = 500;

const browserNames = new Map<string, string>([
  ...Object.values(BROWSER_MAP).map((name): [string, string] => [name, name]),
  ["Microsoft Edge", "Edge"],
  ["Samsung Internet for Android", "Samsung Internet"],
  ["NAVER Whale Browser", "Whale"],
]);

// Browsers that call themselves Chrome in the user agent, before Chrome itself.
const brandNames = new Map([
  ["Brave", "Brave"],
  ["Vivaldi", "Vivaldi"],
  ["DuckDuckGo", "DuckDuckGo"],
  ["Opera", "Opera"],
  ["Microsoft Edge", "Edge"],
  ["Samsung Internet", "Samsung Internet"],
  ["Google Chrome", "Chrome"],
]);

export function describeDevice({
  userAgent,
  hints,
}: {
  userAgent: string | null;
  hints: ClientHints;
}): DeviceName {
  const ua = printable(userAgent ?? "", maxUserAgent);
  // bowser throws on an empty string.
  if (!ua) return { browser: null, os: null, deviceType: "other" };

  const parsed = getParser(ua);
  // Only Chromium sends client hints; elsewhere they contradict the user agent.
  const believed = /Chrom(?:e|ium)\//.test(ua) ? hints : {};

  return {
    browser: nameBrand(believed) ?? nameBrowser(parsed, ua),
    os: nameSystem({ ua, family: nameFamily(parsed, ua), hints: believed }),
    deviceType: believed.mobile === "?1" ? "phone" : typeOf(parsed),
  };
}

function nameBrand(hints: ClientHints): string | null {
  const list = (hints.brands ?? "").slice(0, maxHint);
  const versions = new Map<string, string>();
  for (const [, brand, major] of list.matchAll(/"([^"]*)"\s*;\s*v="(\d{1,4})\b/g)) {
    if (brand && major) versions.set(brand, major);
  }

  for (const [brand, name] of brandNames) {
    const major = versions.get(brand);
    if (major) return `${name} ${major}`;
  }
  return null;
}

function nameBrowser(parsed: Parsed, ua: string): string | null {
  const name = browserNames.get(parsed.getBrowserName());
  if (!name) return nameProduct(ua);

  const major = leadingNumber(parsed.getBrowserVersion());
  return major ? `${name} ${major}` : name;
}

// Programs that are no browser begin with their product token (RFC 9110
// §10.1.5). bowser copies what it does not know from the header; this does not.
function nameProduct(ua: string): string | null {
  const [, name, major] = /^([a-z][\w.-]{0,39})\/v?(\d{1,4})(?!\d)/i.exec(ua) ?? [];
  if (!name || name.toLowerCase() === "mozilla") return null;

  return `${name} ${major}`;
}

function nameFamily(parsed: Parsed, ua: string): string | null {
  const family: string = parsed.getOSName() ?? "";
  if (family === "Chrome OS") return "ChromeOS";
  if (family === "iOS" && !/iPhone|iPod/.test(ua)) return "iPadOS";

  return family || null;
}

// Browsers froze what the user agent says of the system (macOS 10.15.7, Windows
// NT 10.0, "Android 10; K"), so a version comes from client hints or not at all.
function nameSystem(of: {
  ua: string;
  family: string | null;
  hints: ClientHints;
}): string | null {
  if (of.family === "iOS" || of.family === "iPadOS") return nameApple(of.ua, of.family);
  if (!of.family || unquote(of.hints.platform) !== of.family) return of.family;

  const major = Number(leadingNumber(unquote(of.hints.platformVersion)) ?? 0);
  switch (of.family) {
    case "Windows":
      return nameWindows(major);
    case "macOS":
      // 10.15 is one of sixteen that begin so; "macOS 10" would say nothing.
      return major > 10 ? `macOS ${major}` : "macOS";
    case "Android":
      return nameAndroid(major, unquote(of.hints.model));
    default:
      return of.family;
  }
}

// The hint counts API contracts: 13 and more is Windows 11, 1 to 10 Windows 10,
// 0 anything older (learn.microsoft.com, "Detect Windows 11 using UA-CH").
function nameWindows(major: number): string {
  if (major >= 13) return "Windows 11";
  return major >= 1 && major <= 10 ? "Windows 10" : "Windows";
}

function nameAndroid(major: number, model: string): string {
  const system = major > 0 ? `Android ${major}` : "Android";
  // "K" is what Chrome says in place of every model.
  const isModel = model !== "K" && /^[a-z0-9][\w .+-]{0,31}$/i.test(model);

  return isModel ? `${system} (${model.trim()})` : system;
}

// Since iOS 26 the system's version stands still at 18.6 or 18.7, while Safari's
// own goes on and is that of the system (webkit.org/blog/17333); other browsers
// say 18.7 on every iPhone.
function nameApple(ua: string, family: "iOS" | "iPadOS"): string {
  const safari = leadingNumber(/ Version\/(\d+)/.exec(ua)?.[1]);
  const [, major, minor] = / OS (\d{1,3})_(\d{1,3})/.exec(ua) ?? [];
  const isFrozen = Number(major) === 18 && Number(minor) >= 6;
  const version = safari ?? (isFrozen ? null : major);

  return version ? `${family} ${version}` : family;
}

function typeOf(parsed: Parsed): DeviceType {
  if (parsed.getOSName() === "Chrome OS") return "desktop";

  const type = parsed.getPlatformType();
  if (type === "mobile") return "phone";
  return type === "desktop" || type === "tablet" ? type : "other";
}

/** A structured-field string (RFC 8941 §3.3.3), without its rare escapes. */
function unquote(header: string | undefined): string {
  return /^"([^"\\]*)"$/.exec((header ?? "").slice(0, maxHint))?.[1] ?? "";
}

function leadingNumber(version: string | undefined): string | null {
  return /^\d{1,4}(?!\d)/.exec(version ?? "")?.[0] ?? null;
}
