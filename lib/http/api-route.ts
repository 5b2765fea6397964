// What every route handler is wrapped in: who may call, typed input, limits, and
// their refusals as problem+json.
import { cookies } from "next/headers";
import type { z } from "zod";
import type { Client } from "@/lib/auth/client";
import type { FirstFactor } from "@/lib/auth/policy";
import type { RateLimitName } from "@/lib/config";
import { Refusal } from "@/lib/errors";
import { callerOf } from "@/lib/http/caller";
import {
  type CookieJar,
  expireTossed,
  type RequestCookies,
  readCookies,
} from "@/lib/http/cookies";
import { type CurrentSession, resolveSession } from "@/lib/http/current-session";
import { parseInput } from "@/lib/http/input";
import { readJsonBody } from "@/lib/http/json-body";
import { limitHeaders, withLimit } from "@/lib/http/limit";
import { refuseDisabled } from "@/lib/http/method";
import { isNativeClient, isOwnOrigin } from "@/lib/http/origin";
import { problem } from "@/lib/http/problem";
import { requestIdHeader } from "@/lib/http/request-listener";

type Options<Body extends z.ZodType> = {
  /** The way to sign in that it is of: without that there is no such route. */
  of?: FirstFactor;
  /** Absent where no body is taken. */
  body?: Body;
  limit?: RateLimitName;
};

export type ApiCall<Input> = {
  input: Input;
  client: Client;
  cookies: RequestCookies;
  jar: CookieJar;
  request: Request;
  params: Record<string, string | string[]>;
};

/** Structurally what Next hands to a route handler. */
type RouteContext = { params: Promise<Record<string, string | string[]>> };

const safeMethods = ["GET", "HEAD", "OPTIONS"];

export function apiRoute<Body extends z.ZodType>(
  { of, body, limit }: Options<Body>,
  run: (call: ApiCall<z.output<Body>>) => Promise<Response>,
) {
  return async (request: Request, context: RouteContext): Promise<Response> => {
    const extra = new Headers({ "Cache-Control": "no-store" });
    let response: Response;
    try {
      if (!mayCall(request)) throw new Refusal("origin_refused");
      refuseDisabled(of);
      const client = callerOf(request.headers);
      const answer = async () => {
        const value = body ? await readJsonBody(request) : undefined;
        const input = (body ? parseInput(body, value) : undefined) as z.output<Body>;
        const given = readCookies(request.headers);
        const jar = await cookies();
        expireTossed(jar, request.headers);
        const params = await context.params;
        return run({ input, client, cookies: given, jar, request, params });
      };
      response = await withLimit(limit, client.ip, answer, (allowance) => {
        for (const [name, value] of Object.entries(limitHeaders(allowance))) {
          extra.set(name, value);
        }
      });
    } catch (error) {
      response = problem(error, request.headers.get(requestIdHeader));
    }
    for (const [name, value] of extra) response.headers.set(name, value);
    return response;
  };
}

function mayCall({ method, headers }: Request): boolean {
  return safeMethods.includes(method) || isNativeClient(headers) || isOwnOrigin(headers);
}

export async function requireSession(): Promise<CurrentSession> {
  const resolved = await resolveSession();
  if (resolved.status === "alive") return resolved.session;
  throw new Refusal("unauthenticated");
}
