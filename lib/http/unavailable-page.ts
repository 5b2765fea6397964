// When a page fails, Next answers 500 with a document that is blank without
// JavaScript. This answers in its place: 503 with `Retry-After` when the database
// was out of reach, else 500, and in both cases a page that needs nothing.
import type { ServerResponse } from "node:http";
import { config } from "@/lib/config";
import { sha256 } from "@/lib/crypto";
import { env } from "@/lib/env";

type Watched = { isUnavailable: boolean };
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

/**
 * Next offers no place to choose the status of a failed page, so the answer is
 * exchanged as it leaves. Node calls `writeHead` from within `write` and `end`
 * too late to stop them; so each of the three looks first.
 */
export function watchResponse(requestId: string, response: ServerResponse): void {
  const state: Watched = { isUnavailable: false };
  watched().set(requestId, state);
  response.once("close", () => watched().delete(requestId));

  const { writeHead, write, end } = response;
  let isExchanged = false;

  function exchange(status: number): boolean {
    if (isExchanged || response.headersSent || !isFailedPage(response, status)) {
      return isExchanged;
    }
    isExchanged = true;
    const { code, headers, body } = state.isUnavailable ? unavailable : failed;
    for (const name of [
      "content-encoding",
      "content-length",
      "transfer-encoding",
      "link",
    ]) {
      response.removeHeader(name);
    }
    Reflect.apply(writeHead, response, [code, headers]);
    Reflect.apply(end, response, [response.req.method === "HEAD" ? "" : body]);
    return true;
  }

  Object.assign(response, {
    writeHead: (status: number, ...rest: unknown[]) =>
      exchange(status) ? response : Reflect.apply(writeHead, response, [status, ...rest]),
    write: (...rest: unknown[]) =>
      exchange(response.statusCode) || Reflect.apply(write, response, rest),
    end: (...rest: unknown[]) =>
      exchange(response.statusCode) ? response : Reflect.apply(end, response, rest),
  });
}

/** Development keeps Next's own page, which shows the stack. */
function isFailedPage(response: ServerResponse, status: number): boolean {
  const type = String(response.getHeader("content-type") ?? "");
  return status === 500 && type.startsWith("text/html") && env().isProduction;
}

const style =
  "body{margin:0;font:16px/1.5 system-ui,sans-serif;color:#1d2624;background:#f7f8f7}main{max-width:26rem;margin:0 auto;padding:30vh 1.5rem 0}h1{font-size:1.5rem;margin:0 0 .5rem}p{margin:0;opacity:.75}@media(prefers-color-scheme:dark){body{color:#e7edeb;background:#101413}}";
const policy = `default-src 'none'; style-src 'sha256-${sha256(style).toString("base64")}'; base-uri 'none'; frame-ancestors 'none'`;

function page(title: string, text: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${title}</title><style>${style}</style></head><body><main><h1>${title}</h1><p>${text}</p></main></body></html>`;
}

const common = {
  "Content-Type": "text/html; charset=utf-8",
  "Cache-Control": "no-store",
  "Content-Security-Policy": policy,
};

const unavailable = {
  code: 503,
  headers: { ...common, "Retry-After": String(config.retryAfter / 1000) },
  body: page(
    "We will be right back",
    "Something this page needs is out of reach. You are still signed in: try again in a few seconds.",
  ),
};

const failed = {
  code: 500,
  headers: common,
  body: page("Something went wrong", "The fault is ours and has been noted. Try again."),
};
