// The address of whoever is calling. Next believes a client's X-Forwarded-For;
// we believe the socket, and of that header only the hops our own proxies added.
import { isIP } from "node:net";
import { env } from "@/lib/env";

/** Written by the listener over anything a client may have sent. */
export const peerHeader = "x-client-peer";

/** Null when it cannot be told; all such callers share one limit. */
export function clientAddress(
  headers: Headers,
  hops = env().trustedProxyHops,
): string | null {
  const peer = headers.get(peerHeader);
  if (hops === 0) return readable(peer);
  const chain = (headers.get("x-forwarded-for") ?? "")
    .split(",")
    .map((entry) => entry.trim());
  return readable(chain.at(-hops) ?? null);
}

function readable(address: string | null): string | null {
  const bare = address?.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "") ?? "";
  return isIP(bare) ? bare : null;
}
