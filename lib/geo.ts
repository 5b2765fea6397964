// Where an address is, roughly: from a file on this machine, or not at all.
// Nobody else is asked, so nobody learns who signs in. The file is read whole at
// boot and never looked at again; a newer one counts from the next start.
import { readFileSync } from "node:fs";
import { BlockList, isIPv4, isIPv6, SocketAddress } from "node:net";
import { Reader, type Response } from "maxmind";
import { z } from "zod";
import { log } from "@/lib/log";
import { printable } from "@/lib/printable";

/** The longest name of a country has 56 letters; some cities have more. */
const maxName = 60;

type Places = { reader: Reader<Response>; hasWarned: boolean };

// Next loads modules once for the proxy and once for the pages.
const shared = globalThis as { latchkeyPlaces?: Places };

/** Begins what stands at the end of a whole file. */
const metadataMarker = Buffer.from("\xab\xcd\xefMaxMind.com", "latin1");
/** Between the search tree and what its leaves point to. */
const separatorSize = 16;

/** Answers what is wrong with the file, as the end of a sentence; null if nothing. */
export function openPlaces(path: string): string | null {
  let file: Buffer;
  try {
    file = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return `names a file that cannot be read (${code ?? "unknown"})`;
  }
  const reader = readerOf(file);
  if (!reader) return "names a file that is no mmdb, or only a part of one";
  shared.latchkeyPlaces = { reader, hasWarned: false };
  return null;
}

function readerOf(file: Buffer): Reader<Response> | null {
  const metadataAt = file.lastIndexOf(metadataMarker);
  try {
    const reader = new Reader<Response>(file);
    const { binaryFormatMajorVersion, ipVersion, searchTreeSize } = reader.metadata;
    const isKnown =
      binaryFormatMajorVersion === 2 && (ipVersion === 4 || ipVersion === 6);
    const isWhole = searchTreeSize + separatorSize <= metadataAt;
    return isKnown && isWhole ? reader : null;
  } catch {
    return null;
  }
}

/** "Berlin, Germany", or the country alone; null where that cannot be told. */
export function placeOf(ip: string | null): string | null {
  const places = shared.latchkeyPlaces;
  const address = places && publicAddress(ip);
  if (!address) return null;
  try {
    if (places.reader.metadata.ipVersion === 4 && isIPv6(address)) return null;
    return describe(places.reader.get(address));
  } catch (error) {
    if (!places.hasWarned) log.warn({ event: "place_unreadable", reason: String(error) });
    places.hasWarned = true;
    return null;
  }
}

// A file made by somebody else may hold anything.
const named = z
  .object({ names: z.object({ en: z.string() }) })
  .transform(({ names }) => printable(names.en, maxName))
  .catch("");
const record = z.object({ city: named, country: named });

function describe(found: unknown): string | null {
  const { data } = record.safeParse(found);
  return [data?.city, data?.country].filter(Boolean).join(", ") || null;
}

const notPublic = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const) {
  notPublic.addSubnet(network, prefix, "ipv4");
}
for (const [network, prefix] of [
  ["::", 96],
  ["fc00::", 7],
  ["fe80::", 10],
] as const) {
  notPublic.addSubnet(network, prefix, "ipv6");
}

/** As the reader takes it; null for what is no address, or is one of a local net. */
function publicAddress(ip: string | null): string | null {
  if (!ip || ip.includes("%")) return null;
  if (isIPv4(ip)) return notPublic.check(ip, "ipv4") ? null : ip;
  if (!isIPv6(ip) || notPublic.check(ip, "ipv6")) return null;
  // Written anew, an IPv4-mapped one always ends in four decimal numbers.
  const { address } = new SocketAddress({ address: ip, family: "ipv6" });
  return /^::ffff:([\d.]+)$/.exec(address)?.[1] ?? address;
}
