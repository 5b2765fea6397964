// Reads the source: sessions begin in one place, and their rows and cookies are
// written where the design says and nowhere else.
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../..");
const folders = ["app", "components", "lib", "prisma"];
const files = ["proxy.ts", "instrumentation.ts", "next.config.ts"];

function isSource(name: string): boolean {
  return (
    /\.(ts|tsx|mts|js|mjs|jsx)$/.test(name) &&
    !/\.test\.tsx?$/.test(name) &&
    !name.startsWith("prisma/generated/")
  );
}

const sources = new Map(
  folders
    .flatMap((folder) =>
      fs
        .readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
        .map((name) => path.posix.join(folder, name.split(path.sep).join("/"))),
    )
    .concat(files)
    .filter(isSource)
    .map((name) => [name, fs.readFileSync(path.join(root, name), "utf8")]),
);

type Rule = { pattern: RegExp; allowed: string[]; planted: string[] };

/** In raw SQL, through Prisma, and nested in another model's write. */
const rules: Record<string, Rule> = {
  "begins a session": {
    pattern: /\bstartSession\b/,
    allowed: ["lib/auth/session.ts", "lib/auth/sign-in.ts"],
    planted: [
      'import { startSession } from "@/lib/auth/session";',
      "sessions.startSession(tx)",
    ],
  },
  "inserts into the session table": {
    pattern:
      /\bINTO\s+(?:ONLY\s+)?(?:public\.)?"?session"?[\s(]|\bCOPY\s+"?session\b|\bsession\s*\.\s*(?:create|upsert)\w*\s*\(|\bsessions\s*:\s*\{\s*(?:create|upsert|connect)/i,
    allowed: ["lib/auth/session.ts"],
    planted: [
      "await tx.session.create({ data })",
      "db().session.createManyAndReturn({ data })",
      "tx.session\n    .upsert({})",
      "data: { email, sessions: { create: { id } } }",
      "INSERT INTO session (id) VALUES (1)",
      'insert into "session" select',
      "MERGE INTO public.session USING",
    ],
  },
  "updates the session table": {
    pattern:
      /\bUPDATE\s+(?:ONLY\s+)?(?:public\.)?"?session"?\s|\bsession\s*\.\s*update\w*\s*\(|\bsessions\s*:\s*\{\s*(?:update|set)/i,
    allowed: [
      "lib/auth/refresh-token/reissue.ts",
      "lib/auth/refresh-token/rotate.ts",
      "lib/auth/session-cache.ts",
      "lib/auth/session.ts",
      "lib/auth/step-up/confirmation.ts",
    ],
    planted: [
      "await db().session.updateMany({ where, data })",
      "UPDATE session SET aal = 2",
      'update "session" set aal = 2',
    ],
  },
  "deletes from the session table": {
    pattern:
      /\b(?:DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?)\s+(?:ONLY\s+)?(?:public\.)?"?session\b|\bsession\s*\.\s*delete\w*\s*\(|\bsessions\s*:\s*\{\s*delete/i,
    allowed: ["lib/auth/clean-up.ts"],
    planted: [
      "await tx.session.deleteMany({})",
      "DELETE FROM session WHERE id = 1",
      "TRUNCATE session",
    ],
  },
  "writes a second factor": {
    pattern:
      /\b(?:INTO|UPDATE|FROM\s+ONLY|TRUNCATE|(?<=DELETE\s+)FROM)\s+"?(?:totp|backup_code)\b|\b(?:totp|backupCode)\s*\.\s*(?:create|upsert|update|delete)\w*\s*\(|\btwo_factor_at\s*=|\btwoFactorAt\s*:\s*(?:new|null)/i,
    allowed: [
      "lib/auth/second-factor/backup-codes.ts",
      "lib/auth/second-factor/change.ts",
      "lib/auth/second-factor/enrollment.ts",
      "lib/auth/second-factor/settings.ts",
      "lib/auth/second-factor/totp.ts",
      "prisma/seed.ts",
    ],
    planted: [
      "await tx.totp.upsert({ where })",
      "db().backupCode.createMany({ data })",
      "DELETE FROM totp WHERE user_id = 1",
      "UPDATE backup_code SET used_at = NULL",
      'UPDATE "user" SET two_factor_at = NULL',
      "data: { twoFactorAt: null }",
    ],
  },
  "trusts a browser": {
    pattern:
      /\b(?:INTO|UPDATE|FROM\s+ONLY|TRUNCATE|(?<=DELETE\s+)FROM)\s+"?trusted_browser\b|\btrustedBrowser\s*\.\s*(?:create|upsert|update|delete)\w*\s*\(/i,
    allowed: ["lib/auth/clean-up.ts", "lib/auth/trusted-browser.ts"],
    planted: [
      "await tx.trustedBrowser.create({ data })",
      "INSERT INTO trusted_browser (id) VALUES (1)",
      "UPDATE trusted_browser SET expires_at = now()",
    ],
  },
  "writes a cookie": {
    pattern:
      /set-cookie|document\s*\.\s*cookie|cookieStore|\bcookies\s*(?:\(\s*\))?\s*\)?\s*\.\s*(?:set|delete)\s*\(|\bjar\s*\.\s*(?:set|delete)\s*\(/i,
    allowed: ["lib/http/cookies.ts"],
    planted: [
      'response.cookies.set("latchkey-access", token)',
      "(await cookies()).set(name, value)",
      "(await cookies()).delete(name)",
      "jar.set(name, value)",
      'headers.append("Set-Cookie", value)',
      "document.cookie = value",
    ],
  },
  "names a session cookie": {
    pattern:
      /__Host-|latchkey-(?:access|pending|device)\b|latchkey-refresh=|\bcookieName\s*\(/,
    allowed: ["lib/http/cookies.ts"],
    planted: ["`__Host-latchkey-refresh`", 'cookieName("access")'],
  },
};

describe("the source", () => {
  it("F02 is read whole: pages, routes, actions, domain, seed and proxy", () => {
    for (const name of [
      "proxy.ts",
      "prisma/seed.ts",
      "lib/auth/sign-in.ts",
      "app/api/auth/login/route.ts",
    ]) {
      expect(sources.has(name)).toBe(true);
    }
    expect(sources.size).toBeGreaterThan(80);
  });

  it.each(Object.entries(rules))(
    "F02 nothing but its own module %s",
    (_what, { pattern, allowed }) => {
      const found = [...sources]
        .filter(([, text]) => pattern.test(text))
        .map(([name]) => name);
      // Exactly these: a pattern that no longer sees its own module sees nobody.
      expect(found.sort()).toEqual(allowed.toSorted());
    },
  );

  it.each(Object.entries(rules))(
    "F02 whoever else %s is caught",
    (_what, { pattern, planted }) => {
      for (const line of planted) expect(line).toMatch(pattern);
    },
  );

  it("F02 the one door calls startSession once, behind both factors or where one is enough", () => {
    const text = sources.get("lib/auth/sign-in.ts") ?? "";
    expect(text.match(/\bstartSession\(/g)).toHaveLength(1);
    const calls = [...text.matchAll(/^(.*)\n(.*\badmit\(tx, user.*)$/gm)];
    expect(calls.map(([, before, call]) => [before, call].join("\n"))).toEqual([
      "  const { aal = 1, client } = factor;\n" +
        "  if (aal === 2) return admit(tx, user, { ...factor, aal });",
      "  const { needsTwo, demanded } = await findFactors(tx, user.id);\n" +
        "  if (!needsTwo) return admit(tx, user, { ...factor, aal });",
      "  if (await isTrusted(tx, user, client)) {\n" +
        '    return admit(tx, user, { ...factor, aal }, "trusted_browser");',
      "  const both = { ...pending, amr, passkey, aal: 2 as const, client, previousToken };\n" +
        "  const admitted = await admit(tx, user, both);",
    ]);
  });
});
