// `npm run dev`: from a clone to a page in one command. The embedded database
// goes on when this ends, which makes the next start fast.
import { packageScript, run } from "./child-process.mjs";
import { directUrl, isLocalDatabase, nameDatabase } from "./database-url.mjs";
import { migrate } from "./migrate.mjs";
import { seed } from "./seed.mjs";
import { setUpDevelopment } from "./setup.mjs";
import { runScript } from "./step.mjs";

await runScript(async () => {
  const env = await setUpDevelopment();
  const url = await directUrl(env);
  await migrate(url, { log: console.log });

  // Its accounts have public passwords.
  if (isLocalDatabase(url)) await seed(env);
  else console.log(`Not seeding ${nameDatabase(url)}: it is not on this machine`);

  return run(packageScript("next/dist/bin/next", "dev", "--port", env.PORT), { env });
});
