// Runs before Next sees a request. Node announces each one on a diagnostics
// channel, with its socket: the only place where the peer's address is known and
// where headers of our own can be written over those that a client forged.
import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import { parseAndValidateFlightRouterState } from "next/dist/server/app-render/parse-and-validate-flight-router-state";
import { newId } from "@/lib/crypto";
import { env } from "@/lib/env";
import { peerHeader } from "@/lib/http/client-address";
import { securityHeaders } from "@/lib/http/security-headers";
import { watchResponse } from "@/lib/http/unavailable-page";

export const requestIdHeader = "x-request-id";
/** Set for prefetches; Next strips the headers that tell before `proxy.ts`. */
export const prefetchHeader = "x-client-prefetch";
/** Set on a request whose tokens were made in answering it: no client has them yet. */
export const renewedHeader = "x-session-renewed";
/** Set by `proxy.ts` with the reason, when it found that the session has ended. */
export const endedHeader = "x-session-ended";

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
  settleAddress(request);
  if (!isRouterState(headers[routerStateHeader])) delete headers[routerStateHeader];
  const given = headers[requestIdHeader];
  const requestId =
    typeof given === "string" && wellFormedId.test(given) ? given : newId();
  headers[requestIdHeader] = requestId;
  headers[peerHeader] = request.socket.remoteAddress ?? "";
  headers[prefetchHeader] = isPrefetch(request) ? "1" : "";
  delete headers[renewedHeader];
  delete headers[endedHeader];

  response.setHeader(requestIdHeader, requestId);
  for (const [name, value] of securityHeaders()) response.setHeader(name, value);
  if (request.method === "POST") leadByGet(response);
  watchResponse(requestId, response);
}

/**
 * A page that is drawn in answer to a form without script may lead elsewhere. By the
 * 307 that Next answers, the browser would post the form there once more, where no
 * action knows it and the screen stays blank.
 */
function leadByGet(response: ServerResponse): void {
  const { writeHead } = response;
  Object.assign(response, {
    writeHead: (status: number, ...rest: unknown[]) =>
      Reflect.apply(writeHead, response, [status === 307 ? 303 : status, ...rest]),
  });
}

/**
 * We are at `APP_URL`, whatever a client says: Next compares the host with the
 * origin of an action, and builds redirects and requests to itself from it.
 */
function settleAddress(request: IncomingMessage): void {
  const { host, protocol } = new URL(env().appUrl);
  request.headers.host = host;
  request.headers["x-forwarded-host"] = host;
  request.headers["x-forwarded-proto"] = protocol.slice(0, -1);
  delete request.headers["x-forwarded-port"];
  request.url = pathOf(request.url ?? "/");
  if (canBeNamed(request)) return;
  request.method = "GET";
  request.url = nowhere;
}

/** The request line may hold a whole address (RFC 9112 §3.2.2). */
function pathOf(target: string): string {
  if (target.startsWith("/")) return target;
  if (!URL.canParse(target)) return nowhere;
  const { pathname, search } = new URL(target);
  return pathname + search;
}

/** What the API answers with "no such thing". */
const nowhere = "/api/-";
const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Next answers 500 to the rest. */
function canBeNamed({ method = "", url = "" }: IncomingMessage): boolean {
  const [path = ""] = url.split("?");
  if (!methods.includes(method) || path.startsWith("/_global-error")) return false;
  try {
    return !path.startsWith("/api/") || decodeURIComponent(path) !== "";
  } catch {
    return false;
  }
}

const routerStateHeader = "next-router-state-tree";

/** Next answers 500 to one it cannot read, and sends everything where there is none. */
function isRouterState(given: string | string[] | undefined): boolean {
  try {
    parseAndValidateFlightRouterState(given);
    return true;
  } catch {
    return false;
  }
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
