// `npm run db:reset`: empties the development database and fills it again.
import { databaseOf, directUrl, nameDatabase, withAdmin } from "./database-url.mjs";
import { migrate } from "./migrate.mjs";
import { refuseProduction, requireDisposable, seed } from "./seed.mjs";
import { setUpDevelopment } from "./setup.mjs";
import { runScript } from "./step.mjs";

await runScript(async (args) => {
  refuseProduction();
  const env = await setUpDevelopment();
  requireDisposable(env, args);

  const url = await directUrl(env);
  console.log(`Emptying ${nameDatabase(url)}`);
  await withAdmin(url, async (admin) => {
    const name = admin.escapeIdentifier(databaseOf(url));
    // A development server that runs reconnects by itself.
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await admin.query(`CREATE DATABASE ${name}`);
  });
  await migrate(url, { log: console.log });
  await seed(env);
});
