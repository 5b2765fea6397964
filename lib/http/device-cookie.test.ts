import { createHmac, hkdfSync } from "node:crypto";
import { describe, expect, it } from "vitest";

const oldSecret = "an-older-root-secret-that-still-verifies-0123";
const newSecret = "the-newest-root-secret-that-makes-all-9876543";
process.env.APP_SECRET = `${newSecret},${oldSecret}`;

process.env.DATABASE_URL ??= "postgresql://nobody@127.0.0.1:1/none";

// Settings are read once, at the first use.
const { deviceHashOf } = await import("@/lib/auth/client");
const { keepDevice, readCookies, writeDevice } = await import("@/lib/http/cookies");

/** What a server with this root secret wrote. */
function cookieMadeWith(root: string, id: string): string {
  const key = Buffer.from(hkdfSync("sha256", root, "", "latchkey/device-cookie", 32));
  return `${id}.${createHmac("sha256", key).update(id).digest("base64url")}`;
}

const id = "AAAAAAAAAAAAAAAAAAAAAA";
const ours = cookieMadeWith(newSecret, id);
const older = cookieMadeWith(oldSecret, id);
const notOurs = ["", id, cookieMadeWith("a-root-secret-of-somebody-else-555", id)];

/** What a page writes for a browser with these cookies. */
function keptBy(cookies: Record<string, string>): string[] {
  const cookie = Object.entries(cookies)
    .map(([name, value]) => `latchkey-${name}=${value}`)
    .join("; ");
  const written: string[] = [];
  const jar = { set: (_name: string, value: string) => written.push(value) };
  keepDevice(jar, readCookies(new Headers({ cookie })));
  return written;
}

describe("a page", () => {
  it("H08 writes a device cookie of an older root secret anew, for the same device", () => {
    expect(keptBy({ device: older, refresh: "token" })).toEqual([ours]);
    expect(deviceHashOf(ours)).toEqual(deviceHashOf(older));
  });

  it("writes nothing over a device cookie of today", () => {
    expect(keptBy({ device: ours })).toEqual([]);
  });

  it.each(notOurs)("gives a visitor who has none of ours (%j) a new one", (device) => {
    const [cookie = null, ...more] = keptBy({ device });
    expect(more).toEqual([]);
    expect(cookie).not.toContain(id);
    expect(deviceHashOf(cookie)).not.toBeNull();
  });

  it.each(notOurs)(
    "I04 gives no other device to a session that lost its own (%j)",
    (device) => {
      expect(keptBy({ device, refresh: "token" })).toEqual([]);
    },
  );
});

describe("a sign-in", () => {
  it.each([ours, older])("sends the device cookie again, as made today", (current) => {
    const written: string[] = [];
    const jar = { set: (_name: string, value: string) => written.push(value) };
    expect(writeDevice(jar, current)).toEqual(deviceHashOf(ours));
    expect(written).toEqual([ours]);
  });
});
