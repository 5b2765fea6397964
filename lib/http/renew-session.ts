// Renewal in front of a page: a browser whose access token has run out gets a
// new pair before the page is made, on the response and on the request below.
import type { NextRequest, NextResponse } from "next/server";
import { verifyAccessToken } from "@/lib/auth/access-token";
import { type Rotation, rotateRefreshToken } from "@/lib/auth/refresh-token/rotate";
import { isUnreachable } from "@/lib/db";
import { Refusal } from "@/lib/errors";
import { callerOf } from "@/lib/http/caller";
import {
  clearSession,
  readCookies,
  replaceCookies,
  writeSession,
} from "@/lib/http/cookies";
import { enforce } from "@/lib/http/limit";
import { endedHeader, prefetchHeader, renewedHeader } from "@/lib/http/request-listener";
import { addressBucket, countAttempt } from "@/lib/rate-limit";

/** A token this close to its end could end while the page is made. */
const margin = 10_000;

export async function needsRenewal(request: NextRequest): Promise<boolean> {
  const { access, refresh } = readCookies(request.headers);
  if (!refresh) return false;
  const claims = access ? await verifyAccessToken(access) : null;
  return !claims || claims.expiresAt.getTime() - Date.now() < margin;
}

/** Only what a person does renews; a browser's guess at the next click does not. */
export function mayRenew(request: NextRequest): boolean {
  return request.method !== "HEAD" && request.headers.get(prefetchHeader) !== "1";
}

/**
 * For pages and for `POST /api/auth/refresh` alike. A token that is not ours is
 * counted against its sender, and refused with `rate_limited` in the end; one
 * that is ours is never limited by address.
 */
export async function renewSession(headers: Headers, token: string): Promise<Rotation> {
  const client = callerOf(headers);
  const rotation = await rotateRefreshToken({ token, client });
  if (rotation.status === "unknown")
    enforce(await countAttempt("refresh", addressBucket(client.ip)));
  return rotation;
}

/** The page below asks the same database and answers for it if it is away. */
export async function renewPage({ headers }: NextRequest): Promise<Rotation | null> {
  const { refresh } = readCookies(headers);
  if (!refresh) return null;
  try {
    return await renewSession(headers, refresh);
  } catch (error) {
    // Nobody is signed out because the database or a limit was in the way.
    if (isUnreachable(error) || error instanceof Refusal) return null;
    throw error;
  }
}

/** The page below must see the new pair, or it would think itself signed out. */
export function applyToRequest(headers: Headers, rotation: Rotation): void {
  if (rotation.status === "ended") headers.set(endedHeader, rotation.reason);
  if (rotation.status !== "renewed") return;
  const { accessToken, refreshToken } = rotation;
  replaceCookies(headers, { access: accessToken.token, refresh: refreshToken });
  if (!rotation.isUnchanged) headers.set(renewedHeader, "1");
}

export function applyToResponse(response: NextResponse, rotation: Rotation): void {
  if (rotation.status === "renewed") writeSession(response.cookies, rotation);
  else clearSession(response.cookies);
}
