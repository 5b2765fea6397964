// One line of JSON an event, on standard output. Secrets are redacted by name as
// a second line of defence; the first is that nobody logs them.
import pino from "pino";

const secrets = [
  "password",
  "token",
  "code",
  "secret",
  "cookie",
  "authorization",
  "accessToken",
  "refreshToken",
  "passwordHash",
];

export const log = pino({
  level: "info",
  base: null,
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label) => ({ level: label }) },
  redact: {
    paths: [...secrets, ...secrets.map((name) => `*.${name}`)],
    censor: "[redacted]",
  },
});
