// What the domain knows of whoever is calling. Built once at the edge; nothing
// in it was believed without a check.
import type { RequestFacts } from "@/lib/audit";
import type { ClientHints } from "@/lib/auth/device";
import { mac, newId, sha256, verifyMac } from "@/lib/crypto";

export type Client = RequestFacts & {
  channel: "browser" | "native";
  /** Of the device cookie, once that was found to be ours; browsers only. */
  deviceHash: Buffer | null;
  hints: ClientHints;
};

/** A random id and its MAC: a browser cannot be given an id of somebody's choice. */
export function newDeviceCookie(): string {
  return deviceCookieFrom(null);
}

function deviceIdOf(cookie: string | null): string | null {
  const [, id, given] = /^([\w-]{22})\.([\w-]{43})$/.exec(cookie ?? "") ?? [];
  return id && given && verifyMac("device-cookie", id, given) ? id : null;
}

/** Null for a cookie that this application did not make. */
export function deviceHashOf(cookie: string | null): Buffer | null {
  const id = deviceIdOf(cookie);
  // Of the id alone, so that a rotated root secret keeps the binding.
  return id === null ? null : sha256(id);
}

/** The same device under the newest root secret, or a new one for none of ours. */
export function deviceCookieFrom(current: string | null): string {
  const id = deviceIdOf(current) ?? newId();
  return `${id}.${mac("device-cookie", id)}`;
}
