import { defineConfig } from "@playwright/test";

// Each worker starts the production build on a port, a database and a mail
// server of its own (e2e/fixtures.ts).
export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH,
      args: ["--disable-quic"],
    },
  },
});
