// The device cookie: a browser cannot be given an id of somebody's choice.
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { cookieHandle, linkToken } from "@/lib/auth/challenge";
import { deviceHashOf, newDeviceCookie } from "@/lib/auth/client";
import { mac, newId } from "@/lib/crypto";

afterEach(() => void vi.unstubAllEnvs());

/** A node that was started with these root secrets. */
async function nodeWith(...roots: string[]) {
  vi.stubEnv("APP_SECRET", roots.join(","));
  vi.resetModules();
  return import("@/lib/auth/client");
}

const roots = [
  "a-root-secret-drawn-this-year-9876543210",
  "the-root-secret-of-last-year-0123456789",
] as const;

describe("device cookies", () => {
  it("I04 the same cookie is the same device, and two cookies are two", () => {
    const cookie = newDeviceCookie();
    expect(deviceHashOf(cookie)).toHaveLength(32);
    expect(deviceHashOf(cookie)).toEqual(deviceHashOf(cookie));
    expect(deviceHashOf(newDeviceCookie())).not.toEqual(deviceHashOf(cookie));
  });

  it("I04 an id of the attacker's choice is no device", () => {
    const [id, proof] = newDeviceCookie().split(".");
    const forged = [
      null,
      "",
      ".",
      String(id),
      `${id}.`,
      `${newId()}.${proof}`,
      `${id}.${"A".repeat(43)}`,
      `${id}.${mac("refresh-token", String(id))}`,
      `${id}.${proof}.`,
      ` ${id}.${proof}`,
      `${id}.${proof}\n`,
      `${id}.${proof}=`,
      linkToken("registration", newId()),
      cookieHandle("sign-in", newId()),
    ];
    for (const cookie of forged) expect(deviceHashOf(cookie)).toBeNull();
  });

  it("I04 nothing that is sent throws or is taken for a device", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(deviceHashOf(text)).toBeNull();
      }),
    );
  });

  it("I04 another installation's cookie is no device here", async () => {
    const foreign = (await nodeWith(roots[0])).newDeviceCookie();
    expect((await nodeWith(roots[1])).deviceHashOf(foreign)).toBeNull();
  });

  it("I04 a new root secret takes no browser its binding", async () => {
    const old = await nodeWith(roots[1]);
    const cookie = old.newDeviceCookie();
    const rotated = await nodeWith(...roots);
    expect(rotated.deviceHashOf(cookie)).toEqual(old.deviceHashOf(cookie));
    expect(old.deviceHashOf(rotated.newDeviceCookie())).toBeNull();
    // The same id under the newer root's MAC is the same browser.
    const [id = ""] = cookie.split(".");
    const crypto = await import("@/lib/crypto");
    const renewed = `${id}.${crypto.mac("device-cookie", id)}`;
    expect(renewed).not.toBe(cookie);
    expect(rotated.deviceHashOf(renewed)).toEqual(old.deviceHashOf(cookie));
  });
});
