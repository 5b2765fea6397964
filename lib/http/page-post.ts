// Posts to pages are server actions. Next looks at their origin only when one is
// sent, and fails on a body it cannot read; both are settled before that.
import type { NextRequest } from "next/server";
import { config } from "@/lib/config";
import { invalid, Refusal } from "@/lib/errors";
import { isActionBody } from "@/lib/http/action-body";
import { isOwnOrigin } from "@/lib/http/origin";
import { problem } from "@/lib/http/problem";
import { requestIdHeader } from "@/lib/http/request-listener";

const safeMethods = ["GET", "HEAD", "OPTIONS"];

/** The answer to a post that must not reach an action; null for any other request. */
export async function checkPagePost(request: NextRequest): Promise<Response | null> {
  const { method, headers } = request;
  if (safeMethods.includes(method)) return null;
  if (headers.has("x-action-forwarded")) return elsewhere();
  const refusal = judgeHeaders(request) ?? (await judgeBody(request));
  if (!refusal) return null;
  const answer = problem(refusal, headers.get(requestIdHeader));
  answer.headers.set("Cache-Control", "no-store");
  return answer;
}

/**
 * Next posts an action that is on another page to itself, where the caller's
 * address is lost. Said without a body, this becomes its 409 to the caller.
 */
function elsewhere(): Response {
  const headers = { "x-nextjs-action-not-found": "1", "Cache-Control": "no-store" };
  return new Response(null, { status: 204, headers });
}

function judgeHeaders({ method, headers }: NextRequest): Refusal | null {
  if (!isOwnOrigin(headers)) return new Refusal("origin_refused");
  if (method !== "POST") return new Refusal("method_not_allowed");
  const length = headers.get("content-length");
  // A body of unannounced length is nothing a browser sends for a form.
  if (length === null || Number(length) > config.body.maxBytes) {
    return new Refusal("payload_too_large");
  }
  // The one type that a form with an action is ever sent as.
  if (!/^multipart\/form-data\s*;/i.test(headers.get("content-type") ?? "")) {
    return new Refusal("unsupported_media_type", { detail: "Send a form." });
  }
  return null;
}

async function judgeBody(request: NextRequest): Promise<Refusal | null> {
  const form = await readForm(request);
  if (form && isActionBody(form, request.headers.get("next-action"))) return null;
  return invalid("", "This was not sent in a form we understand.");
}

async function readForm(request: NextRequest): Promise<FormData | null> {
  try {
    return await request.clone().formData();
  } catch {
    return null;
  }
}
