// A production server starts safely or not at all; what it cannot know at the
// start, because its database is away, it asks as soon as it can.
import { randomBytes } from "node:crypto";
import pg from "pg";
import { cloneDatabase } from "../scripts/test-database.mjs";
import { DatabaseProxy } from "./database-proxy";
import { expect, test } from "./fixtures";
import { freePort, Node } from "./server";

const secret = randomBytes(32).toString("base64url");

function settings(databaseUrl: string) {
  return {
    APP_URL: "https://app.example.test",
    APP_SECRET: secret,
    DATABASE_URL: databaseUrl,
    SMTP_URL: "smtp://127.0.0.1:1025",
    MAIL_FROM: "Latchkey <no-reply@latchkey.example>",
  };
}

type Environment = Record<string, string | undefined>;

/** Starts what must not serve, and answers what it said before it ended. */
async function refusalOf(environment: Environment): Promise<string> {
  const node = Node.launch(environment, await freePort());
  try {
    expect(await node.ended()).toBe(1);
  } finally {
    await node.stop("SIGKILL");
  }
  return node.lines.join("\n");
}

test("N01 a production server without settings ends and names every one it misses", async () => {
  const said = await refusalOf({});
  for (const name of ["APP_URL", "APP_SECRET", "DATABASE_URL", "SMTP_URL", "MAIL_FROM"]) {
    expect(said).toContain(`${name} is missing`);
  }
});

test("N01 unsafe settings are all named at once, and no secret is shown", async () => {
  const said = await refusalOf({
    APP_URL: "http://app.example.test",
    APP_SECRET: "replace-me-with-32-random-bytes-in-base64url",
    DATABASE_URL: "mysql://app:canary-of-the-database@127.0.0.1/app",
    SMTP_URL: "http://user:canary-of-the-mail@127.0.0.1",
    MAIL_FROM: "nobody",
  });
  expect(said).toContain("APP_URL must use https");
  expect(said).toContain("APP_SECRET is the sample");
  expect(said).toContain("DATABASE_URL must be");
  expect(said).toContain("SMTP_URL must be");
  expect(said).toContain("MAIL_FROM must hold");
  expect(said).not.toContain("canary");
});

const unsafe: Record<string, [Environment, string]> = {
  "a short secret": [{ APP_SECRET: "short" }, "APP_SECRET is shorter"],
  "a secret that is not random": [
    { APP_SECRET: "a".repeat(44) },
    "APP_SECRET is not random",
  ],
  "a sample among its secrets": [
    { APP_SECRET: `${secret},replace-me-with-32-random-bytes-in-base64url` },
    "APP_SECRET (number 2) is the sample",
  ],
  "a host that only begins like localhost": [
    { APP_URL: "http://localhost.example.test" },
    "APP_URL must use https",
  ],
  "a private address over http": [
    { APP_URL: "http://192.168.1.10:3000" },
    "APP_URL must use https",
  ],
  "an address with a path": [
    { APP_URL: "https://app.example.test/app" },
    "APP_URL must be an origin",
  ],
  "a file of places that is missing": [
    { GEOIP_DATABASE: "/nowhere/places.mmdb" },
    "GEOIP_DATABASE names a file that cannot be read (ENOENT)",
  ],
  "a file of places that is none": [
    { GEOIP_DATABASE: "package.json" },
    "GEOIP_DATABASE names a file that is no mmdb",
  ],
};

for (const [name, [over, sentence]] of Object.entries(unsafe)) {
  test(`N01 a production server with ${name} does not start`, async ({ app }) => {
    const good = settings(app.environment.DATABASE_URL ?? "");
    expect(await refusalOf({ ...good, ...over })).toContain(sentence);
  });
}

/** A database of this test's own, and a wire to it. */
async function wiredDatabase(name: string) {
  const databaseUrl = await cloneDatabase(`${name}_${test.info().parallelIndex}`);
  const wire = await DatabaseProxy.start(databaseUrl);
  return { databaseUrl, wire, wired: wire.urlFor(databaseUrl) };
}

/** What `npm run db:seed` leaves, as far as a start looks at it. */
async function seed(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    `INSERT INTO "user" (id, email, email_verified_at)
     VALUES ('seed-admin', 'admin@example.com', now())`,
  );
  await client.end();
}

test("N01 a production server whose database holds seeded accounts does not start", async () => {
  const { databaseUrl, wire } = await wiredDatabase("seeded");
  await wire.cut();
  await seed(databaseUrl);
  const said = await refusalOf(settings(databaseUrl));
  expect(said).toContain("The database holds seeded accounts");
  expect(said).toContain("admin@example.com");
});

test("N06 a server that starts before its database serves once that is there", async () => {
  const { wire, wired } = await wiredDatabase("late");
  await wire.cut();
  const node = Node.launch(settings(wired), await freePort());
  try {
    const status = async (path: string) =>
      (await fetch(node.url + path).catch(() => null))?.status;
    await expect.poll(() => status("/api/health/live"), { timeout: 30_000 }).toBe(200);
    expect(await status("/api/health/ready")).toBe(503);
    expect(await status("/login")).toBe(200);
    await wire.restore();
    await node.untilReady();
    expect(node.lines.join("\n")).toContain("boot_without_database");
    expect(node.complaints()).toEqual([]);
  } finally {
    await node.stop();
    await wire.cut();
  }
});

test("N01 seeded accounts are refused also in a database that comes later", async () => {
  const { databaseUrl, wire, wired } = await wiredDatabase("seeded_late");
  await seed(databaseUrl);
  await wire.cut();
  const node = Node.launch(settings(wired), await freePort());
  try {
    await expect
      .poll(() => node.lines.join("\n"), { timeout: 30_000 })
      .toContain("boot_without_database");
    await wire.restore();
    expect(await node.ended()).toBe(1);
    expect(node.lines.join("\n")).toContain("admin@example.com");
  } finally {
    await node.stop("SIGKILL");
    await wire.cut();
  }
});
