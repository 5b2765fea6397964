// The session of this request: a signature, then the row. This is the check;
// `proxy.ts` only renews, and with it deleted nothing becomes reachable.
import { redirect } from "next/navigation";
import { cache } from "react";
import { verifyAccessToken } from "@/lib/auth/access-token";
import { parseRefreshToken } from "@/lib/auth/refresh-token/judge";
import type { EndReason } from "@/lib/auth/session";
import {
  confirmGeneration,
  findSession,
  type LiveSession,
} from "@/lib/auth/session-cache";
import { drawnHeaders, readCookies } from "@/lib/http/cookies";
import { isNativeClient } from "@/lib/http/origin";
import { endedHeader, renewedHeader } from "@/lib/http/request-listener";

export type CurrentSession = LiveSession & {
  /** When the access token of this request ends. */
  accessExpiresAt: Date;
};

export type Resolved =
  | { status: "alive"; session: CurrentSession }
  | { status: "anonymous" }
  | { status: "ended"; reason: EndReason };

function bearerToken(given: Headers): string | null {
  return (
    /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(given.get("authorization") ?? "")?.[1] ??
    null
  );
}

async function resolve(given: Headers): Promise<Resolved> {
  const cookies = readCookies(given);
  if (cookies.isTossed) return { status: "anonymous" };
  const channel = isNativeClient(given) ? "native" : "browser";
  const token = channel === "native" ? bearerToken(given) : cookies.access;
  const claims = token ? await verifyAccessToken(token) : null;
  if (!claims) return explainAbsence(given, cookies.refresh);

  const found = await findSession(claims.sessionId);
  if (found.status === "unknown") return { status: "anonymous" };
  if (found.status === "ended") return found;
  const { session } = found;
  const isItsToken =
    session.channel === channel &&
    session.userId === claims.userId &&
    session.securityVersion === claims.securityVersion;
  if (!isItsToken) return { status: "anonymous" };

  // A pair that `proxy.ts` or an action has just made may still be lost on its way.
  const hasArrived = given.get(renewedHeader) === null;
  if (hasArrived && claims.generation > session.confirmedGeneration) {
    await confirmGeneration(session.id, claims.generation);
  }
  return { status: "alive", session: { ...session, accessExpiresAt: claims.expiresAt } };
}

/**
 * For the words on the sign-in page alone: no MAC is checked, so nothing but the
 * reason of an ending is told to whoever knows a session's random id. With the
 * database away it throws, and nobody is sent to sign in again for that.
 */
async function explainAbsence(
  given: Headers,
  refreshToken: string | null,
): Promise<Resolved> {
  // The proxy has cleared the cookies, and Next hides from pages what it cleared.
  const reason = given.get(endedHeader);
  if (reason) return { status: "ended", reason: reason as EndReason };
  const presented = refreshToken ? parseRefreshToken(refreshToken) : null;
  if (!presented) return { status: "anonymous" };
  const found = await findSession(presented.id);
  return found.status === "ended" ? found : { status: "anonymous" };
}

/**
 * Once a request, however many components ask. A page that is drawn in the answer
 * of an action sees the tokens which that action has just written.
 */
export const resolveSession = cache(
  async (): Promise<Resolved> => resolve(await drawnHeaders()),
);

export async function getSession(): Promise<CurrentSession | null> {
  const resolved = await resolveSession();
  return resolved.status === "alive" ? resolved.session : null;
}

/** Returns the session, or leaves for the sign-in page and comes back to `path`. */
export async function requireUser(path: string): Promise<CurrentSession> {
  const resolved = await resolveSession();
  if (resolved.status === "alive") return resolved.session;
  const target = new URLSearchParams({ next: path });
  if (resolved.status === "ended" && resolved.reason !== "signed_out") {
    target.set("reason", resolved.reason);
  }
  redirect(`/login?${target}`);
}
