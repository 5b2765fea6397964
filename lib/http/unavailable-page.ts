// When a page fails, Next answers 500 with a document that is blank without
// JavaScript. This answers in its place: 503 with `Retry-After` when the database
// was out of reach, else 500, and in both cases a page that needs nothing.
import type { ServerResponse } from "node:http";
import { env } from "@/lib/env";

type Watched = { response: ServerResponse; isUnavailable: boolean };
const shared = globalThis as { latchkeyResponses?: Map<string, Watched> };

function watched(): Map<string, Watched> {
  shared.latchkeyResponses ??= new Map();
  return shared.latchkeyResponses;
}

/** Called for the request whose failure has just been reported. */
export function markUnavailable(requestId: string): void {
  const found = watched().get(requestId);
  if (found) found.isUnavailable = true;
}

const retryAfter = "5";

export function watchResponse(requestId: string, response: ServerResponse): void {
  const state: Watched = { response, isUnavailable: false };
  watched().set(requestId, state);
  response.once("close", () => watched().delete(requestId));

  const { writeHead, end } = response;
  let isReplaced = false;
  response.writeHead = function (
    this: ServerResponse,
    status: number,
    ...rest: unknown[]
  ) {
    const isPage = String(response.getHeader("content-type") ?? "").startsWith(
      "text/html",
    );
    if (status !== 500 || !isPage || !env().isProduction) {
      return Reflect.apply(writeHead, this, [status, ...rest]);
    }
    isReplaced = true;
    const page = state.isUnavailable ? pages.unavailable : pages.failed;
    if (state.isUnavailable) response.setHeader("Retry-After", retryAfter);
    response.setHeader("Cache-Control", "no-store");
    response.removeHeader("Content-Length");
    response.removeHeader("Content-Encoding");
    Reflect.apply(writeHead, this, [state.isUnavailable ? 503 : 500]);
    Reflect.apply(end, this, [page]);
    return this;
  } as typeof response.writeHead;
  const write = response.write;
  response.write = function (this: ServerResponse, ...rest: unknown[]) {
    return isReplaced || Reflect.apply(write, this, rest);
  } as typeof response.write;
  response.end = function (this: ServerResponse, ...rest: unknown[]) {
    return isReplaced ? this : Reflect.apply(end, this, rest);
  } as typeof response.end;
}

function page(title: string, text: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><meta name="color-scheme" content="light dark"></head><body><main><h1>${title}</h1><p>${text}</p></main></body></html>`;
}

const pages = {
  unavailable: page(
    "We will be right back",
    "Something this page needs is out of reach. You are still signed in; try again in a few seconds.",
  ),
  failed: page(
    "Something went wrong",
    "The fault is ours and has been noted. Try again.",
  ),
};
