// Runs before Next sees a request. Node announces each one on a diagnostics
// channel, with its socket: the only place where the peer's address is known and
// where headers of our own can be written over those that a client forged.
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import { newId } from "@/lib/crypto";
import { peerHeader } from "@/lib/http/client-address";
import { securityHeaders } from "@/lib/http/security-headers";
import { watchResponse } from "@/lib/http/unavailable-page";

export const requestIdHeader = "x-request-id";
/** Set for prefetches; Next strips the headers that tell before `proxy.ts`. */
export const prefetchHeader = "x-client-prefetch";
/** Set by `proxy.ts` on the request whose tokens it has just renewed. */
export const renewedHeader = "x-session-renewed";

const wellFormedId = /^[A-Za-z0-9_-]{8,64}$/;

type Started = { request: IncomingMessage; response: ServerResponse };

const shared = globalThis as { latchkeyListens?: boolean };

export function listenToRequests(): void {
  if (shared.latchkeyListens) return;
  shared.latchkeyListens = true;
  subscribe("http.server.request.start", (message) => markRequest(message as Started));
}

function markRequest({ request, response }: Started): void {
  const { headers } = request;
  const given = headers[requestIdHeader];
  const requestId =
    typeof given === "string" && wellFormedId.test(given) ? given : newId();
  headers[requestIdHeader] = requestId;
  headers[peerHeader] = request.socket.remoteAddress ?? "";
  headers[prefetchHeader] = isPrefetch(request) ? "1" : "";
  delete headers[renewedHeader];

  response.setHeader(requestIdHeader, requestId);
  for (const [name, value] of securityHeaders()) response.setHeader(name, value);
  watchResponse(requestId, response);
}

function isPrefetch({ headers }: IncomingMessage): boolean {
  const purposes = `${headers["sec-purpose"] ?? ""} ${headers.purpose ?? ""}`;
  return (
    headers["next-router-prefetch"] !== undefined ||
    headers["next-router-segment-prefetch"] !== undefined ||
    headers["x-middleware-prefetch"] !== undefined ||
    purposes.includes("prefetch")
  );
}
