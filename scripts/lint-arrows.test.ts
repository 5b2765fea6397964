import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lintArrows, sourceFiles } from "@/scripts/lint-arrows.mjs";

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "arrows-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function plant(file: string, source: string): void {
  const target = path.join(root, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, `${source}\n`);
}

function faultsOf(file: string, source: string): string[] {
  plant(file, source);
  return lintArrows(root);
}

it("N04 the project keeps its own arrows", () => {
  expect(sourceFiles(".").length).toBeGreaterThan(150);
  expect(lintArrows()).toEqual([]);
});

describe("a violation is caught, and told what to use instead", () => {
  it.each([
    ["app/x/actions.ts", 'import { db } from "@/lib/db";', "a verb of lib/auth"],
    ["app/x/page.tsx", 'import { db } from "../../lib/db";', "a verb of lib/auth"],
    ["app/x/page.tsx", 'const { db } = await import("@/lib/db");', "a verb of lib/auth"],
    ["app/x/page.tsx", 'import { User } from "@/prisma/generated/client";', "lib/auth"],
    [
      "app/x/actions.ts",
      'import { mac } from "@/lib/crypto";',
      "uses components, lib/http",
    ],
    ["app/x/actions.ts", 'import { cookies } from "next/headers";', "lib/http/cookies"],
    ["app/x/actions.ts", "(await cookies()).set(name, value);", "lib/http/cookies"],
    ["proxy.ts", 'import { db } from "@/lib/db";', "a verb of lib/auth"],
    ["proxy.ts", 'const given = request.headers.get("cookie");', "lib/http/cookies"],
    [
      "components/x.tsx",
      'import { config } from "@/lib/config";',
      "handed the rest by its page",
    ],
    ["components/x.tsx", 'import { z } from "zod";', "handed the rest by its page"],
    [
      "app/x/x-form.tsx",
      '"use client";\nimport { emailAddress } from "@/lib/mail/address";',
      "to the browser",
    ],
    [
      "lib/http/x.ts",
      'import { Card } from "@/components/ui/card";',
      "below the screens",
    ],
    [
      "lib/http/x.ts",
      'import { Prisma } from "@/prisma/generated/client";',
      "db() of lib/db",
    ],
    ["lib/http/x.ts", "response.cookies.set(name, value);", "lib/http/cookies"],
    [
      "lib/auth/x.ts",
      'import { headers } from "next/headers";',
      "a Client (lib/auth/client)",
    ],
    ["lib/auth/x.ts", 'import { cache } from "react";', "a Client (lib/auth/client)"],
    [
      "lib/auth/x/y.ts",
      'import { env } from "../../http/cookies";',
      "a Client (lib/auth/client)",
    ],
    ["lib/admin.ts", 'import NextAuth from "next-auth";', "a Client (lib/auth/client)"],
    ["lib/auth/x.ts", 'import { startSession } from "./session";', "finishFirstFactor"],
    [
      "lib/x.ts",
      'import { setPassword } from "@/lib/auth/password";',
      "take it as an argument",
    ],
    [
      "lib/mail/x.ts",
      'import { notFound } from "next/navigation";',
      "take it as an argument",
    ],
    ["lib/x.ts", 'import { PrismaClient } from "@prisma/client";', "db() of lib/db"],
    ["lib/auth/x.ts", "const key = process.env.KEY;", "lib/env"],
    ["app/x/page.tsx", 'const key = process.env["KEY"];', "lib/env"],
    ["instrumentation.ts", "if (process.env.DEBUG) log();", "NEXT_RUNTIME"],
    ["lib/index.ts", 'export * from "@/lib/db";', "no barrel files"],
    [
      "lib/auth/x.ts",
      'export { judge } from "./refresh-token/judge";',
      "no barrel files",
    ],
    ["lib/auth/x.ts", 'export type {\n  Client,\n} from "./client";', "no barrel files"],
  ])("N04 in %s: %s", (file, source, advice) => {
    const faults = faultsOf(file, source);
    expect(faults).toEqual([expect.stringContaining(advice)]);
    expect(faults[0]).toMatch(new RegExp(`^${file.replaceAll(".", "\\.")}:\\d+ `));
  });

  it("N04 only lib/crypto sees the root secret", () => {
    plant("lib/crypto.ts", "const roots = env().appSecrets;");
    const faults = faultsOf("lib/auth/x.ts", "const [root] = env().appSecrets;");
    expect(faults).toEqual([
      expect.stringContaining("lib/crypto for mac, seal or subKeys"),
    ]);
  });

  it("names the line", () => {
    const source = '// One.\n\n/** Two. */\nimport { z } from "zod";\nimport "@/lib/db";';
    expect(faultsOf("app/x/page.tsx", source)).toEqual([
      expect.stringMatching(/^app\/x\/page\.tsx:5 /),
    ]);
  });

  it("measures every file, tests too", () => {
    plant("lib/long.ts", "x;\n".repeat(251));
    plant("lib/long.test.ts", "x;\n".repeat(251));
    plant("lib/just-right.ts", "x;\n".repeat(250));
    plant("components/ui/icon.tsx", "x;\n".repeat(400));
    expect(lintArrows(root)).toEqual([
      expect.stringMatching(/^lib\/long\.test\.ts:251 .*becomes a folder/),
      expect.stringMatching(/^lib\/long\.ts:251 .*becomes a folder/),
    ]);
  });
});

describe("what is in order passes", () => {
  it.each([
    ["app/x/page.tsx", 'import { listSessions } from "@/lib/auth/session";'],
    ["app/x/page.tsx", 'import { Card } from "@/components/ui/card";'],
    ["app/x/page.tsx", 'import { XForm } from "./x-form";'],
    ["app/x/page.tsx", 'import { appName } from "@/lib/brand";'],
    ["app/x/actions.ts", 'import { emailAddress } from "@/lib/mail/address";'],
    ["components/x.tsx", 'import { idle } from "@/lib/form-state";'],
    ["components/x.tsx", 'import type { Device } from "@/lib/auth/device";'],
    ["lib/http/x.ts", 'import { cookies, headers } from "next/headers";'],
    ["lib/http/cookies.ts", 'const raw = headers.get("cookie");'],
    ["lib/auth/x.ts", 'import { Prisma } from "@/prisma/generated/client";'],
    ["lib/auth/x.ts", 'import { db } from "@/lib/db";'],
    ["lib/db.ts", 'import { PrismaClient } from "@/prisma/generated/client";'],
    ["lib/auth/sign-in.ts", 'import { startSession } from "@/lib/auth/session";'],
    [
      "lib/auth/x.test.ts",
      'import { x } from "@/lib/http/cookies";\nprocess.env.X = "1";',
    ],
    ["next.config.ts", "const isFast = process.env.FAST;"],
    ["scripts/x.mjs", "const port = process.env.PORT;"],
    ["lib/x.ts", '// import { x } from "@/lib/auth/x"; and process.env'],
    ["app/api/x/route.ts", "export { nothing as DELETE, nothing as GET };"],
  ])("in %s: %s", (file, source) => {
    expect(faultsOf(file, source)).toEqual([]);
  });
});
