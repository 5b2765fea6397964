// Writes small files in the format https://maxmind.github.io/MaxMind-DB/ (2.0).
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { isIPv4 } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

type Value = string | number | { [key: string]: Value };
/** By network, as in "203.0.113.0/24" or "2001:db8::/32"; none within another. */
export type Networks = Record<string, Value>;

const marker = Buffer.from("\xab\xcd\xefMaxMind.com", "latin1");
const separator = Buffer.alloc(16);
const recordBytes = 3;

/** As GeoLite writes a place; without a city, the country alone. */
export function place(country: string, city?: string): Value {
  const named = (en: string) => ({ geoname_id: 1, names: { de: `${en} (de)`, en } });
  return { ...(city !== undefined && { city: named(city) }), country: named(country) };
}

const folders: string[] = [];

/** Answers the path of a file with these bytes, there until `removeFiles`. */
export function writeFile(bytes: Buffer): string {
  const folder = mkdtempSync(path.join(tmpdir(), "places-"));
  folders.push(folder);
  writeFileSync(path.join(folder, "places.mmdb"), bytes);
  return path.join(folder, "places.mmdb");
}

export function removeFiles(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
}

export function mmdb(networks: Networks, ipVersion: 4 | 6 = 6): Buffer {
  const nodes: Node[] = [[undefined, undefined]];
  let data = Buffer.alloc(0);
  for (const [network, value] of Object.entries(networks)) {
    grow(nodes, bitsOf(network, ipVersion), { data: data.length });
    data = Buffer.concat([data, encode(value)]);
  }
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_700_000_000,
    database_type: "Test-City",
    ip_version: ipVersion,
    node_count: nodes.length,
    record_size: recordBytes * 8,
  });
  return Buffer.concat([treeOf(nodes), separator, data, marker, metadata]);
}

type Branch = { node: number } | { data: number } | undefined;
type Node = [Branch, Branch];

function grow(nodes: Node[], bits: number[], leaf: { data: number }): void {
  let at = 0;
  for (const [depth, bit] of bits.entries()) {
    const node = nodes[at];
    const branch = node?.[bit];
    const isLast = depth === bits.length - 1;
    if (!node || (branch && ("data" in branch || isLast))) {
      throw new Error("one network lies within another");
    }
    at = branch?.node ?? nodes.length;
    if (!branch) node[bit] = isLast ? leaf : { node: at };
    if (!branch && !isLast) nodes.push([undefined, undefined]);
  }
}

function treeOf(nodes: Node[]): Buffer {
  const bytes = Buffer.alloc(nodes.length * 2 * recordBytes);
  for (const [at, branch] of nodes.flat().entries()) {
    const past = branch && "data" in branch ? separator.length + branch.data : 0;
    const record = branch && "node" in branch ? branch.node : nodes.length + past;
    bytes.writeUIntBE(record, at * recordBytes, recordBytes);
  }
  return bytes;
}

/** IPv4 lies in the last 32 bits of an IPv6 tree. */
function bitsOf(network: string, ipVersion: 4 | 6): number[] {
  const [address = "", length] = network.split("/");
  const lead = isIPv4(address) && ipVersion === 6 ? Array<number>(6).fill(0) : [];
  const bits = [...lead, ...groupsOf(address)].flatMap((group) =>
    Array.from(group.toString(2).padStart(16, "0"), Number),
  );
  return bits.slice(0, lead.length * 16 + Number(length));
}

function groupsOf(address: string): number[] {
  if (isIPv4(address)) {
    const [a = 0, b = 0, c = 0, d = 0] = address.split(".").map(Number);
    return [a * 256 + b, c * 256 + d];
  }
  const halves = address.split("::").map((half) => half.split(":").filter(Boolean));
  const [left = [], right = []] = halves;
  const zeros = Array<string>(8 - left.length - right.length).fill("0");
  return [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16));
}

function encode(value: Value): Buffer {
  if (typeof value === "string") {
    const bytes = Buffer.from(value);
    return Buffer.concat([control(2, bytes.length), bytes]);
  }
  if (typeof value === "number") {
    const bytes = Buffer.concat([control(6, 4), Buffer.alloc(4)]);
    bytes.writeUInt32BE(value, 1);
    return bytes;
  }
  const pairs = Object.entries(value);
  const held = pairs.flatMap(([key, inner]) => [encode(key), encode(inner)]);
  return Buffer.concat([control(7, pairs.length), ...held]);
}

/** Type (2 text, 6 number, 7 map) and size, which may need bytes of its own. */
function control(type: number, size: number): Buffer {
  const first = type << 5;
  if (size < 29) return Buffer.from([first | size]);
  const [bits, base, width] =
    size < 285 ? [29, 29, 1] : size < 65_821 ? [30, 285, 2] : [31, 65_821, 3];
  const bytes = Buffer.alloc(1 + width, first | bits);
  bytes.writeUIntBE(size - base, 1, width);
  return bytes;
}
