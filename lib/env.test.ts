import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseEnv, SettingsFault } from "@/lib/env";

const secret = randomBytes(32).toString("base64url");
const sample = "replace-me-with-32-random-bytes-in-base64url";

const production = {
  NODE_ENV: "production",
  APP_URL: "https://app.example",
  APP_SECRET: secret,
  DATABASE_URL: "postgresql://app:x@db.example:5432/app",
  SMTP_URL: "smtps://mail.example",
  MAIL_FROM: "Latchkey <hello@app.example>",
};

function faultsOf(over: Record<string, string | undefined>): string[] {
  try {
    parseEnv({ ...production, ...over });
    return [];
  } catch (error) {
    if (error instanceof SettingsFault) return error.faults;
    throw error;
  }
}

describe("production", () => {
  it("N01 starts with every setting in place", () => {
    expect(parseEnv(production)).toEqual({
      isProduction: true,
      appUrl: "https://app.example",
      isHttps: true,
      appName: undefined,
      appSecrets: [secret],
      databaseUrl: production.DATABASE_URL,
      smtpUrl: production.SMTP_URL,
      mailFrom: production.MAIL_FROM,
      trustedProxyHops: 0,
      signInMethods: ["passkey", "password", "magic_link"],
    });
  });

  it("N01 names every missing setting at once", () => {
    const missing = faultsOf({
      APP_URL: undefined,
      APP_SECRET: "",
      DATABASE_URL: " ",
      SMTP_URL: undefined,
      MAIL_FROM: undefined,
    });
    const named = missing.map((fault) => fault.split(" ")[0]);
    expect(named).toEqual([
      "APP_URL",
      "APP_SECRET",
      "DATABASE_URL",
      "SMTP_URL",
      "MAIL_FROM",
    ]);
  });

  it("N01 names what has the wrong form together with what is unsafe", () => {
    const faults = faultsOf({
      PORT: "http",
      TRUSTED_PROXY_HOPS: "-1",
      APP_NAME: "n".repeat(61),
      APP_URL: "http://app.example",
      APP_SECRET: sample,
      DATABASE_URL: "mysql://db.example/app",
      SMTP_URL: "mail.example",
      MAIL_FROM: "nobody",
    });
    const named = faults.map((fault) => fault.split(" ")[0]).sort();
    expect(named).toEqual([
      "APP_NAME",
      "APP_SECRET",
      "APP_URL",
      "DATABASE_URL",
      "MAIL_FROM",
      "PORT",
      "SMTP_URL",
      "TRUSTED_PROXY_HOPS",
    ]);
  });

  it("N01 prints each fault on a line of its own and no value", () => {
    const { message } = new SettingsFault(faultsOf({ APP_SECRET: "short", PORT: "x" }));
    expect(message.split("\n").filter((line) => line.startsWith("  - "))).toHaveLength(2);
    expect(message).not.toContain("short\n");
  });

  it.each([
    ["http://app.example", /https/],
    ["http://localhost.evil.example", /https/],
    ["http://127.0.0.2", /https/],
    ["ftp://app.example", /https:\/\//],
    ["app.example", /not a URL/],
    ["https://app.example/base", /origin alone/],
    ["https://app.example/?x=1", /origin alone/],
    ["https://app.example/#x", /origin alone/],
    ["https://user@app.example", /origin alone/],
    ["https://:pass@app.example", /origin alone/],
  ])("N01 refuses %s as APP_URL", (url, why) => {
    expect(faultsOf({ APP_URL: url })).toEqual([expect.stringMatching(why)]);
  });

  it.each([
    ["http://localhost:3000", "http://localhost:3000", false],
    ["http://127.0.0.1", "http://127.0.0.1", false],
    ["http://[::1]:8080/", "http://[::1]:8080", false],
    ["https://app.example/", "https://app.example", true],
    ["HTTPS://App.Example:443", "https://app.example", true],
  ])("N01 takes %s as the origin %s", (url, appUrl, isHttps) => {
    expect(parseEnv({ ...production, APP_URL: url })).toMatchObject({ appUrl, isHttps });
  });

  it.each([
    ["Latchkey <a@b.example>, c@d.example"],
    ["a@b.example\r\nBcc: c@d.example"],
    ["a@b@c.example"],
    [`${"a".repeat(320)}@b.example`],
  ])("N01 refuses %j as MAIL_FROM", (from) => {
    expect(faultsOf({ MAIL_FROM: from })).toEqual([expect.stringMatching(/^MAIL_FROM/)]);
  });
});

describe("SIGN_IN_METHODS", () => {
  it.each([
    ["password", ["password"]],
    [" password , passkey", ["password", "passkey"]],
    ["", ["passkey", "password", "magic_link"]],
  ])("N01 takes %j", (list, signInMethods) => {
    const settings = parseEnv({ ...production, SIGN_IN_METHODS: list });
    expect(settings.signInMethods).toEqual(signInMethods);
  });

  it.each(["google", "password,", "Password", "password;passkey", ","])(
    "N01 refuses %j, and says what there is",
    (list) => {
      expect(faultsOf({ SIGN_IN_METHODS: list })).toEqual([
        "SIGN_IN_METHODS must list some of passkey, password, magic_link",
      ]);
    },
  );
});

describe("APP_SECRET", () => {
  it.each([
    ["the sample", sample, "is the sample"],
    ["31 bytes", secret.slice(0, 31), "shorter than 32 bytes"],
    ["one letter over and over", "a".repeat(64), "is not random"],
    ["nine different letters", "abcdefghi".repeat(5), "is not random"],
  ])("H10 refuses %s", (_what, value, why) => {
    expect(faultsOf({ APP_SECRET: value })).toEqual([expect.stringContaining(why)]);
    expect(faultsOf({ APP_SECRET: value })[0]).not.toContain(value);
  });

  it("H10 refuses a secret that another setting holds as well", () => {
    const [fault] = faultsOf({ METRICS_TOKEN: secret });
    expect(fault).toContain("equals METRICS_TOKEN");
  });

  it("H10 takes a list, the first of which makes", () => {
    const older = randomBytes(32).toString("base64");
    const { appSecrets } = parseEnv({
      ...production,
      APP_SECRET: `${secret} , ${older},`,
    });
    expect(appSecrets).toEqual([secret, older]);
  });

  it("H10 says which one of a list is unsafe", () => {
    const faults = faultsOf({ APP_SECRET: `${secret},${sample},short` });
    expect(faults).toEqual([
      "APP_SECRET (number 2) is the sample from .env.example",
      "APP_SECRET (number 3) is shorter than 32 bytes",
    ]);
  });

  it("H10 is judged in development too", () => {
    expect(faultsOf({ NODE_ENV: "development", APP_SECRET: sample })).toHaveLength(1);
  });
});

describe("development", () => {
  const development = { APP_SECRET: secret, DATABASE_URL: production.DATABASE_URL };

  it("N01 needs neither an address nor a mail server", () => {
    expect(parseEnv(development)).toMatchObject({
      isProduction: false,
      appUrl: "http://localhost:3000",
      isHttps: false,
      smtpUrl: undefined,
      mailFrom: undefined,
      trustedProxyHops: 0,
      signInMethods: ["passkey", "password", "magic_link"],
    });
  });

  it("N01 follows PORT where no address is given", () => {
    const { appUrl } = parseEnv({ ...development, PORT: "4100" });
    expect(appUrl).toBe("http://localhost:4100");
  });

  it("N01 treats an empty setting as one that is not there", () => {
    const { appUrl, smtpUrl } = parseEnv({ ...development, APP_URL: " ", SMTP_URL: "" });
    expect(appUrl).toBe("http://localhost:3000");
    expect(smtpUrl).toBeUndefined();
  });
});

describe("GEOIP_DATABASE", () => {
  const file = "/var/lib/places.mmdb";
  const unusable = (path: string) => `names ${path}, which is no good`;
  const judge = (over: Record<string, string | undefined>) => () =>
    parseEnv({ ...production, ...over }, unusable);

  it("N01 is opened at the start, and named with the other faults", () => {
    const fault = `GEOIP_DATABASE names ${file}, which is no good`;
    expect(judge({ GEOIP_DATABASE: file, SMTP_URL: "" })).toThrow(fault);
    expect(judge({ GEOIP_DATABASE: file, SMTP_URL: "" })).toThrow("SMTP_URL is missing");
    expect(judge({ GEOIP_DATABASE: file, NODE_ENV: "development" })).toThrow(fault);
  });

  it("N01 may be left out, or empty", () => {
    expect(judge({})).not.toThrow();
    expect(judge({ GEOIP_DATABASE: " " })).not.toThrow();
  });

  it("N01 fails no request once the server runs, whatever became of the file", () => {
    expect(() => parseEnv({ ...production, GEOIP_DATABASE: file })).not.toThrow();
  });
});
