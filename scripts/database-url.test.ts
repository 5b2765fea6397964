// What may be emptied or filled with public passwords hangs on `isLocalDatabase`.
import { expect, test } from "vitest";
import { directUrl, isLocalDatabase, withDatabase } from "./database-url.mjs";

test.each([
  "postgresql://me:secret@localhost:5432/app",
  "postgresql://127.0.0.1/app",
  "postgresql://[::1]:5432/app",
  "postgresql:///app?host=/var/run/postgresql",
])("takes %s for a database on this machine", (url) => {
  expect(isLocalDatabase(url)).toBe(true);
});

test.each([
  "postgresql://db.example.com/localhost",
  "postgresql://localhost@db.example.com/app",
  "postgresql://localhost.example.com/app",
  "postgresql://10.0.0.5/app",
  "postgresql://postgres:5432/app",
  // The parameter is where a client connects to, whatever the URL's host is.
  "postgresql://localhost/app?host=db.example.com",
])("takes %s for somebody else's database", (url) => {
  expect(isLocalDatabase(url)).toBe(false);
});

test("prefers the URL that goes past a pooler", async () => {
  const env = {
    NODE_ENV: "production",
    DATABASE_URL: "postgresql://pooler/app",
  } as const;
  expect(await directUrl(env)).toBe("postgresql://pooler/app");
  const direct = { ...env, DATABASE_DIRECT_URL: "postgresql://server/app" };
  expect(await directUrl(direct)).toBe("postgresql://server/app");
});

test("starts no database of its own in production", async () => {
  const env = { NODE_ENV: "production", DATABASE_URL: "" } as const;
  await expect(directUrl(env)).rejects.toThrow("DATABASE_URL is not set");
});

test("names another database on the same server with the same parameters", () => {
  const url = withDatabase("postgresql://me:a%2Fb@host:1/app?sslmode=require", "a b");
  expect(url).toBe("postgresql://me:a%2Fb@host:1/a%20b?sslmode=require");
});
