// How a finished sign-in reaches the client: cookies and a redirect for a form,
// cookies and JSON for a browser's own call, tokens in the body for native ones.
import { redirect } from "next/navigation";
import type { Client } from "@/lib/auth/client";
import type { Reissued } from "@/lib/auth/refresh-token/reissue";
import type { SignInResult } from "@/lib/auth/sign-in";
import { config } from "@/lib/config";
import type { ApiCall } from "@/lib/http/api-route";
import {
  type CookieJar,
  clearPending,
  type RequestCookies,
  writeDevice,
  writeNewSession,
  writePending,
  writeSession,
} from "@/lib/http/cookies";

type Call = { client: Client; cookies: RequestCookies; jar: CookieJar };

/** Where a sign-in lands that named no other place. */
const landing = "/dashboard";

/** The client with the device cookie its session will be bound to. */
export function boundClient({ client, cookies, jar }: Call): Client {
  if (client.channel === "native") return client;
  return { ...client, deviceHash: writeDevice(jar, cookies.device) };
}

/** What this client waits for: of a cookie in browsers, of a header elsewhere. */
export function pendingHandle({ cookies, request }: ApiCall<unknown>): string | null {
  return cookies.pending ?? request.headers.get("x-pending-token");
}

/**
 * 202, and what the client waits for: in a cookie of browsers, in the body elsewhere.
 * `lifetime` in milliseconds.
 */
export function answerCheckEmail(
  { client, jar }: Pick<Call, "client" | "jar">,
  handle: string,
  lifetime: number,
): Response {
  const isNative = client.channel === "native";
  if (!isNative) writePending(jar, handle, lifetime);
  const pending = isNative && { pendingToken: handle };
  return Response.json({ status: "check_email", ...pending }, { status: 202 });
}

function writeResult(jar: CookieJar, result: SignInResult): void {
  if (result.status === "second_factor_required") {
    writePending(jar, result.pending, config.challenge.signIn);
    return;
  }
  clearPending(jar);
  writeNewSession(jar, result);
}

/** Leaves for `next`, or for the second factor. */
export function redirectSignedIn(
  jar: CookieJar,
  result: SignInResult,
  next?: string | null,
): never {
  writeResult(jar, result);
  if (result.status === "signed_in") redirect(next ?? landing);
  redirect(next ? `/second-factor?${new URLSearchParams({ next })}` : "/second-factor");
}

export function answerSignIn({ client, jar }: Call, result: SignInResult): Response {
  const isNative = client.channel === "native";
  if (!isNative) writeResult(jar, result);
  if (result.status === "second_factor_required") {
    const { status, methods, expiresAt, pending } = result;
    return Response.json({
      status,
      methods,
      expiresAt,
      ...(isNative && { pendingToken: pending }),
    });
  }
  const { status, user, session, accessToken, refreshToken } = result;
  const { isPersistent: _persistent, method: _method, ...shown } = session;
  const tokens = isNative && { tokens: nativeTokens({ accessToken, refreshToken }) };
  return Response.json({ status, user, session: shown, ...tokens });
}

/** New tokens on their way to the client; what its body says of them. */
export function handTokens({ client, jar }: Call, reissued: Reissued) {
  if (client.channel === "native") return { tokens: nativeTokens(reissued) };
  writeSession(jar, reissued);
  return {};
}

type Pair = { accessToken: { token: string; expiresAt: Date }; refreshToken: string };

export function nativeTokens({ accessToken, refreshToken }: Pair) {
  const expiresIn = Math.max(
    0,
    Math.floor((accessToken.expiresAt.getTime() - Date.now()) / 1000),
  );
  return { accessToken: accessToken.token, refreshToken, expiresIn };
}
