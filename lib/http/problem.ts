// The one translation of a refusal into problem+json (RFC 9457).
import { config } from "@/lib/config";
import { isUnreachable } from "@/lib/db";
import { Refusal } from "@/lib/errors";
import { log } from "@/lib/log";

/** Never a stack, a query or a cause: those are in the log, under the same id. */
export function problem(error: unknown, requestId: string | null): Response {
  const refusal = asRefusal(error, requestId);
  if (!refusal)
    return describe({ status: 500, title: "Something went wrong." }, requestId);
  const { status, title, code, detail, fields, retryAfter, extra } = refusal;
  const errors = fields.length > 0 ? { errors: fields } : {};
  const response = describe(
    { status, title, code, detail, ...errors, ...extra },
    requestId,
  );
  const wait = retryAfter ?? (status === 503 ? config.retryAfter : undefined);
  if (wait !== undefined)
    response.headers.set("Retry-After", String(Math.ceil(wait / 1000)));
  return response;
}

function asRefusal(error: unknown, requestId: string | null): Refusal | null {
  if (error instanceof Refusal) return error;
  if (isUnreachable(error)) {
    log.warn({ event: "unavailable", requestId, reason: String(error) });
    return new Refusal("unavailable", { cause: error });
  }
  log.error({ event: "bug", requestId, err: error });
  return null;
}

type Problem = { status: number; title: string; code?: string; detail?: string };

function describe(problem: Problem, requestId: string | null): Response {
  const code = problem.code ?? "internal_error";
  const body = { type: `urn:latchkey:problem:${code}`, code, requestId, ...problem };
  return Response.json(body, {
    status: problem.status,
    headers: { "Content-Type": "application/problem+json" },
  });
}
