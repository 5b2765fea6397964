// Writes CBOR (RFC 8949), as much of it as authenticators do.
export type Cbor = number | string | Uint8Array | Cbor[] | Map<string | number, Cbor>;

export function encodeCbor(value: Cbor): Buffer {
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "string") {
    const text = Buffer.from(value);
    return Buffer.concat([head(3, text.length), text]);
  }
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  if (Array.isArray(value)) {
    return Buffer.concat([head(4, value.length), ...value.map(encodeCbor)]);
  }
  const members = [...value].flat().map((member) => encodeCbor(member as Cbor));
  return Buffer.concat([head(5, value.size), ...members]);
}

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length]);
  const [bits, size] = length < 0x100 ? [24, 1] : length < 0x10000 ? [25, 2] : [26, 4];
  const bytes = Buffer.alloc(1 + size);
  bytes[0] = (major << 5) | bits;
  bytes.writeUIntBE(length, 1, size);
  return bytes;
}
