// Posts to pages are server actions. Next looks at their origin only when one is
// sent, and at their size only while reading; both are settled before that.
import type { NextRequest } from "next/server";
import { config } from "@/lib/config";
import { Refusal } from "@/lib/errors";
import { isOwnOrigin } from "@/lib/http/origin";
import { problem } from "@/lib/http/problem";
import { requestIdHeader } from "@/lib/http/request-listener";

const formTypes =
  /^(multipart\/form-data|application\/x-www-form-urlencoded|text\/plain)\b/i;

/** The answer to a post that must not reach an action; null for any other request. */
export function checkPagePost({ method, headers }: NextRequest): Response | null {
  if (method === "GET" || method === "HEAD" || method === "OPTIONS") return null;
  const refusal = judgePost(headers);
  return refusal && problem(refusal, headers.get(requestIdHeader));
}

function judgePost(headers: Headers): Refusal | null {
  if (!isOwnOrigin(headers)) return new Refusal("origin_refused");
  const length = headers.get("content-length");
  // A body of unannounced length is nothing a browser sends for a form.
  if (length === null || Number(length) > config.body.maxBytes) {
    return new Refusal("payload_too_large");
  }
  if (!formTypes.test(headers.get("content-type") ?? "")) {
    return new Refusal("unsupported_media_type", { detail: "Send a form." });
  }
  return null;
}
