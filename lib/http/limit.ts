// Limits at the edge: how they are refused, and how they are told
// (draft-ietf-httpapi-ratelimit-headers).

import { config, type RateLimitName } from "@/lib/config";
import { Refusal, rateLimited } from "@/lib/errors";
import {
  type Allowance,
  addressBucket,
  countAttempt,
  refundAttempt,
} from "@/lib/rate-limit";

export function enforce(allowance: Allowance): void {
  if (allowance.isAllowed) return;
  throw rateLimited("Too many attempts.", allowance.resetIn);
}

/** For what has a limit of its own beside that of its form. */
export async function spend(name: RateLimitName, ip: string | null): Promise<void> {
  enforce(await countAttempt(name, addressBucket(ip)));
}

/**
 * Counts an attempt before it is made. Where only failures count, one that did
 * not fail by its sender's fault is handed back. `tell` hears where they stand.
 */
export async function withLimit<T>(
  name: RateLimitName | undefined,
  ip: string | null,
  run: () => Promise<T>,
  tell: (allowance: Allowance) => void = () => {},
): Promise<T> {
  if (!name) return run();
  const key = addressBucket(ip);
  const allowance = await countAttempt(name, key);
  tell(allowance);
  enforce(allowance);
  try {
    const result = await run();
    if (config.rateLimits[name].failuresOnly) await refundAttempt(name, key);
    return result;
  } catch (error) {
    const isTheirs = error instanceof Refusal && error.status < 500;
    // A redirect is thrown, and is how an action succeeds.
    if (!isTheirs && config.rateLimits[name].failuresOnly) await refundAttempt(name, key);
    throw error;
  }
}

export function limitHeaders({ name, limit, remaining, window, resetIn }: Allowance) {
  return {
    "RateLimit-Policy": `"${name}";q=${limit};w=${window / 1000}`,
    RateLimit: `"${name}";r=${remaining};t=${Math.ceil(resetIn / 1000)}`,
  };
}
