// Counters that every node shares. One atomic upsert counts an attempt before it
// is made, so parallel attempts cannot slip past; when the store is away the
// attempt fails with it (ASVS 16.5.3).
import { AsyncLocalStorage } from "node:async_hooks";
import { isIPv6 } from "node:net";
import {
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRes,
} from "rate-limiter-flexible";
import { config, type RateLimitName } from "@/lib/config";
import { mac } from "@/lib/crypto";
import { type Connection, db, runSql } from "@/lib/db";

export type Allowance = {
  name: RateLimitName;
  isAllowed: boolean;
  limit: number;
  remaining: number;
  /** Length of the window, and time until it ends, in milliseconds. */
  window: number;
  resetIn: number;
};

/** The transaction an attempt is counted in, which the library cannot be handed. */
const within = new AsyncLocalStorage<Connection>();

type Limiter = RateLimiterMemory | RateLimiterPostgres;
const limiters = new Map<RateLimitName, Limiter>();

function limiterFor(name: RateLimitName): Limiter {
  const known = limiters.get(name);
  if (known) return known;
  const { points, per, store } = config.rateLimits[name];
  const options = { keyPrefix: name, points, duration: per / 1000 };
  const limiter =
    store === "memory"
      ? new RateLimiterMemory(options)
      : new RateLimiterPostgres({
          ...options,
          tableName: "rate_limit",
          tableCreated: true,
          clearExpiredByTimeout: false,
          storeType: "client",
          storeClient: {
            query: ({ text, values }: { text: string; values: unknown[] }) =>
              runSql(within.getStore() ?? db(), text, values),
          },
        });
  limiters.set(name, limiter);
  return limiter;
}

/**
 * Counts one attempt. `key` is stored as a MAC: addresses are personal data.
 * Within a transaction it must be told so: asking for a second connection while
 * holding one would starve the pool as soon as ten did it at once.
 */
export async function countAttempt(
  name: RateLimitName,
  key: string,
  connection?: Connection,
): Promise<Allowance> {
  const count = () => limiterFor(name).consume(mac("rate-limit-key", key));
  try {
    const state = await (connection ? within.run(connection, count) : count());
    return allowance(name, state, true);
  } catch (state) {
    if (state instanceof RateLimiterRes) return allowance(name, state, false);
    throw state;
  }
}

/** Hands the point back after an attempt that turned out to be honest. */
export async function refundAttempt(name: RateLimitName, key: string): Promise<void> {
  await limiterFor(name).reward(mac("rate-limit-key", key), 1);
}

function allowance(
  name: RateLimitName,
  state: RateLimiterRes,
  isAllowed: boolean,
): Allowance {
  const { points, per } = config.rateLimits[name];
  return {
    name,
    isAllowed,
    limit: points,
    remaining: Math.max(0, state.remainingPoints),
    window: per,
    resetIn: Math.max(0, state.msBeforeNext),
  };
}

/**
 * What counts as one client. An IPv6 subscriber owns a whole /64 (better-auth
 * GHSA-p6v2-xcpg-h6xw); a mapped IPv4 address is that IPv4 address. Whatever
 * cannot be read shares one bucket, so that garbage buys nothing.
 */
export function addressBucket(ip: string | null): string {
  if (!ip) return "unknown";
  if (!isIPv6(ip)) return ip;
  // A URL spells every address in one way: short, lower-case and in hexadecimal.
  const address = new URL(`http://[${ip.split("%")[0]}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(address);
  if (mapped) return mapped.slice(1).flatMap(twoBytes).join(".");
  const [head = "", tail] = address.split("::");
  const left = head ? head.split(":") : [];
  const right = tail ? tail.split(":") : [];
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array<string>(zeros).fill("0"), ...right];
  return `${groups.slice(0, 4).join(":")}::/64`;
}

function twoBytes(group: string): number[] {
  const value = Number.parseInt(group, 16);
  return [value >> 8, value & 255];
}
