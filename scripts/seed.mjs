// Fills the development database with the accounts of `prisma/seed.ts`. Their
// passwords are public, so neither production nor another machine gets them.
import { run } from "./child-process.mjs";
import { isLocalDatabase, nameDatabase } from "./database-url.mjs";
import { setUpDevelopment } from "./setup.mjs";
import { isMain, runScript } from "./step.mjs";

/** Runs the seed in the environment that `setUpDevelopment` returned. */
export async function seed(env) {
  const code = await run([process.execPath, "--import", "tsx", "prisma/seed.ts"], {
    env,
  });
  if (code !== 0) throw new Error(`Seeding failed (${code}); the reason stands above.`);
}

/** Throws unless the database may be filled or emptied; `--yes` allows a far one. */
export function requireDisposable(env, args) {
  for (const url of [env.DATABASE_URL, env.DATABASE_DIRECT_URL].filter(Boolean)) {
    if (isLocalDatabase(url) || args.includes("--yes")) continue;
    throw new Error(
      `${nameDatabase(url)} is not on this machine. Add "-- --yes" if you mean it.`,
    );
  }
}

export function refuseProduction() {
  if (process.env.NODE_ENV !== "production") return;
  throw new Error("NODE_ENV is production: the development accounts are not for it.");
}

if (isMain(import.meta.url)) {
  await runScript(async (args) => {
    refuseProduction();
    const env = await setUpDevelopment();
    requireDisposable(env, args);
    await seed(env);
  });
}
