import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  isEqual,
  type KeyPurpose,
  mac,
  macs,
  newId,
  open,
  seal,
  subKeys,
  verifyMac,
} from "@/lib/crypto";
import { env } from "@/lib/env";

const purposes: KeyPurpose[] = [
  "access-token-signing",
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
  "totp-secret",
  "backup-code",
  "totp-enrolment-cookie",
  "passkey-second-factor-cookie",
  "passkey-second-factor-challenge",
  "rate-limit-key",
];
const roots = env().appSecrets;
const given = [...roots];

/** As after a restart with another `APP_SECRET`. */
function restartWith(...secrets: string[]): void {
  roots.splice(0, roots.length, ...secrets);
}

afterEach(() => restartWith(...given));

describe("sub-keys", () => {
  it("N04 no two purposes share a key, and none is the root", () => {
    const keys = purposes.map((purpose) => subKeys(purpose)[0]?.toString("hex"));
    expect(new Set(keys).size).toBe(purposes.length);
    expect(keys).not.toContain(Buffer.from(given[0] ?? "").toString("hex"));
    for (const key of keys) expect(key).toHaveLength(64);
  });

  it("H10 two installations have nothing in common", () => {
    const own = subKeys("refresh-token");
    restartWith(randomBytes(32).toString("base64"));
    expect(subKeys("refresh-token")[0]).not.toEqual(own[0]);
  });

  it("H10 fails without a root secret instead of using an empty one", () => {
    restartWith();
    expect(() => mac("refresh-token", "x")).toThrow("root secret");
    expect(verifyMac("refresh-token", "x", "")).toBe(false);
  });
});

describe("MACs", () => {
  it("C04 a MAC made for one purpose is refused for every other", () => {
    for (const made of purposes) {
      const given = mac(made, "id");
      const accepted = purposes.filter((purpose) => verifyMac(purpose, "id", given));
      expect(accepted).toEqual([made]);
    }
  });

  it.each([
    ["nothing", () => ""],
    ["one character less", (m: string) => m.slice(0, -1)],
    ["one character more", (m: string) => `${m}A`],
    ["another first character", (m: string) => (m[0] === "A" ? "B" : "A") + m.slice(1)],
    ["upper case", (m: string) => m.toUpperCase()],
    ["a space around it", (m: string) => ` ${m}`],
  ])("C04 refuses %s", (_what, alter) => {
    const made = mac("registration-link", "id");
    expect(verifyMac("registration-link", "id", made)).toBe(true);
    expect(verifyMac("registration-link", "id", alter(made))).toBe(false);
    expect(verifyMac("registration-link", "ie", made)).toBe(false);
  });

  it("compares texts of any length", () => {
    expect(isEqual("", "")).toBe(true);
    expect(isEqual("a", "b")).toBe(false);
    expect(isEqual("a", "aa")).toBe(false);
  });
});

describe("several root secrets", () => {
  const older = given[0] ?? "";
  const newer = randomBytes(32).toString("base64url");
  let madeByOlder: { mac: string; sealed: string };

  beforeEach(() => {
    const sealed = seal("challenge-data", "a secret", "row");
    madeByOlder = { mac: mac("device-cookie", "id"), sealed };
    restartWith(newer, older);
  });

  it("H10 the first makes", () => {
    const made = mac("device-cookie", "id");
    const sealed = seal("challenge-data", "a secret", "row");
    expect(made).not.toBe(madeByOlder.mac);
    restartWith(newer);
    expect(verifyMac("device-cookie", "id", made)).toBe(true);
    expect(open("challenge-data", sealed, "row")).toBe("a secret");
  });

  it("H10 all verify and open, the newest first", () => {
    expect(verifyMac("device-cookie", "id", madeByOlder.mac)).toBe(true);
    expect(open("challenge-data", madeByOlder.sealed, "row")).toBe("a secret");
    const both = macs("device-cookie", "id").map((bytes) => bytes.toString("base64url"));
    expect(both).toEqual([mac("device-cookie", "id"), madeByOlder.mac]);
  });

  it("H10 one that was taken off the list is dead", () => {
    restartWith(newer);
    expect(verifyMac("device-cookie", "id", madeByOlder.mac)).toBe(false);
    expect(open("challenge-data", madeByOlder.sealed, "row")).toBeNull();
  });
});

describe("sealing", () => {
  it("C01 opens where it was sealed and shows nothing elsewhere", () => {
    const sealed = seal("challenge-data", "grüße \u{1f600}", "registration.1");
    expect(sealed).not.toContain(Buffer.from("gr").toString("base64url"));
    expect(open("challenge-data", sealed, "registration.1")).toBe("grüße \u{1f600}");
    expect(open("challenge-data", sealed, "registration.2")).toBeNull();
    expect(open("challenge-data", sealed, "sign-in.1")).toBeNull();
    expect(open("refresh-token", sealed, "registration.1")).toBeNull();
  });

  it("C01 never seals the same text the same way twice", () => {
    const sealed = Array.from({ length: 50 }, () => seal("challenge-data", "x", "row"));
    expect(new Set(sealed).size).toBe(50);
  });

  it("C01 does not open when any one byte was altered", () => {
    const [key = "", body = ""] = seal("challenge-data", "secret", "row").split(".");
    const sealed = Buffer.from(body, "base64url");
    const openAs = (bytes: Buffer, name = key) =>
      open("challenge-data", `${name}.${bytes.toString("base64url")}`, "row");
    expect(openAs(sealed)).toBe("secret");
    for (let at = 0; at < sealed.length; at++) {
      const altered = Buffer.from(sealed);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(openAs(altered)).toBeNull();
    }
    for (let at = 0; at < key.length; at++) {
      const other = key[at] === "A" ? "B" : "A";
      expect(openAs(sealed, key.slice(0, at) + other + key.slice(at + 1))).toBeNull();
    }
  });

  it("D07 names the key that it was sealed with, and says nothing of that key", () => {
    const keyOf = (purpose: KeyPurpose) => seal(purpose, "x", "row").split(".")[0] ?? "";
    const name = keyOf("totp-secret");
    expect(name).toMatch(/^[\w-]{8}$/);
    expect(keyOf("totp-secret")).toBe(name);
    expect(keyOf("challenge-data")).not.toBe(name);
    const [key = Buffer.alloc(0)] = subKeys("totp-secret");
    for (const encoding of ["base64url", "hex"] as const) {
      expect(key.toString(encoding)).not.toContain(name);
    }
    restartWith(randomBytes(32).toString("base64url"), ...given);
    expect(keyOf("totp-secret")).not.toBe(name);
  });

  it("D07 a value without the name of a key, or with a strange one, does not open", () => {
    const [, body = ""] = seal("totp-secret", "x", "row").split(".");
    for (const sealed of [body, `.${body}`, `AAAAAAAA.${body}`, "AAAAAAAA.", "."]) {
      expect(open("totp-secret", sealed, "row")).toBeNull();
    }
  });

  it.each(["", "x", "A".repeat(37), "not base64 at all!"])(
    "C15 does not open %j",
    (sealed) => {
      expect(open("challenge-data", sealed, "row")).toBeNull();
    },
  );
});

it("makes ids of 128 bits that fit a URL and a cookie", () => {
  const ids = Array.from({ length: 1000 }, newId);
  expect(new Set(ids).size).toBe(1000);
  for (const id of ids) expect(id).toMatch(/^[\w-]{22}$/);
});
