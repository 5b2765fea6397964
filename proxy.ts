// In front of pages alone: the page's own policy, renewal, and a 403 for foreign
// posts. It grants nothing; with this file deleted nothing becomes reachable.
import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { expireTossed, keepDevice, readCookies } from "@/lib/http/cookies";
import { checkPagePost } from "@/lib/http/page-post";
import {
  applyToRequest,
  applyToResponse,
  mayRenew,
  needsRenewal,
  renewPage,
} from "@/lib/http/renew-session";
import { pagePolicy } from "@/lib/http/security-headers";

export const config = {
  // Pages only: routes check for themselves, and files belong to nobody.
  matcher: ["/((?!api/|_next/|\\.well-known/|icon\\.svg|dev/mail\\.json).*)"],
};

export async function proxy(request: NextRequest): Promise<Response> {
  const refused = await checkPagePost(request);
  if (refused) return refused;

  const isDue = await needsRenewal(request);
  if (isDue && !mayRenew(request)) {
    return new NextResponse(null, {
      status: 204,
      headers: { "Cache-Control": "no-store" },
    });
  }
  const rotation = isDue ? await renewPage(request) : null;
  const policy = pagePolicy(randomBytes(16).toString("base64"));
  const headers = new Headers(request.headers);
  // Next reads the nonce for its own scripts from here.
  headers.set("content-security-policy", policy);
  if (rotation) applyToRequest(headers, rotation);

  const response = NextResponse.next({ request: { headers } });
  response.headers.set("Content-Security-Policy", policy);
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("Accept-CH", "Sec-CH-UA-Platform-Version, Sec-CH-UA-Model");
  const cookies = readCookies(request.headers);
  if (mayRenew(request)) keepDevice(response.cookies, cookies);
  expireTossed(response.cookies, request.headers);
  if (rotation) applyToResponse(response, rotation);
  return response;
}
