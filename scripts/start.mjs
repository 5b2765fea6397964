// `npm start`: production. Makes up no setting but the port. The application
// itself lists every fault in its settings when it boots.
import fs from "node:fs";
import path from "node:path";
import { PROJECT_ROOT, packageScript, run } from "./child-process.mjs";
import { migrate } from "./migrate.mjs";
import { loadSettings } from "./settings.mjs";
import { runScript } from "./step.mjs";

await runScript(async () => {
  if (!fs.existsSync(path.join(PROJECT_ROOT, ".next/BUILD_ID"))) {
    throw new Error("There is no build to start. Run `npm run build` first.");
  }
  process.env.NODE_ENV = "production";
  loadSettings();

  const { DATABASE_DIRECT_URL, DATABASE_URL, PORT } = process.env;
  const url = DATABASE_DIRECT_URL || DATABASE_URL;
  // One that cannot be parsed is among the faults that the application lists.
  if (url && URL.canParse(url)) await migrate(url, { log: console.log });

  const env = { ...process.env, PORT: PORT || "3000", NEXT_TELEMETRY_DISABLED: "1" };
  return run(packageScript("next/dist/bin/next", "start", "--port", env.PORT), { env });
});
