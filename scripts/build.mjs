// `npm run build`: needs no settings, no secret and no database, so that one
// build runs anywhere.
import { packageScript, run } from "./child-process.mjs";
import { prepareCode } from "./install.mjs";
import { runScript } from "./step.mjs";

await runScript(async () => {
  await prepareCode();
  const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" };
  return run(packageScript("next/dist/bin/next", "build"), { env });
});
