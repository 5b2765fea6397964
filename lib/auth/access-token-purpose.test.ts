// Every other secret of ours is refused as an access token, and so is an access
// token made for somebody else or under a key that was retired.
import { createHmac } from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { verifyAccessToken } from "@/lib/auth/access-token";
import { cookieHandle, linkToken } from "@/lib/auth/challenge";
import { newDeviceCookie } from "@/lib/auth/client";
import { mailedCode } from "@/lib/auth/mailed-code";
import { deriveRefreshToken } from "@/lib/auth/refresh-token/judge";
import { minutes } from "@/lib/config";
import { type KeyPurpose, newId, randomSecret, seal, subKeys } from "@/lib/crypto";
import {
  afterNoon,
  forge,
  noon,
  pairOf,
  readPart,
  takeApart,
  tokenSubject,
} from "@/tests/tokens";

const { token: genuine, header, payload, signed } = await takeApart();

const purposes: KeyPurpose[] = [
  "refresh-token",
  "device-cookie",
  "password-pepper",
  "challenge-data",
  "registration-link",
  "registration-code",
  "registration-cookie",
  "sign-in-link",
  "sign-in-code",
  "sign-in-cookie",
  "rate-limit-key",
];

describe("H04 secrets of another purpose", () => {
  const session = { id: tokenSubject.id, channel: "browser", secret: randomSecret() };
  const secrets = {
    "a refresh token": deriveRefreshToken(session, 0),
    "a device cookie": newDeviceCookie(),
    "a registration link": linkToken("registration", newId()),
    "a registration handle": cookieHandle("registration", newId()),
    "a pending sign-in": cookieHandle("sign-in", newId()),
    "a mailed code": mailedCode("registration", newId()),
    "sealed data": seal("challenge-data", JSON.stringify(payload), "sign-in.x"),
    "a session's id": tokenSubject.id,
  };

  it.each(Object.entries(secrets))("H04 %s is no access token", async (_what, secret) => {
    expect(await verifyAccessToken(secret, noon)).toBeNull();
    const [head, body] = genuine.split(".");
    expect(await verifyAccessToken(`${head}.${body}.${secret}`, noon)).toBeNull();
  });

  it.each(purposes)("H04 the key for %s signs no access token", async (purpose) => {
    const [key = Buffer.alloc(32)] = subKeys(purpose);
    expect(key).not.toEqual(subKeys("access-token-signing")[0]);
    const hmac = (input: string) => createHmac("sha256", key).update(input).digest();
    for (const signer of [pairOf(key).privateKey, hmac]) {
      expect(await verifyAccessToken(forge(header, payload, signer), noon)).toBeNull();
    }
  });

  it.each(["JWT", "at+JWT+x", "id_token", "logout+jwt", "", undefined, null, 1])(
    "H04 refuses the type %j",
    async (typ) => {
      expect(await verifyAccessToken(signed({ header: { typ } }), noon)).toBeNull();
    },
  );
});

describe("H05 whose and for whom", () => {
  it.each([
    undefined,
    null,
    "",
    "other",
    "latchkey ",
    ["latchkey"],
    ["latchkey", "other"],
    {},
  ])("H05 refuses the audience %j", async (aud) => {
    expect(await verifyAccessToken(signed({ payload: { aud } }), noon)).toBeNull();
  });

  it.each([
    undefined,
    null,
    "",
    "https://staging.example.com",
    "http://localhost:3000/",
    "http://localhost:3001",
    ["http://localhost:3000"],
  ])("H05 refuses the issuer %j", async (iss) => {
    expect(await verifyAccessToken(signed({ payload: { iss } }), noon)).toBeNull();
  });

  it("H06 refuses a member we never write, though our key signed it", async () => {
    for (const extra of [{ role: "admin" }, { email: "a@example.com" }, { scope: "*" }]) {
      expect(await verifyAccessToken(signed({ payload: extra }), noon)).toBeNull();
    }
  });

  it.each(Object.keys(payload))("H05 refuses a token without %s", async (name) => {
    expect(
      await verifyAccessToken(signed({ payload: { [name]: undefined } }), noon),
    ).toBeNull();
  });

  it.each([
    "",
    "0",
    "x.AAAAAAAAAAAAAAAAAAAAAA",
    "-1.AAAAAAAAAAAAAAAAAAAAAA",
    "1.short",
    7,
  ])("H05 refuses the jti %j", async (jti) => {
    expect(await verifyAccessToken(signed({ payload: { jti } }), noon)).toBeNull();
  });
});

describe("H08 root secrets", () => {
  const oldRoot = "the-root-secret-of-last-year-0123456789";
  const newRoot = "a-root-secret-drawn-this-year-9876543210";

  /** A node that was started with these root secrets. */
  async function nodeWith(...roots: string[]) {
    vi.stubEnv("APP_SECRET", roots.join(","));
    vi.resetModules();
    return import("@/lib/auth/access-token");
  }
  afterEach(() => void vi.unstubAllEnvs());

  it("H08 a token of the old root lives out its time and not a moment longer", async () => {
    const { token } = await (await nodeWith(oldRoot)).issueAccessToken(
      tokenSubject,
      noon,
    );
    const node = await nodeWith(newRoot, oldRoot);
    expect(await node.verifyAccessToken(token, noon)).not.toBeNull();
    const end = afterNoon(minutes(15) + 30_000);
    expect(await node.verifyAccessToken(token, end)).toBeNull();
  });

  it("H08 a key that is only listed for verifying does not sign", async () => {
    const node = await nodeWith(newRoot, oldRoot);
    const { token } = await node.issueAccessToken(tokenSubject, noon);
    const published = (await node.publicKeys()).keys.map(({ kid }) => kid);
    expect(new Set(published).size).toBe(2);
    expect(readPart(token, 0).kid).toBe(published[0]);
    expect(await (await nodeWith(oldRoot)).verifyAccessToken(token, noon)).toBeNull();
    expect(await (await nodeWith(newRoot)).verifyAccessToken(token, noon)).not.toBeNull();
  });

  it("H08 a root that was taken off the list is refused at once and published no more", async () => {
    const { token } = await (await nodeWith(oldRoot)).issueAccessToken(
      tokenSubject,
      noon,
    );
    const node = await nodeWith(newRoot);
    expect(await node.verifyAccessToken(token, noon)).toBeNull();
    const published = (await node.publicKeys()).keys.map(({ kid }) => kid);
    expect(published).not.toContain(readPart(token, 0).kid);
  });
});
