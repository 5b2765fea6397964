import path from "node:path";
import { defineConfig } from "vitest/config";

const skipped = ["**/node_modules/**", ".next/**", ".data/**", "e2e/**"];

export default defineConfig({
  resolve: { alias: { "@": path.resolve(import.meta.dirname) } },
  test: {
    env: {
      APP_URL: "http://localhost:3000",
      APP_SECRET: "a-root-secret-for-tests-alone-0123456789",
      // Nothing that only production may do happens here.
      NODE_ENV: "test",
    },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: "pure",
          include: ["**/*.test.{ts,tsx}"],
          exclude: [...skipped, "**/*.db.test.ts", "scripts/**"],
          // Settings must be whole; nobody listens there.
          env: { DATABASE_URL: "postgresql://nobody@127.0.0.1:1/none" },
        },
      },
      {
        extends: true,
        test: { name: "scripts", include: ["scripts/**/*.test.ts"], exclude: skipped },
      },
      {
        extends: true,
        test: {
          name: "database",
          include: ["**/*.db.test.ts"],
          exclude: skipped,
          setupFiles: ["tests/database.ts"],
        },
      },
    ],
  },
});
