// Documents that promise what is not there are worse than none. What can be
// compared with the code is compared here; whether it reads well is not.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { policy, secondFactors } from "@/lib/auth/policy";
import { config } from "@/lib/config";

const root = path.resolve(import.meta.dirname, "..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");

function filesBelow(folder: string, end: RegExp): string[] {
  const names = readdirSync(path.join(root, folder), { recursive: true }).map(String);
  return names.filter((name) => end.test(name)).map((name) => `${folder}/${name}`);
}

const documents = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...filesBelow("docs", /\.md$/),
];

/** Without fenced code, in which brackets are not links. */
const proseOf = (file: string) => read(file).replace(/^ *```.*?^ *```/gms, "");

type Link = { target: string; anchor: string | undefined };

function linksOf(file: string): Link[] {
  const targets = [...proseOf(file).matchAll(/\]\(([^()\s]+)\)/g)].map(([, to]) => to);
  return targets
    .filter((to): to is string => to !== undefined && !/^(https?|mailto):/.test(to))
    .map((to) => {
      const [target = "", anchor] = to.split("#");
      return { target: decodeURI(target), anchor };
    });
}

/** As GitHub makes them from headings. */
function anchorsOf(file: string): string[] {
  const headings = [...proseOf(file).matchAll(/^#{1,6} (.+)$/gm)];
  return headings.map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** Paths in backticks; those with a gap to fill or marked as new do not exist. */
function pathsOf(file: string): string[] {
  const quoted = [...proseOf(file).matchAll(/`([^`\n]+)`(?! \(new\))/g)];
  return quoted
    .map(([, text = ""]) => text)
    .filter((text) => isPath(text) && !/[<>…{}$]|NNN|node_modules/.test(text));
}

const folders = ["app", "components", "docs", "e2e", "lib", "prisma", "scripts", "tests"];
const top = new RegExp(`^(${folders.join("|")}|\\.ci)/`);

function isPath(text: string): boolean {
  if (/[\s*]/.test(text)) return false;
  return top.test(text) || /^[\w.-]+\.(?:ts|tsx|mjs|json|md|yaml)$/.test(text);
}

// Made when the application first runs, and not part of the repository.
const generated = ["prisma/generated/"];
const names = new Set(
  folders.flatMap((folder) => filesBelow(folder, /./)).map((file) => path.basename(file)),
);

/** A name without a folder stands for every file that is called so. */
function isThere(reference: string): boolean {
  if (generated.includes(reference) || names.has(reference)) return true;
  return existsSync(path.join(root, reference));
}

describe.each(documents)("%s", (file) => {
  const isPicture = ({ target }: Link) => target.endsWith(".png");
  const missing = (links: Link[]) =>
    links
      .map(({ target }) => target)
      .filter(
        (target) => target && !existsSync(path.join(root, path.dirname(file), target)),
      );

  it("N07 links only to what exists", () => {
    expect(missing(linksOf(file).filter((link) => !isPicture(link)))).toEqual([]);
  });

  it("N07 shows only pictures that exist", () => {
    expect(missing(linksOf(file).filter(isPicture))).toEqual([]);
  });

  it("N07 links only to headings that exist", () => {
    const lost = linksOf(file).filter(({ target, anchor }) => {
      const page = path.join(path.dirname(file), target || path.basename(file));
      return anchor !== undefined && !anchorsOf(page).includes(anchor);
    });
    expect(lost).toEqual([]);
  });

  it("N07 names only files that exist", () => {
    expect(pathsOf(file).filter((reference) => !isThere(reference))).toEqual([]);
  });
});

describe("docs/operations.md", () => {
  const operations = read("docs/operations.md");

  it("N07 describes every setting that the code reads", () => {
    const schema = [...read("lib/env.ts").matchAll(/^ {2}([A-Z][A-Z_]+): z/gm)];
    const scripts = ["scripts/start.mjs", "scripts/database-url.mjs"].flatMap((file) => [
      ...read(file).matchAll(/\b(DATABASE_[A-Z_]*URL)\b/g),
    ]);
    const settings = new Set([...schema, ...scripts].map(([, name]) => name));
    expect(settings.size).toBeGreaterThanOrEqual(10);
    for (const setting of settings) expect(operations).toContain(`\n| \`${setting}\` | `);
  });

  it("N07 says what each line of the log means", () => {
    const sources = filesBelow("lib", /(?<!\.test)\.ts$/).map(read);
    const logged = sources.flatMap((source) => [
      ...source.matchAll(/log\.\w+\(\{\s*event: "(\w+)"/g),
    ]);
    const recorded = [...read("lib/audit.ts").matchAll(/\| \{ type: "(\w+)"/g)];
    const events = new Set([...logged, ...recorded].map(([, event]) => event));
    expect(events.size).toBeGreaterThan(15);
    for (const event of events) expect(operations).toContain(`\`${event}\``);
  });

  it("N07 tells the limits as they are", () => {
    for (const [name, { points, per, failuresOnly }] of Object.entries(
      config.rateLimits,
    )) {
      const counts = failuresOnly ? "failures" : "all";
      expect(operations).toContain(
        `\n| \`${name}\` | ${points} | ${inWords(per)} | ${counts}, `,
      );
    }
  });

  it("N07 tells how many wrong passwords an account stands", () => {
    const { freeFailures, firstDelay, maxDelay, refuseAfter, forgetAfter } =
      config.password.throttle;
    const [first, most] = [firstDelay / 1000, maxDelay / 60_000];
    expect(operations).toContain(
      `\n| ${freeFailures} wrong ones | 429, first for ${first} seconds, `,
    );
    expect(operations).toContain(`up to ${most} minutes |`);
    expect(operations).toContain(`\n| ${refuseAfter} wrong ones | 429 until`);
    expect(operations).toContain(`\n| ${forgetAfter / 86_400_000} days without a`);
  });

  it("N07 tells how many wrong second factors an account stands", () => {
    const { throttle } = config.secondFactor;
    const { freeFailures, firstDelay, maxDelay, mailAfter, refuseAfter } = throttle;
    const [first, most] = [firstDelay / 1000, maxDelay / 60_000];
    const wait = `first for ${first} seconds, then twice as long for each further one, up to ${most} minutes`;
    const rows = [
      `| ${freeFailures} wrong codes | 429, ${wait} |`,
      `| ${mailAfter} wrong codes | the owner gets a mail`,
      `| ${refuseAfter} wrong codes | the app's codes are refused`,
      `| ${throttle.forgetAfter / 86_400_000} days without a counted code |`,
    ];
    for (const row of rows) expect(operations).toContain(`\n${row}`);
  });
});

function inWords(ms: number): string {
  const minutes = ms / 60_000;
  const [count, unit] = minutes % 60 === 0 ? [minutes / 60, "hour"] : [minutes, "minute"];
  return count === 1 ? `1 ${unit}` : `${count} ${unit}s`;
}

describe("docs/api.md", () => {
  const headings = [...read("docs/api.md").matchAll(/^### (.+)$/gm)].map(([, h]) => h);

  const endpoints = filesBelow("app", /(^|\/)route\.ts$/)
    .filter((file) => !file.includes("[..."))
    .flatMap((file) => {
      const address = path.posix
        .dirname(file)
        .replace(/^app/, "")
        .replace(/\/\([^)]+\)/g, "")
        .replace(/\[(\w+)\]/g, ":$1");
      const methods = [
        ...read(file).matchAll(/export (?:const|(?:async )?function) ([A-Z]+)\b/g),
      ];
      return methods.map(([, method]) => `${method} ${address}`);
    });

  it("N07 describes every endpoint, and no other", () => {
    expect([...headings].sort()).toEqual([...endpoints].sort());
  });

  it("N07 knows every error", () => {
    const codes = [
      ...read("lib/errors.ts").matchAll(/^ {2}(\w+): \{\s+?status: (\d+)/gm),
    ];
    const inTable = [...read("docs/api.md").matchAll(/^\| `(\w+)` \| (\d{3}) \|/gm)];
    const pairs = (found: RegExpMatchArray[]) =>
      found.map(([, code, s]) => `${code} ${s}`);
    expect(pairs(codes).length).toBeGreaterThan(10);
    expect(pairs(inTable).sort()).toEqual([...pairs(codes), "internal_error 500"].sort());
  });
});

describe("docs/sessions.md", () => {
  it("N07 tells the lifetimes as they are", () => {
    const sessions = read("docs/sessions.md");
    const { session, accessToken, refreshToken, challenge, passkey } = config;
    const { forgetAfter } = config.password.throttle;
    const rows = [
      `| access token | ${accessToken.lifetime / 60_000} minutes |`,
      `| session without use | ${session.idle / 86_400_000} days |`,
      `| session in all | ${session.absolute / 86_400_000} days |`,
      `| session without "Keep me signed in" | ${session.unkept / 3_600_000} hours |`,
      `| sessions for a person | ${session.maxPerUser} |`,
      `| refresh token before it rotates | ${refreshToken.minAge / 1000} seconds |`,
      `| grace for replaced tokens | ${refreshToken.grace / 1000} seconds |`,
      `| link and code to confirm an address | ${challenge.registration / 3_600_000} hours |`,
      `| sign-in link and its code | ${challenge.magicLink / 60_000} minutes |`,
      `| passkey's ceremony | ${challenge.passkey / 60_000} minutes |`,
      `| link and code to reset a password | ${challenge.reset / 60_000} minutes |`,
      `| link and code to confirm a new address | ${challenge.emailChange / 3_600_000} hours |`,
      `| link to keep the old address | ${challenge.emailCancel / 3_600_000} hours |`,
      `| link of "This wasn't me" | ${challenge.notMe / 3_600_000} hours |`,
      `| mailed code of a confirmation | ${challenge.stepUp / 60_000} minutes |`,
      `| form that waits for a confirmation | ${challenge.stepUp / 60_000} minutes |`,
      `| pending sign-in | ${challenge.signIn / 60_000} minutes |`,
      `| wrong second factors for one sign-in | ${challenge.maxAttempts} |`,
      `| set-up of an authenticator app | ${challenge.totpEnrolment / 60_000} minutes |`,
      `| two factors, without a pause | ${inWords(policy.aal2.lifetime)} |`,
      `| two factors, after a pause of | ${inWords(policy.aal2.idle)} |`,
      `| trusted browser | ${policy.trustedBrowser.lifetime / 86_400_000} days |`,
      `| recent confirmation | ${policy.stepUp.lifetime / 60_000} minutes |`,
      `| wrong codes for one mail | ${challenge.maxAttempts} |`,
      `| "Not now" to the offer of a passkey | ${passkey.offerAgainAfter / 86_400_000} days |`,
      `| known browser that is not used | ${config.deviceCookie.lifetime / 86_400_000} days |`,
      `| count of wrong passwords that nobody adds to | ${forgetAfter / 86_400_000} days |`,
    ];
    for (const row of rows) expect(sessions).toContain(row);
  });
});

describe("docs/security/README.md", () => {
  it("N07 has each second factor that the policy has, the strongest first", () => {
    const page = read("docs/security/README.md");
    const table = /^## The second factors$.*?(?=^## )/ms.exec(page);
    const described = [...(table?.[0] ?? "").matchAll(/^\| `(\w+)` \|/gm)];
    expect(described.map(([, method]) => method)).toEqual(secondFactors);
  });
});

describe("docs/decisions", () => {
  const records = filesBelow("docs/decisions", /\/?\d{3}-[\w-]+\.md$/);

  it.each(records)("N07 %s has at most 40 lines, and its three parts", (record) => {
    const lines = read(record).trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(40);
    const parts = lines.filter((line) => line.startsWith("## "));
    expect(parts).toEqual(["## Context", "## Decision", "## Consequences"]);
  });

  it("N07 the list has each of them", () => {
    const listed = linksOf("docs/decisions/README.md").map(({ target }) => target);
    expect(listed.sort()).toEqual(records.map((record) => path.basename(record)).sort());
  });
});

describe("docs/security/coverage.md", () => {
  it("N07 is what the names of tests say; `npm run docs:coverage` writes it", () => {
    const command = ["scripts/coverage.mjs", "--check"];
    expect(() => execFileSync(process.execPath, command, { cwd: root })).not.toThrow();
  });
});
