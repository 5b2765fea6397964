// The codes of an authenticator app, against the RFC, against our own reckoning, and
// against a program that knows nothing of us.
import { spawnSync } from "node:child_process";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  matchStep,
  newTotpSecret,
  otpauthUri,
  sealTotp,
} from "@/lib/auth/second-factor/totp";
import { minutes, seconds } from "@/lib/config";
import { open } from "@/lib/crypto";
import { codeAt } from "@/tests/totp";

const noon = Date.UTC(2026, 2, 1, 12);
const stepOf = (at: number) => Math.floor(at / seconds(30));
const match = (secret: string, code: string, at = noon) =>
  matchStep(secret, code, new Date(at));

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("the codes", () => {
  /** RFC 6238, appendix B: SHA-1 over "12345678901234567890", last six of eight. */
  const rfcSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  it.each([
    [59, "287082"],
    [1_111_111_109, "081804"],
    [1_111_111_111, "050471"],
    [1_234_567_890, "005924"],
    [2_000_000_000, "279037"],
    [20_000_000_000, "353130"],
  ])("D03 at %i seconds the RFC's vector is right", async (at, code) => {
    expect(codeAt(rfcSecret, seconds(at))).toBe(code);
    expect(await match(rfcSecret, code, seconds(at))).toBe(Math.floor(at / 30));
  });

  it("D03 those of a hundred keys are what we reckon by hand", async () => {
    for (let n = 0; n < 100; n++) {
      const secret = newTotpSecret();
      const at = noon + n * seconds(7919);
      expect(await match(secret, codeAt(secret, at), at)).toBe(stepOf(at));
    }
  });

  it("D03 those of oathtool, where it is installed, are ours", async () => {
    const isThere = spawnSync("oathtool", ["--version"]).status === 0;
    for (let n = 0; isThere && n < 10; n++) {
      const secret = newTotpSecret();
      const at = noon + n * minutes(31) + seconds(n);
      const asked = ["--totp", "--base32", `--now=@${at / 1000}`, secret];
      const code = spawnSync("oathtool", asked, { encoding: "utf8" }).stdout.trim();
      expect(code).toBe(codeAt(secret, at));
      expect(await match(secret, code, at)).toBe(stepOf(at));
    }
  });
});

describe("the window", () => {
  it.each([0, 1, 14_999, 15_000, 29_000, 29_999])(
    "D03 %i ms into a step the one before, this one and the next count, and no other",
    async (into) => {
      const secret = newTotpSecret();
      const at = noon + into;
      const steps = [-10, -6, -3, -2, -1, 0, 1, 2, 3, 6, 10];
      const matched: number[] = [];
      for (const by of steps) {
        const step = await match(secret, codeAt(secret, at, by), at);
        if (step === null) continue;
        matched.push(by);
        expect(step).toBe(stepOf(at) + by);
      }
      expect(matched).toEqual([-1, 0, 1]);
    },
  );

  it("D03 spaces and dashes are overlooked, and nothing else is", async () => {
    const secret = newTotpSecret();
    const code = codeAt(secret, noon);
    const [head, tail] = [code.slice(0, 3), code.slice(3)];
    for (const typed of [`${head} ${tail}`, `${head}-${tail}`, ` ${code}\n`]) {
      expect(await match(secret, typed)).toBe(stepOf(noon));
    }
    const fullWidth = [...code].map((digit) => String.fromCodePoint(0xff10 + +digit));
    const others = [
      "",
      code.slice(1),
      `0${code}`,
      `${code}0`,
      `+${code}`,
      `${code.slice(0, 5)}e`,
      `0x${code}`,
      fullWidth.join(""),
      `${code}\u0000`,
      Number(code).toExponential(),
      "000000".repeat(1000),
    ];
    for (const typed of others) expect(await match(secret, typed)).toBeNull();
  });
});

describe("the key", () => {
  it("D07 is 160 bits, another each time", () => {
    const secrets = Array.from({ length: 200 }, newTotpSecret);
    for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(new Set(secrets).size).toBe(200);
  });

  it("D07 leaves by the link that apps read, with all that they need to agree", () => {
    const secret = newTotpSecret();
    const uri = new URL(otpauthUri(secret, "ann@example.com", "Latchkey: demo"));
    expect(uri.protocol).toBe("otpauth:");
    expect(uri.host).toBe("totp");
    const label = decodeURIComponent(uri.pathname.slice(1));
    expect(label).toMatch(/^Latchkey.* demo:ann@example\.com$/);
    const given = Object.fromEntries(uri.searchParams);
    expect(given).toMatchObject({ secret, issuer: "Latchkey: demo" });
    // What apps take for granted may be left out, and must not say anything else.
    const plain = { algorithm: "SHA1", digits: "6", period: "30" };
    expect({ ...plain, ...given }).toMatchObject(plain);
  });

  it("D07 is sealed differently each time, names its sealing key, and shows nothing", () => {
    const secret = newTotpSecret();
    const sealed = [sealTotp("ann", secret), sealTotp("ann", secret)];
    expect(sealed[0]).not.toBe(sealed[1]);
    const [ids, bodies] = [0, 1].map((at) => sealed.map((text) => text.split(".")[at]));
    expect(new Set(ids).size).toBe(1);
    expect(new Set(bodies).size).toBe(2);
    for (const text of sealed) {
      const bytes = Buffer.from(text.split(".")[1] ?? "", "base64url");
      for (const shown of [text, bytes.toString("latin1")]) {
        expect(shown).not.toContain(secret.slice(0, 8));
      }
    }
  });

  it("D07 opens for its owner alone, for this purpose, and unaltered", () => {
    const secret = newTotpSecret();
    const sealed = sealTotp("ann", secret);
    expect(open("totp-secret", sealed, "totp.ann")).toBe(secret);
    expect(open("totp-secret", sealed, "totp.bob")).toBeNull();
    expect(open("challenge-data", sealed, "totp.ann")).toBeNull();
    const [id, body = ""] = sealed.split(".");
    const bytes = Buffer.from(body, "base64url");
    for (const at of [0, 12, 28, bytes.length - 1]) {
      const altered = Buffer.from(bytes);
      altered[at] = (altered[at] ?? 0) ^ 1;
      const text = `${id}.${altered.toString("base64url")}`;
      expect(open("totp-secret", text, "totp.ann")).toBeNull();
    }
  });

  /** A node that was started with these root secrets. */
  async function nodeWith(...roots: string[]) {
    vi.stubEnv("APP_SECRET", roots.join(","));
    vi.resetModules();
    return import("@/lib/crypto");
  }

  it("D07 opens under a root secret that verifies only, and not once that is gone", async () => {
    const former = process.env.APP_SECRET ?? "";
    const fresh = "a-root-secret-drawn-this-year-9876543210";
    const sealed = sealTotp("ann", "SECRET");
    const both = await nodeWith(fresh, former);
    const opened = both.open("totp-secret", sealed, "totp.ann");
    expect(opened).toBe("SECRET");
    const renewed = both.seal("totp-secret", "SECRET", "totp.ann");
    expect(renewed.split(".")[0]).not.toBe(sealed.split(".")[0]);
    const one = await nodeWith(fresh);
    expect(one.open("totp-secret", sealed, "totp.ann")).toBeNull();
    expect(one.open("totp-secret", renewed, "totp.ann")).toBe("SECRET");
  });
});
