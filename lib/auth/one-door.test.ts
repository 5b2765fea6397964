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
    // After two factors in one, after one that is enough, and after the second.
    expect(text.match(/.*\badmit\(tx, user.*/g)).toEqual([
      "  if (aal === 2) return admit(tx, user, { ...factor, aal });",
      "  if (demanded.length === 0 || isExcused) return admit(tx, user, { ...factor, aal });",
      "  const admitted = await admit(tx, user, both);",
    ]);
  });
});
