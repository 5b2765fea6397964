import { describe, expect, it } from "vitest";
import { clientAddress, peerHeader } from "@/lib/http/client-address";

type Case = { peer?: string; forwarded?: string; hops?: number; more?: HeadersInit };

function addressOf({ peer = "192.0.2.1", forwarded, hops = 0, more }: Case) {
  const headers = new Headers(more);
  headers.set(peerHeader, peer);
  if (forwarded !== undefined) headers.set("x-forwarded-for", forwarded);
  return clientAddress(headers, hops);
}

describe("without a proxy of our own", () => {
  it.each([
    ["X-Forwarded-For", "203.0.113.9"],
    ["X-Real-IP", "203.0.113.9"],
    ["Forwarded", "for=203.0.113.9"],
    ["CF-Connecting-IP", "203.0.113.9"],
    ["True-Client-IP", "203.0.113.9"],
    ["X-Client-IP", "203.0.113.9"],
  ])("B04 %s of a client changes nothing", (name, value) => {
    expect(addressOf({ more: { [name]: value } })).toBe("192.0.2.1");
  });

  it.each([
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::1", "::1"],
    ["2001:db8::7", "2001:db8::7"],
  ])("B05 the socket's %s is %s", (peer, address) => {
    expect(addressOf({ peer })).toBe(address);
  });

  it.each(["", "unknown", "192.0.2", "192.0.2.1:4000"])(
    "B04 a peer of %j is nobody",
    (peer) => {
      expect(addressOf({ peer })).toBeNull();
    },
  );
});

describe("behind proxies of our own", () => {
  it.each([
    ["the only entry of one", 1, "203.0.113.9", "203.0.113.9"],
    ["the right-most entry", 1, "198.51.100.1, 203.0.113.9", "203.0.113.9"],
    ["the second from the right", 2, "198.51.100.1, 203.0.113.9", "198.51.100.1"],
    ["no entry left of ours", 2, "6.6.6.6, 203.0.113.9, 10.0.0.1", "203.0.113.9"],
    ["an entry without its spaces", 1, "6.6.6.6,\t203.0.113.9 ", "203.0.113.9"],
    ["an IPv6 entry", 1, "2001:db8::7", "2001:db8::7"],
    ["a mapped entry", 1, "::ffff:203.0.113.9", "203.0.113.9"],
  ])("B04 takes %s", (_what, hops, forwarded, address) => {
    expect(addressOf({ hops, forwarded })).toBe(address);
  });

  it.each([
    ["no header", 1, undefined],
    ["an empty header", 1, ""],
    ["fewer entries than hops", 2, "203.0.113.9"],
    ["a host name", 1, "client.example"],
    ["a port", 1, "203.0.113.9:4711"],
    ["brackets", 1, "[2001:db8::7]"],
    ["an empty last entry", 1, "203.0.113.9,"],
    ["a number for an address", 1, "3405803785"],
    ["SQL", 1, "1.1.1.1'; DROP TABLE session;--"],
  ])("B04 with %s nobody is named, least of all the proxy", (_what, hops, forwarded) => {
    expect(addressOf({ hops, forwarded })).toBeNull();
  });

  it("B04 a second header of a client stays left of what our proxy wrote", () => {
    const headers = new Headers([
      ["x-forwarded-for", "6.6.6.6"],
      ["x-forwarded-for", "203.0.113.9"],
    ]);
    expect(clientAddress(headers, 1)).toBe("203.0.113.9");
  });
});
