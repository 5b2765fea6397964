// The only reader of `process.env`. Settings are judged once, at boot, and all
// faults are named together; nothing is read while the application is built.
import { z } from "zod";

/** The values shown in `.env.example`; anybody can read them. */
const sampleSecrets = ["replace-me-with-32-random-bytes-in-base64url"];
const minSecretBytes = 32;
const localHosts = ["localhost", "127.0.0.1", "[::1]"];

const signInMethods = ["passkey", "password", "magic_link"] as const;
const listOfMethods = `must list some of ${signInMethods.join(", ")}`;
const isMethod = (name: string) => signInMethods.some((method) => method === name);

const schema = z.object({
  NODE_ENV: z.enum(["development", "production", "test"]).default("development"),
  PORT: z.coerce.number("must be a port number").int().min(1).max(65_535).default(3000),
  APP_URL: z.string().optional(),
  APP_NAME: z.string().max(60, "must be at most 60 characters").optional(),
  APP_SECRET: z.string().optional(),
  DATABASE_URL: z.string().optional(),
  SMTP_URL: z.string().optional(),
  MAIL_FROM: z.string().optional(),
  TRUSTED_PROXY_HOPS: z.coerce
    .number("must be a number from 0 to 10")
    .int("must be a whole number")
    .min(0, "must be 0 or more")
    .max(10, "must be 10 or less")
    .default(0),
  GEOIP_DATABASE: z.string().optional(),
  SIGN_IN_METHODS: z
    .string()
    .default(signInMethods.join(","))
    .transform((list) => list.split(",").map((name) => name.trim()))
    .refine((list) => list.every(isMethod), listOfMethods),
});

export type Env = {
  isProduction: boolean;
  /** Origin of the application, without a trailing slash. */
  appUrl: string;
  isHttps: boolean;
  appName: string | undefined;
  /** Root secrets; the first makes, all verify. Read by `lib/crypto.ts` alone. */
  appSecrets: string[];
  databaseUrl: string;
  smtpUrl: string | undefined;
  mailFrom: string | undefined;
  trustedProxyHops: number;
  /** Ways to sign in that are not switched off. */
  signInMethods: readonly string[];
};

type Source = Record<string, string | undefined>;
/** Opens the file of places; answers what is wrong with it, or null. */
type OpenPlaces = (path: string) => string | null;

export class SettingsFault extends Error {
  constructor(readonly faults: string[]) {
    super(
      `These settings are missing or unsafe:\n${faults.map((f) => `  - ${f}`).join("\n")}`,
    );
    this.name = "SettingsFault";
  }
}

export function parseEnv(source: Source, openPlaces?: OpenPlaces): Env {
  const { values, malformed } = readValues(source);
  const isProduction = values.NODE_ENV === "production";
  const appSecrets = (values.APP_SECRET ?? "")
    .split(",")
    .map((s) => s.trim())
    .filter(Boolean);
  const appUrl =
    values.APP_URL ?? (isProduction ? "" : `http://localhost:${values.PORT}`);

  const faults = [
    ...malformed,
    ...appUrlFaults(appUrl),
    ...secretFaults(appSecrets, source),
    ...databaseFaults(values.DATABASE_URL),
    ...mailFaults(values.SMTP_URL, values.MAIL_FROM, isProduction),
    ...placeFaults(values.GEOIP_DATABASE, openPlaces),
  ];
  if (faults.length > 0) throw new SettingsFault(faults);

  const { origin, protocol } = new URL(appUrl);
  return {
    isProduction,
    appUrl: origin,
    isHttps: protocol === "https:",
    appName: values.APP_NAME,
    appSecrets,
    databaseUrl: values.DATABASE_URL ?? "",
    smtpUrl: values.SMTP_URL,
    mailFrom: values.MAIL_FROM,
    trustedProxyHops: values.TRUSTED_PROXY_HOPS,
    signInMethods: values.SIGN_IN_METHODS,
  };
}

/** What is malformed is left out of the values, so that the rest is judged too. */
function readValues(source: Source) {
  const given = Object.fromEntries(Object.entries(source).filter(([, v]) => v?.trim()));
  const parsed = schema.safeParse(given);
  if (parsed.success) return { values: parsed.data, malformed: [] };
  const { issues } = parsed.error;
  for (const { path } of issues) delete given[String(path[0])];
  const malformed = issues.map(({ path, message }) => `${path.join(".")} ${message}`);
  return { values: schema.parse(given), malformed };
}

function appUrlFaults(appUrl: string): string[] {
  if (!appUrl)
    return ["APP_URL is missing: the address people open, like https://app.example.com"];
  if (!URL.canParse(appUrl)) return ["APP_URL is not a URL"];
  const url = new URL(appUrl);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    return ["APP_URL must begin with https://"];
  }
  if (url.pathname !== "/" || url.search || url.hash || url.username || url.password) {
    return ["APP_URL must be an origin alone, without path, query or user"];
  }
  if (url.protocol === "http:" && !localHosts.includes(url.hostname)) {
    return ["APP_URL must use https for any host but localhost, 127.0.0.1 and [::1]"];
  }
  return [];
}

function secretFaults(secrets: string[], source: Source): string[] {
  if (secrets.length === 0) {
    return [
      "APP_SECRET is missing: 32 random bytes or more, as `openssl rand -base64 32` prints",
    ];
  }
  return secrets.flatMap((secret, index) => {
    const name = secrets.length > 1 ? `APP_SECRET (number ${index + 1})` : "APP_SECRET";
    if (sampleSecrets.includes(secret))
      return [`${name} is the sample from .env.example`];
    if (Buffer.byteLength(secret) < minSecretBytes)
      return [`${name} is shorter than 32 bytes`];
    if (new Set(secret).size < 10) return [`${name} is not random`];
    const twin = Object.keys(source).find(
      (key) => key !== "APP_SECRET" && source[key]?.trim() === secret,
    );
    return twin ? [`${name} equals ${twin}; every secret needs a value of its own`] : [];
  });
}

function databaseFaults(url: string | undefined): string[] {
  if (!url) {
    return [
      "DATABASE_URL is missing (`npm run dev` brings a database of its own; production needs one)",
    ];
  }
  return /^postgres(ql)?:\/\//.test(url) && URL.canParse(url)
    ? []
    : ["DATABASE_URL must be a postgresql:// URL"];
}

function mailFaults(
  smtpUrl: string | undefined,
  from: string | undefined,
  isProduction: boolean,
) {
  const faults: string[] = [];
  if (isProduction && !smtpUrl)
    faults.push("SMTP_URL is missing: without it no mail is sent");
  if (smtpUrl && !/^smtps?:\/\/[^/]/.test(smtpUrl)) {
    faults.push("SMTP_URL must be a smtp:// or smtps:// URL");
  }
  if (isProduction && !from) faults.push("MAIL_FROM is missing: the sender's address");
  if (from && (!/^[^@\r\n]+@[^@\r\n]+$/.test(from) || from.length > 320)) {
    faults.push("MAIL_FROM must hold one address, like Latchkey <hello@example.com>");
  }
  return faults;
}

function placeFaults(path: string | undefined, openPlaces?: OpenPlaces): string[] {
  const fault = path && openPlaces?.(path);
  return fault ? [`GEOIP_DATABASE ${fault}`] : [];
}

let parsed: Env | undefined;

/**
 * Once, before the first request. The file of places is opened here and not in
 * `env()`: it may be replaced or gone later, and no request may fail for that.
 */
export function judgeSettings(openPlaces: OpenPlaces): void {
  parsed = parseEnv(process.env, openPlaces);
}

export function env(): Env {
  parsed ??= parseEnv(process.env);
  return parsed;
}
