// The only module that touches a cookie. A security cookie is read from the raw
// header, because a parser that keeps the last of two equal names lets a
// neighbouring host shadow ours (cookie tossing).
import { cookies, headers } from "next/headers";
import { deviceCookieFrom, deviceHashOf } from "@/lib/auth/client";
import { config } from "@/lib/config";
import { env } from "@/lib/env";
import { renewedHeader, requestIdHeader } from "@/lib/http/request-listener";
import { log } from "@/lib/log";

export type SecurityCookie = "access" | "refresh" | "pending" | "ceremony" | "device";
const noCookies: Record<SecurityCookie, null> = {
  access: null,
  refresh: null,
  pending: null,
  ceremony: null,
  device: null,
};
const names = Object.keys(noCookies) as SecurityCookie[];

type Attributes = {
  httpOnly: boolean;
  path: "/";
  sameSite: "lax";
  secure: boolean;
  /** Seconds: a browser whose clock is wrong still keeps it as long. */
  maxAge?: number;
};

/** What `cookies()` of Next and a response's `cookies` have in common. */
export type CookieJar = {
  set(name: string, value: string, options: Attributes): unknown;
};

function cookieName(name: SecurityCookie): string {
  return env().isHttps ? `__Host-latchkey-${name}` : `latchkey-${name}`;
}

export type RequestCookies = Record<SecurityCookie, string | null> & {
  /** A security cookie came twice: the request counts as anonymous. */
  isTossed: boolean;
  /** Any cookie at all, ours or not: native clients send none. */
  hasAny: boolean;
};

export function readCookies(headers: Headers): RequestCookies {
  const pairs = (headers.get("cookie") ?? "").split(";").map((pair) => pair.trim());
  const found: RequestCookies = {
    ...noCookies,
    isTossed: false,
    hasAny: pairs.some(Boolean),
  };
  for (const name of names) {
    const prefix = `${cookieName(name)}=`;
    const values = pairs.filter((pair) => pair.startsWith(prefix));
    if (values.length > 1) found.isTossed = true;
    found[name] = values[0]?.slice(prefix.length) || null;
  }
  if (!found.isTossed) return found;
  return { ...found, ...noCookies };
}

function attributes(): Attributes {
  return { httpOnly: true, path: "/", sameSite: "lax", secure: env().isHttps };
}

/** `lifetime` in milliseconds; without one the cookie ends with the browser. */
function write(
  jar: CookieJar,
  name: SecurityCookie,
  value: string,
  lifetime?: number,
): void {
  const maxAge = lifetime === undefined ? {} : { maxAge: Math.floor(lifetime / 1000) };
  jar.set(cookieName(name), value, { ...attributes(), ...maxAge });
}

type Tokens = {
  accessToken: { token: string; expiresAt: Date };
  refreshToken: string;
  session: { expiresAt: Date; isPersistent: boolean };
  /** The browser has this refresh token already. */
  isUnchanged?: boolean;
};

/** A session that begins, with how it did. */
export function writeNewSession(
  jar: CookieJar,
  { session, ...tokens }: Tokens & { session: { method: string } },
): void {
  writeLastMethod(jar, session.method);
  writeSession(jar, { session, ...tokens });
}

export function writeSession(jar: CookieJar, tokens: Tokens): void {
  const { accessToken, refreshToken, session, isUnchanged } = tokens;
  // Without "keep me signed in", neither outlives the browser.
  const until = (end: Date) =>
    session.isPersistent ? end.getTime() - Date.now() : undefined;
  write(jar, "access", accessToken.token, until(accessToken.expiresAt));
  if (!isUnchanged) write(jar, "refresh", refreshToken, until(session.expiresAt));
}

/** `lifetime` in milliseconds. */
export function writePending(jar: CookieJar, handle: string, lifetime: number): void {
  write(jar, "pending", handle, lifetime);
}

/** `lifetime` in milliseconds. */
export function writeCeremony(jar: CookieJar, handle: string, lifetime: number): void {
  write(jar, "ceremony", handle, lifetime);
}

function clear(jar: CookieJar, name: SecurityCookie): void {
  jar.set(cookieName(name), "", { ...attributes(), maxAge: 0 });
}

export function clearSession(jar: CookieJar): void {
  clear(jar, "access");
  clear(jar, "refresh");
}

/** Expires both copies as far as we can, and says so: somebody put one there. */
export function expireTossed(jar: CookieJar, headers: Headers): void {
  if (!readCookies(headers).isTossed) return;
  for (const name of names) clear(jar, name);
  log.warn({ event: "duplicate_cookie", requestId: headers.get(requestIdHeader) });
}

export function clearPending(jar: CookieJar): void {
  clear(jar, "pending");
}

export function clearCeremony(jar: CookieJar): void {
  clear(jar, "ceremony");
}

export function hasDevice(current: string | null): boolean {
  return deviceHashOf(current) !== null;
}

/**
 * The id this browser's sessions are bound to: kept while it is one of ours,
 * since another one would look like a theft at the next renewal, and sent again
 * so that it outlives the session that begins now.
 */
export function writeDevice(jar: CookieJar, current: string | null): Buffer | null {
  const cookie = deviceCookieFrom(current);
  write(jar, "device", cookie, config.deviceCookie.lifetime);
  return deviceHashOf(cookie);
}

/**
 * For pages: writes it where it is missing or of an older root secret. Beside
 * the tokens of a session a missing one stays missing: the session ends quietly,
 * where a new id would make its owner a thief.
 */
export function keepDevice(jar: CookieJar, { device, refresh }: RequestCookies): void {
  if (hasDevice(device) ? device !== deviceCookieFrom(device) : refresh === null) {
    writeDevice(jar, device);
  }
}

export type Theme = "system" | "light" | "dark";
const themeName = "theme";

/** No secret and no identity; the server must know it to draw without a flash. */
export function readTheme(headers: Headers): Theme {
  const [, theme] =
    /(?:^|;\s*)theme=(light|dark)(?:;|$)/.exec(headers.get("cookie") ?? "") ?? [];
  return (theme as Theme | undefined) ?? "system";
}

export function writeTheme(jar: CookieJar, theme: Theme): void {
  const lifetime = theme === "system" ? 0 : config.deviceCookie.lifetime;
  jar.set(themeName, theme, { ...attributes(), maxAge: lifetime / 1000 });
}

const lastMethodName = "last-method";

/** How this browser last signed in: a word, for the sign-in page to point at. */
export function readLastMethod(headers: Headers): string | null {
  const [, method] =
    /(?:^|;\s*)last-method=([a-z_]{1,20})(?:;|$)/.exec(headers.get("cookie") ?? "") ?? [];
  return method ?? null;
}

function writeLastMethod(jar: CookieJar, method: string): void {
  const maxAge = config.deviceCookie.lifetime / 1000;
  jar.set(lastMethodName, method, { ...attributes(), maxAge });
}

/** The request's own copy, so that the page below sees what was just renewed. */
export function replaceCookies(
  headers: Headers,
  fresh: Partial<Record<SecurityCookie, string>>,
): void {
  const renewed = Object.entries(fresh).map(
    ([name, value]) => [`${cookieName(name as SecurityCookie)}=`, value] as const,
  );
  const others = (headers.get("cookie") ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair && !renewed.some(([prefix]) => pair.startsWith(prefix)));
  const pairs = [...others, ...renewed.map(([prefix, value]) => prefix + value)];
  headers.set("cookie", pairs.join("; "));
}

/**
 * An action that writes a cookie has its page drawn again in the same answer,
 * from the headers the request came with. These are the headers as the browser's
 * next request will have them, so that the page does not show what was before.
 */
export async function drawnHeaders(): Promise<Headers> {
  return withDrawnCookies(await headers(), (await cookies()).toString());
}

export function withDrawnCookies(given: Headers, cookie: string): Headers {
  const drawn = new Headers(given);
  const { access, isTossed } = readCookies(drawn);
  // The parsed cookies hide that one came twice; the raw ones must go on telling.
  if (isTossed) return drawn;
  drawn.set("cookie", cookie);
  // Tokens that this very answer takes along may still be lost on their way.
  if (readCookies(drawn).access !== access) drawn.set(renewedHeader, "1");
  return drawn;
}
