// What an access token says, and how long it is one.
import { importJWK, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { issueAccessToken, publicKeys, verifyAccessToken } from "@/lib/auth/access-token";
import { minutes, seconds } from "@/lib/config";
import { afterNoon, noon, readPart, takeApart, tokenSubject } from "@/tests/tokens";

const { token: genuine, header, signed } = await takeApart();
const iat = noon.getTime() / 1000;

const accepts = async (token: string, at = noon) =>
  (await verifyAccessToken(token, at)) !== null;

describe("a token of ours", () => {
  it("names the session, and is accepted when forged byte for byte with our key", async () => {
    const claims = {
      sessionId: tokenSubject.id,
      userId: tokenSubject.userId,
      generation: 7,
      securityVersion: 2,
    };
    expect(await verifyAccessToken(genuine, noon)).toEqual({
      ...claims,
      expiresAt: afterNoon(minutes(15)),
    });
    // The attacks below differ from this one in the one thing they name.
    expect(await verifyAccessToken(signed({ payload: { aal: 1 } }), noon)).toMatchObject(
      claims,
    );
  });

  it("H06 says nothing about the person, whatever the row holds", async () => {
    const row = {
      ...tokenSubject,
      email: "ada@example.com",
      name: "Ada",
      role: "admin",
      secret: "s3cret",
    };
    const { token } = await issueAccessToken(row, noon);
    const allowed = "iss aud sub sid iat exp jti auth_time amr aal sv".split(" ");
    expect(Object.keys(readPart(token, 1)).sort()).toEqual(allowed.sort());
    expect(Object.keys(readPart(token, 0)).sort()).toEqual(["alg", "kid", "typ"]);
    expect(JSON.stringify(readPart(token, 1))).not.toMatch(/ada|admin|s3cret/i);
  });

  it("H08 verifies against the published keys, which hold nothing private", async () => {
    const { keys } = await publicKeys();
    const members = ["alg", "crv", "kid", "kty", "use", "x"];
    for (const key of keys) expect(Object.keys(key).sort()).toEqual(members);
    const published = keys.find(({ kid }) => kid === header.kid);
    const key = await importJWK(published ?? {}, "EdDSA");
    const checks = { typ: "at+jwt", audience: "latchkey", currentDate: noon };
    const verified = await jwtVerify(genuine, key, {
      ...checks,
      issuer: "http://localhost:3000",
    });
    expect(verified.payload.sid).toBe(tokenSubject.id);
  });

  it("G05 never outlives its session", async () => {
    const expiresAt = afterNoon(minutes(3) + 700);
    const issued = await issueAccessToken({ ...tokenSubject, expiresAt }, noon);
    expect(readPart(issued.token, 1).exp).toBe(iat + 180);
    expect(issued.expiresAt.getTime()).toBeLessThanOrEqual(expiresAt.getTime());
  });
});

describe("H03 times", () => {
  it("H03 a token ends at its exp and the leeway of 30 s, remembered or not", async () => {
    for (const isRemembered of [true, false]) {
      const { token, expiresAt } = await issueAccessToken(tokenSubject, noon);
      const at = (ms: number) => accepts(token, new Date(expiresAt.getTime() + ms));
      if (isRemembered) expect(await accepts(token)).toBe(true);
      expect(await at(seconds(31))).toBe(false);
      expect(await at(seconds(30))).toBe(false);
      expect(await at(seconds(30) - 1)).toBe(true);
      expect(await at(-seconds(1))).toBe(true);
      expect(await at(seconds(30))).toBe(false);
    }
  });

  it("H03 a token from the future is refused beyond the leeway", async () => {
    const fromFuture = (s: number) => accepts(signed({ payload: { iat: iat + s } }));
    expect(await fromFuture(30)).toBe(true);
    expect(await fromFuture(31)).toBe(false);
    expect(await fromFuture(3600)).toBe(false);
  });

  it("H03 a token older than the lifetime is refused, whatever its exp", async () => {
    expect(await accepts(signed({ payload: { iat: iat - 931, exp: iat + 900 } }))).toBe(
      false,
    );
    expect(
      await accepts(signed({ payload: { exp: iat + 10 ** 9 } }), afterNoon(minutes(16))),
    ).toBe(false);
  });

  it.each([
    undefined,
    null,
    `${iat + 900}`,
    iat + 900.5,
    -1,
    0,
    [iat + 900],
    true,
    1e300,
  ])("H03 refuses the exp %j", async (exp) => {
    expect(await accepts(signed({ payload: { exp } }))).toBe(false);
  });

  it.each([undefined, null, `${iat}`, iat + 0.5, [iat]])(
    "H03 refuses the iat %j",
    async (value) => {
      expect(await accepts(signed({ payload: { iat: value } }))).toBe(false);
    },
  );

  it("H03 refuses an nbf, which we never write", async () => {
    for (const nbf of [iat - 60, iat, iat + 3600]) {
      expect(await accepts(signed({ payload: { nbf } }))).toBe(false);
    }
  });
});
